/** From a Table to the TableDescription of the wire: which members appear in which state (operations.md §5.1). */
import type { OutputOf } from '../../api/operations.ts'
import { indexArn, streamArn, type TableAddress, type TableHome, tableArn } from '../../api/table-name.ts'
import type { Clock } from '../../base/clock.ts'
import { isFillingBranch } from '../schema/restore.ts'
import type {
  GlobalIndex,
  IndexStatus,
  KeySchema,
  LocalIndex,
  OnDemandMaxima,
  Projection,
  Table,
  Throughput,
  ThroughputHistory,
  UpcomingThroughput,
  VectorIndex,
} from '../schema/table.ts'
import { decreasesToday } from '../schema/throughput-history.ts'
import { describeReplicas } from './describe-replicas.ts'
import { kmsKeyArn } from './kms-key-arn.ts'

type TableDescription = NonNullable<OutputOf<'CreateTable'>['TableDescription']>
type GlobalIndexDescription = NonNullable<TableDescription['GlobalSecondaryIndexes']>[number]
type LocalIndexDescription = NonNullable<TableDescription['LocalSecondaryIndexes']>[number]
type VectorIndexDescription = NonNullable<TableDescription['VectorIndexes']>[number]

/** Where and when a table is described. */
export interface DescriptionContext extends TableHome {
  readonly clock: Clock
}

/** Item count and size of the table (index id 0) or of one of its indexes. */
export type CountsByIndex = (indexId: number) => { readonly itemCount: number; readonly sizeBytes: number }

/** A table that was just created, or whose counts are no longer told. */
export const allEmpty: CountsByIndex = () => ({ itemCount: 0, sizeBytes: 0 })

/** Optional members are absent, not empty, when they have nothing to say; a table that is DELETING shows no indexes. */
export function tableDescription(home: DescriptionContext, table: Table, counts: CountsByIndex): TableDescription {
  const nowMs = home.clock.now()
  const address = { region: home.region, account: home.account, tableName: table.name }
  const { itemCount, sizeBytes } = counts(0)
  return {
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    TableName: table.name,
    KeySchema: describeKey(table.key),
    TableStatus: table.status,
    CreationDateTime: table.creationMs / 1000,
    ProvisionedThroughput: describeProvisioned(table, nowMs),
    TableSizeBytes: sizeBytes,
    ItemCount: itemCount,
    TableArn: tableArn(address),
    TableId: table.uuid,
    ...describeBillingMode(table),
    ...(table.status === 'DELETING' ? {} : describeIndexes(table, { address, counts, nowMs })),
    ...describeStream(table, address),
    ...describeReplicas(home, table),
    ...describeRestore(table),
    ...describeEncryption(home, table),
    ...describeTableClass(table),
    DeletionProtectionEnabled: table.deletionProtection,
    ...describeOnDemandMaxima(table.onDemandMaxima),
    WarmThroughput: describeWarm(table),
  }
}

/** LastUpdateToPayPerRequestDateTime is not known yet while the table is created [I]. */
function describeBillingMode({ billingMode, onDemandSinceMs, status }: Table): Pick<TableDescription, 'BillingModeSummary'> {
  if (onDemandSinceMs === undefined) return {}
  if (status === 'CREATING') return { BillingModeSummary: { BillingMode: billingMode } }
  return { BillingModeSummary: { BillingMode: billingMode, LastUpdateToPayPerRequestDateTime: onDemandSinceMs / 1000 } }
}

interface IndexContext {
  readonly address: TableAddress
  readonly counts: CountsByIndex
  readonly nowMs: number
}

function describeIndexes(
  table: Table,
  context: IndexContext,
): Pick<TableDescription, 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes' | 'VectorIndexes'> {
  const globalIndexes: GlobalIndexDescription[] = []
  const localIndexes: LocalIndexDescription[] = []
  for (const index of table.indexes) {
    if (index.kind === 'global') globalIndexes.push(describeGlobalIndex(table, index, context))
    else localIndexes.push(describeLocalIndex(index, context))
  }
  const vectorIndexes = table.vectorIndexes.map((index) => describeVectorIndex(table, index, context))
  return {
    ...(globalIndexes.length === 0 ? {} : { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes.length === 0 ? {} : { LocalSecondaryIndexes: localIndexes }),
    ...(vectorIndexes.length === 0 ? {} : { VectorIndexes: vectorIndexes }),
  }
}

function describeGlobalIndex(table: Table, index: GlobalIndex, context: IndexContext): GlobalIndexDescription {
  return {
    ...describeLocalIndex(index, context),
    ...describeState(table, index),
    ProvisionedThroughput: describeProvisioned(index, context.nowMs),
    ...describeOnDemandMaxima(index.onDemandMaxima),
    // The answer of CreateTable does not have it yet.
    ...(table.status === 'CREATING' ? {} : { WarmThroughput: describeWarm(index) }),
  }
}

function describeLocalIndex(index: LocalIndex | GlobalIndex, context: IndexContext): LocalIndexDescription {
  return {
    IndexName: index.name,
    KeySchema: describeKey(index.key),
    Projection: describeProjection(index.projection),
    ...describeSize(index, context),
  }
}

function describeVectorIndex(table: Table, index: VectorIndex, context: IndexContext): VectorIndexDescription {
  const searchSchema = index.searchSchema.map(({ name, role }) => ({ AttributeName: name, SearchSchemaElementType: role }))
  return {
    IndexName: index.name,
    ...(searchSchema.length === 0 ? {} : { SearchSchema: searchSchema }),
    Projection: describeProjection(index.projection),
    VectorAttribute: { AttributeName: index.vectorAttribute },
    Dimensions: index.dimensions,
    DistanceFunction: index.distance,
    ...describeState(table, index),
    ...describeSize(index, context),
  }
}

/** The counts of an index are right while it is whole (jobs/backfill-indexes.ts); before and after it shows none. */
function describeSize(
  { indexId, name, status }: Pick<GlobalIndex, 'indexId' | 'name' | 'status'>,
  { address, counts }: IndexContext,
): { IndexSizeBytes: number; ItemCount: number; IndexArn: string } {
  const isWhole = status === 'ACTIVE' || status === 'UPDATING'
  const { itemCount, sizeBytes } = (isWhole ? counts : allEmpty)(indexId)
  return { IndexSizeBytes: sizeBytes, ItemCount: itemCount, IndexArn: indexArn(address, name) }
}

/** An index of a branch has all its entries when the branch has all its items. */
function describeState(
  table: Table,
  { status, backfilling }: GlobalIndex | VectorIndex,
): { IndexStatus: GlobalIndex['status']; Backfilling?: boolean } {
  if (status === 'ACTIVE' && isFillingBranch(table)) return { IndexStatus: 'CREATING', Backfilling: true }
  return { IndexStatus: status, ...(backfilling !== undefined && { Backfilling: backfilling }) }
}

export function describeKey({ hash, range }: KeySchema): NonNullable<TableDescription['KeySchema']> {
  return [
    ...hash.map(({ name }) => ({ AttributeName: name, KeyType: 'HASH' as const })),
    ...range.map(({ name }) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
  ]
}

export function describeProjection({ type, nonKeyAttributes }: Projection): NonNullable<LocalIndexDescription['Projection']> {
  return type === 'INCLUDE' ? { ProjectionType: type, NonKeyAttributes: [...nonKeyAttributes] } : { ProjectionType: type }
}

/** Zeros on demand. */
function describeProvisioned(
  { provisioned, throughputHistory }: { readonly provisioned?: Throughput; readonly throughputHistory?: ThroughputHistory },
  nowMs: number,
): NonNullable<TableDescription['ProvisionedThroughput']> {
  const { lastIncreaseMs, lastDecreaseMs } = throughputHistory ?? {}
  return {
    ...(lastIncreaseMs === undefined ? {} : { LastIncreaseDateTime: lastIncreaseMs / 1000 }),
    ...(lastDecreaseMs === undefined ? {} : { LastDecreaseDateTime: lastDecreaseMs / 1000 }),
    NumberOfDecreasesToday: decreasesToday(throughputHistory, nowMs),
    ReadCapacityUnits: provisioned?.readUnits ?? 0,
    WriteCapacityUnits: provisioned?.writeUnits ?? 0,
  }
}

function describeOnDemandMaxima(maxima: OnDemandMaxima | undefined): Pick<TableDescription, 'OnDemandThroughput'> {
  if (maxima === undefined) return {}
  return {
    OnDemandThroughput: {
      ...(maxima.readUnitsMax === undefined ? {} : { MaxReadRequestUnits: maxima.readUnitsMax }),
      ...(maxima.writeUnitsMax === undefined ? {} : { MaxWriteRequestUnits: maxima.writeUnitsMax }),
    },
  }
}

/** Told is what is in force: an increase shows when it is there, until then the status says that it is coming. */
function describeWarm({
  warm,
  upcoming,
  status,
}: {
  readonly warm: Throughput
  readonly upcoming?: UpcomingThroughput
  readonly status: IndexStatus
}): NonNullable<GlobalIndexDescription['WarmThroughput']> {
  const changing = upcoming?.warm === undefined ? 'ACTIVE' : 'UPDATING'
  return {
    ReadUnitsPerSecond: warm.readUnits,
    WriteUnitsPerSecond: warm.writeUnits,
    Status: status === 'CREATING' ? 'CREATING' : changing,
  }
}

/** Absent as long as nobody named one. */
function describeTableClass({ tableClass, tableClassSinceMs, namesTableClass }: Table): Pick<TableDescription, 'TableClassSummary'> {
  if (tableClassSinceMs !== undefined) {
    return { TableClassSummary: { TableClass: tableClass, LastUpdateDateTime: tableClassSinceMs / 1000 } }
  }
  return tableClass === 'STANDARD' && namesTableClass === undefined ? {} : { TableClassSummary: { TableClass: tableClass } }
}

/** The label of a disabled stream stays, its specification goes. */
function describeStream(
  { stream, streamLabel }: Table,
  address: TableAddress,
): Pick<TableDescription, 'StreamSpecification' | 'LatestStreamLabel' | 'LatestStreamArn'> {
  return {
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }),
    ...(streamLabel === undefined ? {} : { LatestStreamLabel: streamLabel, LatestStreamArn: streamArn(address, streamLabel) }),
  }
}

function describeRestore({ restore }: Table): Pick<TableDescription, 'RestoreSummary'> {
  if (restore === undefined) return {}
  const { sourceTableArn, sourceBackupArn, dateTimeMs, source } = restore
  return {
    RestoreSummary: {
      ...(sourceBackupArn !== undefined && { SourceBackupArn: sourceBackupArn }),
      SourceTableArn: sourceTableArn,
      RestoreDateTime: dateTimeMs / 1000,
      RestoreInProgress: source !== undefined,
    },
  }
}

/** While it changes the key is told that is still in use, if any is. */
function describeEncryption(home: TableHome, { encryption, upcomingEncryption }: Table): Pick<TableDescription, 'SSEDescription'> {
  if (encryption === undefined && upcomingEncryption === undefined) return {}
  return {
    SSEDescription: {
      Status: upcomingEncryption === undefined ? 'ENABLED' : 'UPDATING',
      ...(encryption === undefined ? {} : { SSEType: 'KMS', KMSMasterKeyArn: kmsKeyArn(home, encryption.keyId) }),
    },
  }
}
