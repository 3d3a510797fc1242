/**
 * What UpdateTable makes of the indexes of a table (indexes-streams-ttl-transactions.md §1 "Online creation", §4.2): one is
 * created, deleted or given up at a time, and table and index refuse what does not fit their states (errors.md §5).
 */

import { invalid, ServiceError } from '../../../api/errors.ts'
import { globalIndexesMax, vectorIndexesMax } from '../../../api/limits.ts'
import { collectionSizesId } from '../../../engine/keyspace/keys.ts'
import { usedAttributes } from '../../../engine/schema/settle-table.ts'
import {
  allIndexes,
  attributesOfKey,
  type KeyAttribute,
  type SecondaryIndex,
  type Table,
  type VectorIndex,
} from '../../../engine/schema/table.ts'
import { indexCreationDelays } from '../../limits.ts'
import { inUse } from '../table-in-use.ts'
import { checkProjectedTotal, checkVectorDimensions } from './check-indexes.ts'
import { type AttributeTypes, globalIndex, vectorIndex } from './define-table.ts'
import type { GlobalIndexChange, GlobalIndexRequest, UpdateTableRequest, VectorIndexRequest } from './request.ts'

type AnyIndex = SecondaryIndex | VectorIndex

interface Action {
  readonly Create?: unknown
  readonly Delete?: unknown
}

/** Refuses what the states of the indexes do not allow: names first, then what is under way, then numbers [I]. */
export function checkIndexStates(table: Table, request: UpdateTableRequest): void {
  const { GlobalSecondaryIndexUpdates = [], VectorIndexUpdates = [] } = request
  const actions: readonly Action[] = [...GlobalSecondaryIndexUpdates, ...VectorIndexUpdates]
  if (actions.filter(({ Create, Delete }) => (Create ?? Delete) !== undefined).length > 1) throw oneAtATime()
  for (const { Create } of [...GlobalSecondaryIndexUpdates, ...VectorIndexUpdates]) {
    if (Create !== undefined) checkNameIsFree(table, Create.IndexName)
  }
  const deleted = [
    ...GlobalSecondaryIndexUpdates.flatMap(({ Delete }) => (Delete === undefined ? [] : globalIndexToDelete(table, Delete.IndexName))),
    ...VectorIndexUpdates.flatMap(({ Delete }) => (Delete === undefined ? [] : vectorIndexToDelete(table, Delete.IndexName))),
  ]
  for (const { Update } of GlobalSecondaryIndexUpdates) {
    if (Update !== undefined) checkUpdatable(table, Update)
  }
  const globals = GlobalSecondaryIndexUpdates.flatMap(({ Create }) => Create ?? [])
  const vectors = VectorIndexUpdates.flatMap(({ Create }) => Create ?? [])
  checkOneAtATime(table, { created: globals.length + vectors.length, deleted })
  checkRoom(table, globals, vectors)
}

function checkNameIsFree(table: Table, name: string): void {
  const index = findIndex(table, name)
  if (index === undefined) return
  if (index.status === 'CREATING') throw indexInUse(table, index, 'created')
  if (index.status === 'DELETING') throw indexInUse(table, index, 'deleted')
  throw invalid('Attempting to create an index which already exists')
}

function globalIndexToDelete(table: Table, name: string): AnyIndex {
  const index = findIndex(table, name)
  if (index === undefined) throw indexNotFound(table, name)
  if (!('kind' in index) || index.kind === 'local') throw invalid(`Cannot delete an index that is not a GlobalSecondaryIndex: ${name}`)
  checkDeletable(table, index)
  return index
}

function vectorIndexToDelete(table: Table, name: string): AnyIndex {
  const index = table.vectorIndexes.find((other) => other.name === name)
  if (index === undefined) throw indexNotFound(table, name)
  checkDeletable(table, index)
  return index
}

/** The words differ from those of indexes a query names. */
function indexNotFound(table: Table, name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: Index ${name} for table ${table.name}`)
}

function checkDeletable(table: Table, index: AnyIndex): void {
  const { name, backfilling, status } = index
  if (status === 'DELETING') throw indexInUse(table, index, 'deleted')
  if (backfilling !== false) return
  throw inUse(
    `Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: ${table.name} Index: ${name}`,
  )
}

/** The throughput of an index may change while it is filled. Warm throughput of one that is not there fails (api-quirks DDB-TABLE-448). */
function checkUpdatable(table: Table, { IndexName: name, WarmThroughput }: GlobalIndexChange): void {
  const index = findIndex(table, name)
  if (index === undefined) throw WarmThroughput === undefined ? indexNotFound(table, name) : new ServiceError('InternalFailure', '')
  if (!('kind' in index) || index.kind === 'local') throw invalid(`Cannot update an index that is not a GlobalSecondaryIndex: ${name}`)
  if (index.status === 'DELETING') throw indexInUse(table, index, 'deleted')
  if (index.backfilling === false) throw indexInUse(table, index, 'created but is not backfilling yet')
  if (index.status === 'UPDATING') throw indexInUse(table, index, 'updated')
}

/** Beside those that are under way. What is being built may be given up. */
function checkOneAtATime(table: Table, { created, deleted }: { readonly created: number; readonly deleted: readonly AnyIndex[] }): void {
  if (created + deleted.length === 0) return
  const givenUp = deleted.filter((index) => index.status === 'CREATING')
  const underWay = allIndexes(table).filter((index) => index.status === 'CREATING' || index.status === 'DELETING')
  if (!underWay.every((index) => givenUp.includes(index))) throw oneAtATime()
}

function oneAtATime(): ServiceError {
  return new ServiceError(
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  )
}

/** The words for global indexes follow those for vector indexes [I]. */
function checkRoom(table: Table, globals: readonly GlobalIndexRequest[], vectors: readonly VectorIndexRequest[]): void {
  const globalCount = table.indexes.filter((index) => index.kind === 'global').length
  if (globals.length > 0 && globalCount >= globalIndexesMax) {
    throw new ServiceError(
      'LimitExceededException',
      `Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of ${globalIndexesMax}`,
    )
  }
  if (vectors.length > 0 && table.vectorIndexes.length >= vectorIndexesMax) {
    throw new ServiceError(
      'LimitExceededException',
      `Subscriber limit exceeded: Number of vector secondary indexes exceeds per-table limit of ${vectorIndexesMax}`,
    )
  }
}

/** Two blanks and all. */
function indexInUse(
  table: Table,
  { name }: AnyIndex,
  doing: 'created' | 'created but is not backfilling yet' | 'updated' | 'deleted',
): ServiceError {
  return inUse(`Index is being ${doing}.  Table: ${table.name} Index: ${name}`)
}

export interface UpdateTimes {
  readonly nowMs: number
  /** How long transient states last. */
  readonly delayMs: number
}

/** The table with the index that the request creates in CREATING, and the one that it deletes in DELETING. */
export function withIndexes(table: Table, request: UpdateTableRequest, times: UpdateTimes): Table {
  const { GlobalSecondaryIndexUpdates = [], VectorIndexUpdates = [] } = request
  let updated = table
  for (const { Create, Delete } of GlobalSecondaryIndexUpdates) {
    if (Create !== undefined) updated = withGlobalIndex(updated, Create, request, times)
    if (Delete !== undefined) updated = withoutIndex(updated, Delete.IndexName)
  }
  for (const { Create, Delete } of VectorIndexUpdates) {
    if (Create !== undefined) updated = withVectorIndex(updated, Create, request, times)
    if (Delete !== undefined) updated = withoutIndex(updated, Delete.IndexName)
  }
  return updated
}

/** Global indexes stand before local ones. */
function withGlobalIndex(table: Table, create: GlobalIndexRequest, request: UpdateTableRequest, times: UpdateTimes): Table {
  checkNotRedefined(table, create, request)
  const types = attributeTypes(table, request)
  const added = { ...globalIndex(create, types, nextIndexId(table)), ...inAllocation(times) }
  const isGlobal = (index: SecondaryIndex): boolean => index.kind === 'global'
  const indexes = [...table.indexes.filter(isGlobal), added, ...table.indexes.filter((index) => !isGlobal(index))]
  checkProjected({ ...table, indexes })
  return withAttributes({ ...table, indexes, lastIndexId: added.indexId }, types)
}

/** The key of a new index takes the attributes of other keys as they are. */
function checkNotRedefined(table: Table, { KeySchema }: GlobalIndexRequest, { AttributeDefinitions = [] }: UpdateTableRequest): void {
  const asked = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]))
  for (const { AttributeName } of KeySchema) {
    const isOther = ({ name, type }: KeyAttribute): boolean => name === AttributeName && type !== asked.get(name)
    const existing = [table.key, ...table.indexes.map(({ key }) => key)].find((key) => attributesOfKey(key).some(isOther))
    if (existing === undefined) continue
    const old = [...existing.hash.map((of) => schemaElement(of, 'HASH')), ...existing.range.map((of) => schemaElement(of, 'RANGE'))]
    const now = KeySchema.map(({ AttributeName: name, KeyType }) => schemaElement({ name, type: asked.get(name) }, KeyType))
    throw invalid(
      `One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[${old.join(', ')}] New schema: Schema:[${now.join(', ')}]`,
    )
  }
}

function schemaElement({ name, type }: { readonly name: string; readonly type: string | undefined }, role: string): string {
  return `SchemaElement: key{${name}:${type}:${role}}`
}

function withVectorIndex(table: Table, create: VectorIndexRequest, request: UpdateTableRequest, times: UpdateTimes): Table {
  if (table.billingMode === 'PROVISIONED') {
    throw invalid('One or more parameter values were invalid: Vector indexes are only supported for PAY_PER_REQUEST tables')
  }
  checkVectorDimensions([create], table.vectorIndexes)
  const name = create.VectorAttribute.AttributeName
  if (table.attributes.some((attribute) => attribute.name === name)) {
    throw invalid(
      `One or more parameter values were invalid: Conflicting attribute definition for '${name}'. An attribute cannot be defined in AttributeDefinitions when used as a VectorAttribute.`,
    )
  }
  const types = attributeTypes(table, request)
  const added = { ...vectorIndex(create, types, nextIndexId(table)), ...inAllocation(times) }
  const vectorIndexes = [...table.vectorIndexes, added]
  checkProjected({ ...table, vectorIndexes })
  return withAttributes({ ...table, vectorIndexes, lastIndexId: added.indexId }, types)
}

function inAllocation({ nowMs, delayMs }: UpdateTimes): {
  readonly backfilling: false
  readonly activeFromMs: number
  readonly activeSinceMs: number
} {
  return { backfilling: false, activeFromMs: nowMs + indexCreationDelays * delayMs, activeSinceMs: nowMs }
}

function checkProjected(table: Table): void {
  checkProjectedTotal(allIndexes(table).reduce((sum, index) => sum + index.projection.nonKeyAttributes.length, 0))
}

/** DELETING at once. The types of attributes that only this index used go with it (settle-table.ts). */
function withoutIndex(table: Table, name: string): Table {
  return {
    ...table,
    indexes: table.indexes.map((index) => (index.name === name ? deleting(index) : index)),
    vectorIndexes: table.vectorIndexes.map((index) => (index.name === name ? deleting(index) : index)),
  }
}

function deleting<Index extends AnyIndex>(index: Index): Index {
  const { backfilling: _, activeFromMs: __, activeSinceMs: ___, ...rest } = index
  return { ...rest, status: 'DELETING' } as Index
}

/** What a key of the table uses has the type it has, and what none uses is dropped (operations.md §5.2). */
function attributeTypes(table: Table, { AttributeDefinitions = [] }: UpdateTableRequest): AttributeTypes {
  return new Map([
    ...AttributeDefinitions.map((definition) => [definition.AttributeName, definition.AttributeType] as const),
    ...table.attributes.map(({ name, type }) => [name, type] as const),
  ])
}

function withAttributes(table: Table, types: AttributeTypes): Table {
  const attributes = [...types].map(([name, type]) => ({ name, type })).sort((a, b) => (a.name < b.name ? -1 : 1))
  return { ...table, attributes: usedAttributes({ ...table, attributes }) }
}

/**
 * The next one behind that of the index which was added last: a process that was held up for long must not take another index for
 * the one it knew. Ids of deleted indexes are taken until their entries are swept.
 */
function nextIndexId(table: Table): number {
  const taken = [...allIndexes(table).map((index) => index.indexId), ...(table.retiredIndexIds ?? [])]
  const { lastIndexId = Math.max(0, ...taken) } = table
  const count = collectionSizesId - 1
  for (let ahead = 0; ahead < count; ahead += 1) {
    const id = ((lastIndexId + ahead) % count) + 1
    if (!taken.includes(id)) return id
  }
  // Only who deletes indexes much faster than they are swept comes here [I].
  throw oneAtATime()
}

function findIndex(table: Table, name: string): AnyIndex | undefined {
  return allIndexes(table).find((index) => index.name === name)
}
