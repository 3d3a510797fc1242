/** What Query and Scan read: a table or one of its indexes, and what of it can be asked for (operations.md §2.6). */
import { invalid } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import { indexEntryKey, projectedAttributes } from '../../engine/changes/index-entries.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import type { BaseKey, Page } from '../../engine/items/read-page.ts'
import type { DataSpace } from '../../engine/keyspace/keys.ts'
import { readUnits } from '../../engine/partitions/capacity-units.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { isFillingBranch } from '../../engine/schema/restore.ts'
import { attributesOfKey, type KeyAttribute, type KeySchema, type SecondaryIndex, type Table } from '../../engine/schema/table.ts'
import type { Condition } from '../../expressions/condition.ts'
import { type Projection, projectionOf } from '../../expressions/projection.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { hasTypes } from '../items/key-parameters.ts'
import type { ConsumedUnits } from '../request/consumed-capacity.ts'
import type { Select } from './read-selection.ts'

export interface ReadTarget {
  readonly table: Table
  /** Undefined: the table itself. */
  readonly index: SecondaryIndex | undefined
  readonly space: DataSpace
  readonly key: KeySchema
  /** What a start key consists of: the key of the index, then that of the table, every attribute once. */
  readonly cursor: readonly KeyAttribute[]
}

interface TargetParameters {
  readonly IndexName?: string
  readonly ConsistentRead?: boolean
}

/**
 * Refuses an index that is not there, not readable yet, or cannot be read consistently or at all (PartiQL is told what Scan is;
 * what Query is told follows it [I]).
 */
export function readTarget(
  table: Table,
  { IndexName: indexName, ConsistentRead: consistent }: TargetParameters,
  operation: 'Query' | 'Scan' = 'Scan',
): ReadTarget {
  const tableCursor = attributesOfKey(table.key)
  if (indexName === undefined) return { table, index: undefined, space: spaceOf(table), key: table.key, cursor: tableCursor }
  if (table.vectorIndexes.some(({ name, status }) => name === indexName && status !== 'DELETING')) {
    throw invalid(`${operation} operation not supported on this index type`)
  }
  const index = table.indexes.find(({ name }) => name === indexName)
  if (index === undefined || index.status === 'DELETING') throw invalid(`The table does not have the specified index: ${indexName}`)
  if (index.kind === 'global' && consistent === true) throw invalid('Consistent reads are not supported on global secondary indexes')
  if (index.status === 'CREATING' || isFillingBranch(table))
    throw invalid(`Cannot read from backfilling ${index.kind} secondary index: ${indexName}`)
  const indexKey = attributesOfKey(index.key)
  const cursor = [...indexKey, ...tableCursor.filter(({ name }) => indexKey.every((attribute) => attribute.name !== name))]
  return { table, index, space: spaceOf(table, index), key: index.key, cursor }
}

/** Whose items are read; undefined for entries of an index. */
export function itemsOf({ table, index }: ReadTarget): Table | undefined {
  return index === undefined ? table : undefined
}

/** Where in the store the entry with these cursor attributes is, or would be. */
export function positionOf({ table, index }: ReadTarget, cursor: AttributeMap): ReturnType<typeof itemKey> {
  return index === undefined ? itemKey(table, cursor) : indexEntryKey(table, index, cursor)
}

export function isCursor(target: ReadTarget, startKey: Item): boolean {
  return hasTypes(startKey, target.cursor)
}

/** The member of the answer: the cursor of the last evaluated item, when there may be more after it. */
export function lastEvaluatedKey(target: ReadTarget, page: Page): { readonly LastEvaluatedKey?: Item } {
  const last = page.items.at(-1)
  return last === undefined || page.stopped === 'exhausted' ? {} : { LastEvaluatedKey: cursorOf(target, last.attributes) }
}

/** What a read goes on after, to begin behind the entry with these attributes. */
export function cursorOf({ cursor }: ReadTarget, attributes: AttributeMap): Item {
  const key: Record<string, AttributeValue> = {}
  for (const { name } of cursor) {
    const value = attributeOf(attributes, name)
    if (value !== undefined) setOwn(key, name, value)
  }
  return key
}

interface Wanted {
  readonly select: Select | undefined
  readonly projection: Projection | undefined
  readonly filter: Condition | undefined
}

/** Entries of a local index for which the items themselves are fetched from the table. */
export interface ReachBack {
  readonly baseKey: BaseKey
  /** What of the items is shown. */
  readonly shown: Projection | undefined
}

/**
 * What to fetch when the index does not hold all that is wanted: only a local index can reach back. Refuses what a global index
 * does not hold; a filter just finds it missing there [I].
 */
export function reachBack({ table, index }: ReadTarget, { select, projection, filter }: Wanted): ReachBack | undefined {
  const held = index === undefined ? undefined : projectedAttributes(table, index)
  if (index === undefined || held === undefined) return undefined
  const missing = [...new Set(projection?.paths.map(([name]) => String(name)))].filter((name) => !held.has(name))
  if (index.kind === 'global') {
    refuseMissing(index, select, missing)
    return undefined
  }
  const baseKey: BaseKey = (entry) => itemKey(table, entry.attributes)
  if (select === 'ALL_ATTRIBUTES' || missing.length > 0) return { baseKey, shown: projection }
  const filtersMissing = filter?.attributes.some((name) => !held.has(name)) ?? false
  return filtersMissing ? { baseKey, shown: projection ?? projectionOf([...held].map((name) => [name])) } : undefined
}

function refuseMissing(index: SecondaryIndex, select: Select | undefined, missing: readonly string[]): void {
  if (select === 'ALL_ATTRIBUTES') {
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    )
  }
  if (missing.length > 0) {
    throw invalid(
      `One or more parameter values were invalid: Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    )
  }
}

interface ReadParameters extends TargetParameters {
  readonly TableName: string
  /** How many the page was read from. */
  readonly partitions: number
}

/** A page is charged as a whole, then every item fetched from the table on its own (capacity.md §2). */
export function unitsOfPage({ index }: ReadTarget, page: Page, input: ReadParameters): ConsumedUnits {
  const consistent = { consistent: input.ConsistentRead === true }
  const pageUnits = readUnits(page.sizeBytes, { ...consistent, partitions: input.partitions })
  if (index === undefined) return { tableName: input.TableName, tableUnits: pageUnits }
  const tableUnits = page.fetchedSizesBytes.reduce((sum, sizeBytes) => sum + readUnits(sizeBytes, consistent), 0)
  return { tableName: input.TableName, tableUnits, indexUnits: [{ index, units: pageUnits }] }
}
