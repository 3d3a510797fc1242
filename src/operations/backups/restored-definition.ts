/**
 * What a restored table is defined as (backup-export-import.md §4): as its source is now, but for what the request has otherwise and for
 * what AWS does not carry over. It is put into words as a CreateTable request and goes through the checks of one.
 */
import { invalid } from '../../api/errors.ts'
import type { InputOf } from '../../api/operations.ts'
import { describeKey, describeProjection } from '../../engine/catalog/describe.ts'
import type {
  EncryptionSetting,
  GlobalIndex,
  LocalIndex,
  OnDemandMaxima,
  Table,
  TableDefinition,
  Throughput,
  VectorIndex,
} from '../../engine/schema/table.ts'
import { defineTable } from '../tables/definition/define-table.ts'
import type {
  CreateTableRequest,
  EncryptionRequest,
  GlobalIndexRequest,
  LocalIndexRequest,
  OnDemandRequest,
  ThroughputRequest,
  VectorIndexRequest,
} from '../tables/definition/request.ts'

type Overrides = Pick<
  InputOf<'RestoreTableToPointInTime'>,
  | 'BillingModeOverride'
  | 'GlobalSecondaryIndexOverride'
  | 'LocalSecondaryIndexOverride'
  | 'OnDemandThroughputOverride'
  | 'ProvisionedThroughputOverride'
  | 'SSESpecificationOverride'
  | 'VectorIndexOverride'
>

type Source = TableDefinition & Pick<Table, 'indexes' | 'vectorIndexes'>

/** ValidationException for what does not go with the source, or together. */
export function restoredDefinition(name: string, source: Source, overrides: Overrides): TableDefinition {
  const BillingMode = overrides.BillingModeOverride ?? source.billingMode
  const GlobalSecondaryIndexes = globalIndexes(source, overrides.GlobalSecondaryIndexOverride, BillingMode)
  const LocalSecondaryIndexes = localIndexes(source, overrides.LocalSecondaryIndexOverride)
  const VectorIndexes = vectorIndexes(source, overrides.VectorIndexOverride)
  const isProvisioned = BillingMode === 'PROVISIONED'
  const provisioned = overrides.ProvisionedThroughputOverride ?? (isProvisioned ? throughputRequest(source.provisioned) : undefined)
  const onDemand = overrides.OnDemandThroughputOverride ?? (isProvisioned ? undefined : onDemandRequest(source.onDemandMaxima))
  const encryption = overrides.SSESpecificationOverride ?? encryptionRequest(source.encryption)
  const request: CreateTableRequest = {
    TableName: name,
    KeySchema: describeKey(source.key),
    AttributeDefinitions: [],
    BillingMode,
    ...(provisioned !== undefined && { ProvisionedThroughput: provisioned }),
    ...(onDemand !== undefined && { OnDemandThroughput: onDemand }),
    ...(encryption !== undefined && { SSESpecification: encryption }),
    ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
    ...(LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes }),
    ...(VectorIndexes.length > 0 && { VectorIndexes }),
  }
  return defineTable(name, { ...request, AttributeDefinitions: definitionsUsed(source, request) })
}

/** Only those of keys that are left: a definition that nothing uses is refused. */
function definitionsUsed(source: Source, request: CreateTableRequest): NonNullable<CreateTableRequest['AttributeDefinitions']> {
  const { KeySchema = [], GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], VectorIndexes = [] } = request
  const used = new Set([
    ...[KeySchema, ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => index.KeySchema)].flatMap((schema) =>
      schema.map(({ AttributeName }) => AttributeName),
    ),
    ...VectorIndexes.flatMap(({ SearchSchema = [] }) => SearchSchema.map(({ AttributeName }) => AttributeName)),
  ])
  return source.attributes.filter(({ name }) => used.has(name)).map(({ name, type }) => ({ AttributeName: name, AttributeType: type }))
}

function globalIndexes(
  { indexes }: Source,
  override: readonly GlobalIndexRequest[] | undefined,
  billingMode: TableDefinition['billingMode'],
): GlobalIndexRequest[] {
  const existing = indexes.filter((index) => index.kind === 'global' && index.status !== 'DELETING') as readonly GlobalIndex[]
  if (override === undefined) return existing.map((index) => globalIndexRequest(index, billingMode))
  for (const index of override) {
    checkMatch(index, existing, ({ key }) => isSameSchema(describeKey(key), index.KeySchema))
    // The words are ours [I].
    if (index.WarmThroughput !== undefined) {
      throw invalid('One or more parameter values were invalid: WarmThroughput cannot be specified in GlobalSecondaryIndexOverride')
    }
  }
  return [...override]
}

function localIndexes({ indexes }: Source, override: readonly LocalIndexRequest[] | undefined): LocalIndexRequest[] {
  const existing = indexes.filter((index) => index.kind === 'local') as readonly LocalIndex[]
  if (override === undefined) return existing.map(indexRequest)
  for (const index of override) checkMatch(index, existing, ({ key }) => isSameSchema(describeKey(key), index.KeySchema))
  return [...override]
}

function vectorIndexes({ vectorIndexes: all }: Source, override: readonly VectorIndexRequest[] | undefined): VectorIndexRequest[] {
  const existing = all.filter(({ status }) => status !== 'DELETING')
  if (override === undefined) return existing.map(vectorIndexRequest)
  for (const index of override) {
    checkMatch(index, existing, (other) => {
      const { VectorAttribute, Dimensions, DistanceFunction, SearchSchema = [] } = vectorIndexRequest(other)
      return (
        VectorAttribute.AttributeName === index.VectorAttribute.AttributeName &&
        Dimensions === index.Dimensions &&
        DistanceFunction === index.DistanceFunction &&
        JSON.stringify(SearchSchema.map(searched).sort()) === JSON.stringify((index.SearchSchema ?? []).map(searched).sort())
      )
    })
  }
  return [...override]
}

function searched({ AttributeName, SearchSchemaElementType }: NonNullable<VectorIndexRequest['SearchSchema']>[number]): string {
  return `${SearchSchemaElementType} ${AttributeName}`
}

/** The name may be another. */
function checkMatch<Index>(
  { IndexName }: { readonly IndexName: string },
  existing: readonly Index[],
  isSame: (index: Index) => boolean,
): void {
  if (existing.some(isSame)) return
  throw invalid(
    `Invalid Request: Index ${IndexName} does not match a secondary index that existed in the source table and cannot be created during the restore operation`,
  )
}

function isSameSchema(a: LocalIndexRequest['KeySchema'], b: LocalIndexRequest['KeySchema']): boolean {
  return (
    a.length === b.length &&
    a.every(({ AttributeName, KeyType }, at) => AttributeName === b[at]?.AttributeName && KeyType === b[at]?.KeyType)
  )
}

function globalIndexRequest(index: GlobalIndex, billingMode: TableDefinition['billingMode']): GlobalIndexRequest {
  const provisioned = billingMode === 'PROVISIONED' ? throughputRequest(index.provisioned) : undefined
  const onDemand = billingMode === 'PROVISIONED' ? undefined : onDemandRequest(index.onDemandMaxima)
  return {
    ...indexRequest(index),
    ...(provisioned !== undefined && { ProvisionedThroughput: provisioned }),
    ...(onDemand !== undefined && { OnDemandThroughput: onDemand }),
  }
}

function indexRequest({ name, key, projection }: LocalIndex | GlobalIndex): LocalIndexRequest {
  return { IndexName: name, KeySchema: describeKey(key), Projection: describeProjection(projection) }
}

function vectorIndexRequest({ name, vectorAttribute, dimensions, distance, projection, searchSchema }: VectorIndex): VectorIndexRequest {
  return {
    IndexName: name,
    VectorAttribute: { AttributeName: vectorAttribute },
    Dimensions: dimensions,
    DistanceFunction: distance,
    Projection: describeProjection(projection),
    ...(searchSchema.length > 0 && {
      SearchSchema: searchSchema.map((attribute) => ({ AttributeName: attribute.name, SearchSchemaElementType: attribute.role })),
    }),
  }
}

function throughputRequest(throughput: Throughput | undefined): ThroughputRequest | undefined {
  return throughput && { ReadCapacityUnits: throughput.readUnits, WriteCapacityUnits: throughput.writeUnits }
}

function onDemandRequest(maxima: OnDemandMaxima | undefined): OnDemandRequest | undefined {
  if (maxima === undefined) return undefined
  const { readUnitsMax, writeUnitsMax } = maxima
  return {
    ...(readUnitsMax !== undefined && { MaxReadRequestUnits: readUnitsMax }),
    ...(writeUnitsMax !== undefined && { MaxWriteRequestUnits: writeUnitsMax }),
  }
}

function encryptionRequest(encryption: EncryptionSetting | undefined): EncryptionRequest | undefined {
  if (encryption === undefined) return undefined
  return { Enabled: true, SSEType: 'KMS', ...(encryption.keyId !== undefined && { KMSMasterKeyId: encryption.keyId }) }
}
