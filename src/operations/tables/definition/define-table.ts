/**
 * From a CreateTable request to the definition of the table it asks for. The order of the checks is the contract: errors.md
 * §5 "CreateTable (in check order)", of which point 1 was checked with the request's shape and point 17 needs the catalog.
 */
import { invalid } from '../../../api/errors.ts'
import { assert } from '../../../base/assert.ts'
import type {
  EncryptionSetting,
  GlobalIndex,
  KeySchema,
  OnDemandMaxima,
  Projection,
  SecondaryIndex,
  TableDefinition,
  Throughput,
  VectorIndex,
} from '../../../engine/schema/table.ts'
import type { ScalarType } from '../../../values/attribute-value.ts'
import { checkIndexLists, checkIndexNames, checkProjections } from './check-indexes.ts'
import { checkKeys } from './check-keys.ts'
import { checkEncryption, checkStream, checkTableClass } from './check-settings.ts'
import { checkedTags } from './check-tags.ts'
import { billingModeOf, checkBillingMode, checkCapacityUnits, checkThroughput, warmFloor } from './check-throughput.ts'
import type {
  CreateTableRequest,
  EncryptionRequest,
  GlobalIndexRequest,
  KeySchemaRequest,
  OnDemandRequest,
  ProjectionRequest,
  TableRequest,
  ThroughputRequest,
  VectorIndexRequest,
  WarmRequest,
} from './request.ts'

/** Throws the ValidationException of the first check that fails. `tableName` is the bare name. */
export function defineTable(tableName: string, input: CreateTableRequest): TableDefinition {
  const request = asTableRequest(input)
  checkBillingMode(request)
  checkCapacityUnits(request)
  checkKeys(request)
  checkIndexLists(request)
  checkProjections(request)
  checkThroughput(request)
  checkIndexNames(request)
  if (request.StreamSpecification !== undefined) checkStream(request.StreamSpecification)
  if (request.SSESpecification !== undefined) checkEncryption(request.SSESpecification)
  const tableClass = checkTableClass(request.TableClass ?? 'STANDARD')
  const tags = checkedTags(request.Tags ?? [])
  return { ...definedData(tableName, request), ...definedSettings(request), tableClass, tags }
}

/** Only a copy of another Region's table leaves out keys and definitions; those need a second server, the words are ours [I]. */
function asTableRequest(input: CreateTableRequest): TableRequest {
  const { KeySchema, AttributeDefinitions, GlobalTableSourceArn } = input
  if (GlobalTableSourceArn !== undefined) {
    throw invalid('One or more parameter values were invalid: GlobalTableSourceArn is not supported')
  }
  assert(KeySchema !== undefined && AttributeDefinitions !== undefined, 'keys and definitions are present: api/check-input.ts')
  return { ...input, KeySchema, AttributeDefinitions }
}

type DefinedData = 'name' | 'attributes' | 'key' | 'indexes' | 'vectorIndexes'
type DefinedSettings = Omit<TableDefinition, DefinedData | 'tableClass' | 'tags'>

function definedData(tableName: string, request: TableRequest): Pick<TableDefinition, DefinedData> {
  const types = new Map(request.AttributeDefinitions.map((definition) => [definition.AttributeName, definition.AttributeType]))
  const indexes = secondaryIndexes(request, types)
  return {
    name: tableName,
    attributes: [...types].map(([name, type]) => ({ name, type })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    key: keySchema(request.KeySchema, types),
    indexes,
    vectorIndexes: vectorIndexes(request, types, indexes.length + 1),
  }
}

function definedSettings(request: TableRequest): DefinedSettings {
  const { ProvisionedThroughput, OnDemandThroughput, WarmThroughput, StreamSpecification, SSESpecification } = request
  const encryption = encryptionSetting(SSESpecification)
  return {
    billingMode: billingModeOf(request),
    ...throughputSettings(ProvisionedThroughput, OnDemandThroughput, WarmThroughput),
    ...(StreamSpecification?.StreamViewType === undefined ? {} : { stream: { viewType: StreamSpecification.StreamViewType } }),
    ...(encryption === undefined ? {} : { encryption }),
    ...(request.TableClass === undefined ? {} : { namesTableClass: true as const }),
    deletionProtection: request.DeletionProtectionEnabled ?? false,
  }
}

export type AttributeTypes = ReadonlyMap<string, ScalarType>

function secondaryIndexes(request: TableRequest, types: AttributeTypes): readonly SecondaryIndex[] {
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = request
  const globalIndexes = GlobalSecondaryIndexes.map((index, at) => globalIndex(index, types, at + 1))
  const localIndexes = LocalSecondaryIndexes.map((index, at) => ({
    kind: 'local' as const,
    indexId: globalIndexes.length + at + 1,
    name: index.IndexName,
    key: keySchema(index.KeySchema, types),
    projection: projection(index.Projection),
    status: 'CREATING' as const,
  }))
  return [...globalIndexes, ...localIndexes]
}

export function globalIndex(index: GlobalIndexRequest, types: AttributeTypes, indexId: number): GlobalIndex {
  return {
    kind: 'global',
    indexId,
    name: index.IndexName,
    key: keySchema(index.KeySchema, types),
    projection: projection(index.Projection),
    status: 'CREATING',
    ...throughputSettings(index.ProvisionedThroughput, index.OnDemandThroughput, index.WarmThroughput),
  }
}

function vectorIndexes({ VectorIndexes = [] }: TableRequest, types: AttributeTypes, firstIndexId: number): readonly VectorIndex[] {
  return VectorIndexes.map((index, at) => vectorIndex(index, types, firstIndexId + at))
}

export function vectorIndex(index: VectorIndexRequest, types: AttributeTypes, indexId: number): VectorIndex {
  return {
    indexId,
    name: index.IndexName,
    vectorAttribute: index.VectorAttribute.AttributeName,
    dimensions: index.Dimensions,
    distance: index.DistanceFunction,
    projection: projection(index.Projection),
    searchSchema: (index.SearchSchema ?? []).map(({ AttributeName, SearchSchemaElementType }) => ({
      name: AttributeName,
      type: typeIn(types, AttributeName),
      role: SearchSchemaElementType,
    })),
    status: 'CREATING',
  }
}

function keySchema(elements: KeySchemaRequest, types: AttributeTypes): KeySchema {
  const attributes = elements.map(({ AttributeName, KeyType }) => ({
    keyType: KeyType,
    attribute: { name: AttributeName, type: typeIn(types, AttributeName) },
  }))
  return {
    hash: attributes.filter(({ keyType }) => keyType === 'HASH').map(({ attribute }) => attribute),
    range: attributes.filter(({ keyType }) => keyType === 'RANGE').map(({ attribute }) => attribute),
  }
}

function projection({ ProjectionType = 'ALL', NonKeyAttributes = [] }: ProjectionRequest): Projection {
  return { type: ProjectionType, nonKeyAttributes: [...NonKeyAttributes].sort() }
}

/** An empty OnDemandThroughput says nothing. */
function throughputSettings(
  provisioned: ThroughputRequest | undefined,
  onDemand: OnDemandRequest | undefined,
  warm: WarmRequest | undefined,
): { readonly provisioned?: Throughput; readonly onDemandMaxima?: OnDemandMaxima; readonly warm: Throughput } {
  const floor = warmFloor(provisioned)
  const { MaxReadRequestUnits: readUnitsMax, MaxWriteRequestUnits: writeUnitsMax } = onDemand ?? {}
  const onDemandMaxima = {
    ...(readUnitsMax === undefined ? {} : { readUnitsMax }),
    ...(writeUnitsMax === undefined ? {} : { writeUnitsMax }),
  }
  return {
    ...(provisioned === undefined ? {} : { provisioned: floor }),
    ...(Object.keys(onDemandMaxima).length === 0 ? {} : { onDemandMaxima }),
    warm: { readUnits: warm?.ReadUnitsPerSecond ?? floor.readUnits, writeUnits: warm?.WriteUnitsPerSecond ?? floor.writeUnits },
  }
}

/** `{}` asks for nothing; `{SSEType: 'KMS'}` alone enables. */
export function encryptionSetting(request: EncryptionRequest | undefined): EncryptionSetting | undefined {
  if (request?.Enabled !== true && request?.SSEType === undefined) return undefined
  return request.KMSMasterKeyId === undefined ? {} : { keyId: request.KMSMasterKeyId }
}

function typeIn(types: AttributeTypes, name: string): ScalarType {
  const type = types.get(name)
  assert(type !== undefined, 'key attributes are defined: checkKeys', name)
  return type
}
