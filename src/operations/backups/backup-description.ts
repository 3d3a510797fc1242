/** From a backup to what the wire tells of it (backup-export-import.md §2), and from an ARN to the backup. */
import { invalid, ServiceError } from '../../api/errors.ts'
import type { OutputOf } from '../../api/operations.ts'
import { tableArn } from '../../api/table-name.ts'
import { withoutUnset } from '../../base/without-unset.ts'
import { readBackup, withCounts } from '../../engine/backups/read-backups.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { timeToLiveStatus } from '../../engine/expiry/time-to-live.ts'
import type { Backup } from '../../engine/schema/backup-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type BackupDescription = NonNullable<OutputOf<'DescribeBackup'>['BackupDescription']>
type BackupDetails = NonNullable<BackupDescription['BackupDetails']>
type SourceDetails = NonNullable<BackupDescription['SourceTableDetails']>
type Features = NonNullable<BackupDescription['SourceTableFeatureDetails']>

const backupArnPattern = /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table\/[a-zA-Z0-9_.-]{3,255}\/backup\/([0-9]{14}-[0-9a-f]{8})$/

/** ValidationException for what is no ARN of a backup, BackupNotFoundException for one that is not there. */
export async function backupNamed(engine: MeteredEngine, arn: string): Promise<Backup> {
  const id = backupIdOf(arn)
  const backup = await readBackup(engine.store, engine.catalog.region, id, engine.clock.now())
  if (backup === undefined || backupArn(engine, backup) !== arn) throw backupNotFound(arn)
  const [counted] = await withCounts(engine.store, [backup])
  return counted ?? backup
}

export function backupIdOf(arn: string): string {
  const [, id] = backupArnPattern.exec(arn) ?? []
  if (id === undefined) throw invalid('Invalid Backup ARN')
  return id
}

export function backupNotFound(arn: string): ServiceError {
  return new ServiceError('BackupNotFoundException', `Backup not found: ${arn}`)
}

export function backupArn({ region, account }: MeteredEngine, { table, id }: Backup): string {
  return `${tableArn({ region, account, tableName: table.name })}/backup/${id}`
}

export function backupDetails(engine: MeteredEngine, backup: Backup): BackupDetails {
  const { name, sizeBytes, status, type, creationMs, expiryMs } = backup
  return {
    BackupArn: backupArn(engine, backup),
    BackupName: name,
    BackupSizeBytes: sizeBytes,
    BackupStatus: status,
    BackupType: type,
    BackupCreationDateTime: creationMs / 1000,
    ...(expiryMs !== undefined && { BackupExpiryDateTime: expiryMs / 1000 }),
  }
}

export function backupDescription(engine: MeteredEngine, backup: Backup): BackupDescription {
  return {
    BackupDetails: backupDetails(engine, backup),
    SourceTableDetails: sourceDetails(engine, backup),
    SourceTableFeatureDetails: features(engine, backup),
  }
}

function sourceDetails(engine: MeteredEngine, { table, sizeBytes, itemCount }: Backup): SourceDetails {
  const { provisioned, billingMode } = table
  const { TableArn, KeySchema = [], OnDemandThroughput } = tableDescription(engine, table, allEmpty)
  return {
    TableName: table.name,
    TableId: table.uuid,
    ...(TableArn !== undefined && { TableArn }),
    TableSizeBytes: sizeBytes,
    KeySchema,
    TableCreationDateTime: table.creationMs / 1000,
    ProvisionedThroughput: { ReadCapacityUnits: provisioned?.readUnits ?? 0, WriteCapacityUnits: provisioned?.writeUnits ?? 0 },
    ...(OnDemandThroughput !== undefined && { OnDemandThroughput }),
    ItemCount: itemCount,
    BillingMode: billingMode,
  }
}

/** Absent members have nothing to say. */
function features(engine: MeteredEngine, { table, creationMs }: Backup): Features {
  const described = tableDescription(engine, { ...table, status: 'ACTIVE' }, allEmpty)
  const {
    LocalSecondaryIndexes: locals,
    GlobalSecondaryIndexes: globals,
    VectorIndexes: vectors,
    StreamSpecification,
    SSEDescription,
  } = described
  const timeToLive = timeToLiveStatus(table.timeToLive, creationMs)
  return {
    ...(locals && {
      LocalSecondaryIndexes: locals.map(({ IndexName, KeySchema, Projection }) => withoutUnset({ IndexName, KeySchema, Projection })),
    }),
    ...(globals && {
      GlobalSecondaryIndexes: globals.map(({ IndexName, KeySchema, Projection, ProvisionedThroughput, OnDemandThroughput }) => {
        const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = ProvisionedThroughput ?? {}
        return withoutUnset({
          IndexName,
          KeySchema,
          Projection,
          ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
          OnDemandThroughput,
        })
      }),
    }),
    ...(vectors && {
      VectorIndexes: vectors.map(({ IndexName, SearchSchema, Projection, VectorAttribute, Dimensions, DistanceFunction }) =>
        withoutUnset({ IndexName, SearchSchema, Projection, VectorAttribute, Dimensions, DistanceFunction }),
      ),
    }),
    ...(StreamSpecification && { StreamDescription: StreamSpecification }),
    ...(table.timeToLive !== undefined &&
      timeToLive !== 'DISABLED' && {
        TimeToLiveDescription: { TimeToLiveStatus: timeToLive, AttributeName: table.timeToLive.attributeName },
      }),
    ...(SSEDescription && { SSEDescription }),
  }
}
