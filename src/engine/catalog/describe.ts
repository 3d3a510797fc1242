/** From a Table to the TableDescription of the wire: which members appear in which state (operations.md §5.1). */
import type { OutputOf } from '../../api/operations.ts'
import { indexArn, streamArn, type TableAddress, type TableHome, tableArn } from '../../api/table-name.ts'
import { kmsKeyArn } from './kms-key-arn.ts'
import type {
  GlobalIndex,
  IndexStatus,
  KeySchema,
  LocalIndex,
  OnDemandMaxima,
  Projection,
  Table,
  Throughput,
  VectorIndex,
} from './table.ts'

type TableDescription = NonNullable<OutputOf<'CreateTable'>['TableDescription']>
type GlobalIndexDescription = NonNullable<TableDescription['GlobalSecondaryIndexes']>[number]
type LocalIndexDescription = NonNullable<TableDescription['LocalSecondaryIndexes']>[number]
type VectorIndexDescription = NonNullable<TableDescription['VectorIndexes']>[number]

/** Item count and size of the table (index id 0) or of one of its indexes. */
export type CountsByIndex = (indexId: number) => { readonly itemCount: number; readonly sizeBytes: number }

/** A table that was just created, or whose counts are no longer told. */
export const allEmpty: CountsByIndex = () => ({ itemCount: 0, sizeBytes: 0 })

/** Optional members are absent, not empty, when they have nothing to say; a table that is DELETING shows no indexes. */
export function tableDescription(home: TableHome, table: Table, counts: CountsByIndex): TableDescription {
  const address = { region: home.region, account: home.account, tableName: table.name }
  const { itemCount, sizeBytes } = counts(0)
  return {
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    TableName: table.name,
    KeySchema: describeKey(table.key),
    TableStatus: table.status,
    CreationDateTime: table.creationMs / 1000,
    ProvisionedThroughput: describeProvisioned(table.provisioned),
    TableSizeBytes: sizeBytes,
    ItemCount: itemCount,
    TableArn: tableArn(address),
    TableId: table.uuid,
    ...describeBillingMode(table),
    ...(table.status === 'DELETING' ? {} : describeIndexes(table, address, counts)),
    ...describeStream(table, address),
    ...describeEncryption(home, table),
    ...(table.tableClass === 'STANDARD' ? {} : { TableClassSummary: { TableClass: table.tableClass } }),
    DeletionProtectionEnabled: table.deletionProtection,
    ...describeOnDemandMaxima(table.onDemandMaxima),
    WarmThroughput: describeWarm(table.warm, table.status),
  }
}

/** LastUpdateToPayPerRequestDateTime is not known yet while the table is created [I]. */
function describeBillingMode({ billingMode, onDemandSinceMs, status }: Table): Pick<TableDescription, 'BillingModeSummary'> {
  if (onDemandSinceMs === undefined) return {}
  if (status === 'CREATING') return { BillingModeSummary: { BillingMode: billingMode } }
  return { BillingModeSummary: { BillingMode: billingMode, LastUpdateToPayPerRequestDateTime: onDemandSinceMs / 1000 } }
}

function describeIndexes(
  table: Table,
  address: TableAddress,
  counts: CountsByIndex,
): Pick<TableDescription, 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes' | 'VectorIndexes'> {
  const globalIndexes: GlobalIndexDescription[] = []
  const localIndexes: LocalIndexDescription[] = []
  for (const index of table.indexes) {
    if (index.kind === 'global') globalIndexes.push(describeGlobalIndex(table, index, address, counts))
    else localIndexes.push(describeLocalIndex(index, address, counts))
  }
  const vectorIndexes = table.vectorIndexes.map((index) => describeVectorIndex(index, address, counts))
  return {
    ...(globalIndexes.length === 0 ? {} : { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes.length === 0 ? {} : { LocalSecondaryIndexes: localIndexes }),
    ...(vectorIndexes.length === 0 ? {} : { VectorIndexes: vectorIndexes }),
  }
}

function describeGlobalIndex(table: Table, index: GlobalIndex, address: TableAddress, counts: CountsByIndex): GlobalIndexDescription {
  return {
    ...describeLocalIndex(index, address, counts),
    IndexStatus: index.status,
    ...describeBackfilling(index),
    ProvisionedThroughput: describeProvisioned(index.provisioned),
    ...describeOnDemandMaxima(index.onDemandMaxima),
    // The answer of CreateTable does not have it yet.
    ...(table.status === 'CREATING' ? {} : { WarmThroughput: describeWarm(index.warm, index.status) }),
  }
}

function describeLocalIndex(index: LocalIndex | GlobalIndex, address: TableAddress, counts: CountsByIndex): LocalIndexDescription {
  return {
    IndexName: index.name,
    KeySchema: describeKey(index.key),
    Projection: describeProjection(index.projection),
    ...describeSize(index, address, counts),
  }
}

function describeVectorIndex(index: VectorIndex, address: TableAddress, counts: CountsByIndex): VectorIndexDescription {
  const searchSchema = index.searchSchema.map(({ name, role }) => ({ AttributeName: name, SearchSchemaElementType: role }))
  return {
    IndexName: index.name,
    ...(searchSchema.length === 0 ? {} : { SearchSchema: searchSchema }),
    Projection: describeProjection(index.projection),
    VectorAttribute: { AttributeName: index.vectorAttribute },
    Dimensions: index.dimensions,
    DistanceFunction: index.distance,
    IndexStatus: index.status,
    ...describeBackfilling(index),
    ...describeSize(index, address, counts),
  }
}

function describeSize(
  { indexId, name }: { readonly indexId: number; readonly name: string },
  address: TableAddress,
  counts: CountsByIndex,
): { IndexSizeBytes: number; ItemCount: number; IndexArn: string } {
  const { itemCount, sizeBytes } = counts(indexId)
  return { IndexSizeBytes: sizeBytes, ItemCount: itemCount, IndexArn: indexArn(address, name) }
}

function describeBackfilling({ backfilling }: { readonly backfilling?: boolean }): { Backfilling?: boolean } {
  return backfilling === undefined ? {} : { Backfilling: backfilling }
}

function describeKey({ hash, range }: KeySchema): NonNullable<TableDescription['KeySchema']> {
  return [
    ...hash.map(({ name }) => ({ AttributeName: name, KeyType: 'HASH' as const })),
    ...range.map(({ name }) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
  ]
}

function describeProjection({ type, nonKeyAttributes }: Projection): NonNullable<LocalIndexDescription['Projection']> {
  return type === 'INCLUDE' ? { ProjectionType: type, NonKeyAttributes: [...nonKeyAttributes] } : { ProjectionType: type }
}

/** Zeros on demand. Decreases are counted by UpdateTable. */
function describeProvisioned(provisioned: Throughput | undefined): NonNullable<TableDescription['ProvisionedThroughput']> {
  return {
    NumberOfDecreasesToday: 0,
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

/** Only a table or index that is being created has warm throughput that is not ACTIVE [I]. */
function describeWarm(warm: Throughput, status: IndexStatus): NonNullable<GlobalIndexDescription['WarmThroughput']> {
  return {
    ReadUnitsPerSecond: warm.readUnits,
    WriteUnitsPerSecond: warm.writeUnits,
    Status: status === 'CREATING' ? 'CREATING' : 'ACTIVE',
  }
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

function describeEncryption(home: TableHome, { encryption }: Table): Pick<TableDescription, 'SSEDescription'> {
  if (encryption === undefined) return {}
  return { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: kmsKeyArn(home, encryption.keyId) } }
}
