/**
 * What an item is in a secondary index, and what a change of the item changes there: pure functions of the ItemChange
 * (indexes-streams-ttl-transactions.md §1–3). Both kinds of index are kept alike.
 */
import { noBytes } from '../../base/bytes.ts'
import { setOwn } from '../../base/own.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { encodeKeyBytes } from '../../values/key-bytes.ts'
import { isKeyValue } from '../../values/key-check.ts'
import { dataKey } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { attributesLookedAt } from '../schema/looked-at.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { KeyAttribute, SecondaryIndex, Table } from '../schema/table.ts'
import { isSameKey, type Placed } from './entry-change.ts'
import type { ItemChange } from './item-change.ts'

/** What a change of an item changes in one index; at least one side is there, and they differ. */
export interface IndexChange {
  readonly index: SecondaryIndex
  readonly oldEntry: Placed | undefined
  readonly newEntry: Placed | undefined
}

/** The changes in the indexes that are to be kept, in the order of the table; none where the entry stays as it is. */
export function indexChanges({ table, oldItem, newItem }: ItemChange): readonly IndexChange[] {
  if (table.indexes.length === 0) return none
  const changes: IndexChange[] = []
  for (const index of table.indexes) {
    if (index.status === 'DELETING') continue
    const oldEntry = oldItem === undefined ? undefined : indexEntry(table, index, oldItem)
    const newEntry = newItem === undefined ? undefined : indexEntry(table, index, newItem)
    if (!isSameEntry(oldEntry, newEntry)) changes.push({ index, oldEntry, newEntry })
  }
  return changes
}

/**
 * The item's entry; undefined when the index does not hold it: a key attribute is missing, or (in items older than the index)
 * is nothing that could be a key.
 */
export function indexEntry(table: Table, index: SecondaryIndex, item: StoredItem): Placed | undefined {
  const attributes = index.projection.type === 'ALL' ? item.having(attributesLookedAt(table)) : item.attributes
  const hash = keyValues(attributes, index.key.hash, 'HASH')
  const range = hash && keyValues(attributes, index.key.range, 'RANGE')
  if (hash === undefined || range === undefined) return undefined
  return {
    key: indexEntryKey(table, index, attributes),
    item: index.projection.type === 'ALL' ? item : StoredItem.of(projected(table, index, attributes)).stampedLike(item),
  }
}

/** Where the entry of an item with these attributes lies: index key, then table key, so that equal index keys stay apart. */
export function indexEntryKey(table: Table, index: SecondaryIndex, attributes: AttributeMap): KeyBytes {
  const values = (schema: readonly KeyAttribute[]): readonly AttributeValue[] =>
    schema.flatMap(({ name }) => attributeOf(attributes, name) ?? [])
  const partitionKey = encodeKeyBytes(noBytes, values(index.key.hash))
  const rest = encodeKeyBytes(noBytes, [...values(index.key.range), ...values(table.key.hash), ...values(table.key.range)])
  return dataKey(spaceOf(table, index), partitionKey, rest)
}

/** The attributes that an index holds of every item; undefined: all of them. */
export function projectedAttributes(table: Table, { key, projection }: SecondaryIndex): ReadonlySet<string> | undefined {
  if (projection.type === 'ALL') return undefined
  const keys = [...key.hash, ...key.range, ...table.key.hash, ...table.key.range].map(({ name }) => name)
  return new Set([...keys, ...projection.nonKeyAttributes])
}

const none: readonly IndexChange[] = []

/** Undefined unless all are there and can be key values. */
function keyValues(
  attributes: AttributeMap,
  schema: readonly KeyAttribute[],
  role: 'HASH' | 'RANGE',
): readonly AttributeValue[] | undefined {
  const values: AttributeValue[] = []
  for (const { name, type } of schema) {
    const value = attributeOf(attributes, name)
    if (value === undefined || !(type in value)) return undefined
    values.push(value)
  }
  return isKeyValue(values, role) ? values : undefined
}

function projected(table: Table, index: SecondaryIndex, attributes: AttributeMap): Item {
  const item: Record<string, AttributeValue> = {}
  for (const name of projectedAttributes(table, index) ?? []) {
    const value = attributeOf(attributes, name)
    if (value !== undefined) setOwn(item, name, value)
  }
  return item
}

function isSameEntry(a: Placed | undefined, b: Placed | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return isSameKey(a.key, b.key) && a.item.equals(b.item)
}
