/**
 * What an item is in a vector index, and what a change of the item changes there: pure functions of the ItemChange
 * (indexes-streams-ttl-transactions.md §4.3).
 *
 * Entries lie in the data space of their index, by the values of the HASH attributes (nothing, if there are none), then by the
 * table's key. Their value is
 *
 * | bytes            | what                                                                            |
 * | ---------------- | ------------------------------------------------------------------------------- |
 * | 4                | the bytes that the vector takes in the item, where it is a list                 |
 * | 4 × dimensions   | the vector, as 32-bit floats                                                    |
 * | the rest         | the projected attributes without the vector, as an item (keyspace/stored-item.ts) |
 *
 * Numbers are little-endian, as on every machine that Node runs on, so that vectors are copied and never converted.
 */

import { assert } from '../../base/assert.ts'
import { noBytes } from '../../base/bytes.ts'
import { setOwn } from '../../base/own.ts'
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { encodeKeyBytes } from '../../values/key-bytes.ts'
import { isKeyValue } from '../../values/key-check.ts'
import { utf8SizeBytes, valueSizeBytes } from '../../values/size.ts'
import type { Counts } from '../changes/counts.ts'
import { isSameKey } from '../changes/entry-change.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { type DataSpace, dataKey } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { attributesOfKey, type KeyAttribute, type Table, type VectorIndex } from '../schema/table.ts'
import { floatVector } from './float-vector.ts'

export interface VectorEntry {
  readonly key: KeyBytes
  readonly vector: Float32Array
  /** The projected attributes without the vector. */
  readonly item: StoredItem
  /** Of the projected attributes and the vector, a float being four bytes. */
  readonly sizeBytes: number
  /** What the vector takes in the item, where it is a list. */
  readonly listBytes: number
}

/** What a change of an item changes in one vector index; at least one side is there, and they differ. */
export interface VectorChange {
  readonly index: VectorIndex
  readonly oldEntry: VectorEntry | undefined
  readonly newEntry: VectorEntry | undefined
}

/** The changes in the vector indexes that are to be kept, in the order of the table; none where the entry stays as it is. */
export function vectorChanges({ table, oldItem, newItem }: ItemChange): readonly VectorChange[] {
  if (table.vectorIndexes.length === 0 || oldItem?.text === newItem?.text) return none
  const changes: VectorChange[] = []
  for (const index of table.vectorIndexes) {
    if (index.status === 'DELETING') continue
    const oldEntry = oldItem === undefined ? undefined : vectorEntry(table, index, oldItem)
    const newEntry = newItem === undefined ? undefined : vectorEntry(table, index, newItem)
    if (!isSameEntry(oldEntry, newEntry)) changes.push({ index, oldEntry, newEntry })
  }
  return changes
}

/** The item's entry; undefined when the index does not hold it: it has no vector of that length, or no value to partition by. */
export function vectorEntry(table: Table, index: VectorIndex, item: StoredItem): VectorEntry | undefined {
  const { attributes } = item
  const value = attributeOf(attributes, index.vectorAttribute)
  const vector = value && floatVector(value, index.dimensions)
  const hashValues = vector && keyValues(attributes, hashAttributes(index))
  if (value === undefined || vector === undefined || hashValues === undefined) return undefined
  const projected = StoredItem.of(projectedItem(table, index, attributes)).stampedLike(item)
  const partitionKey = encodeKeyBytes(noBytes, hashValues)
  const tableKey = attributesOfKey(table.key).flatMap(({ name }) => attributeOf(attributes, name) ?? [])
  return {
    key: dataKey(spaceOf(table, index), partitionKey, encodeKeyBytes(noBytes, tableKey)),
    vector,
    item: projected,
    sizeBytes: projected.sizeBytes + vectorSizeBytes(index),
    listBytes: valueSizeBytes(value),
  }
}

/** What the keys of all entries with these HASH values begin with. A search looks at the entries of one part. */
export function vectorPart(space: DataSpace, partitionKey: Uint8Array): KeyBytes {
  return dataKey(space, partitionKey, noBytes)
}

export function hashAttributes({ searchSchema }: VectorIndex): readonly KeyAttribute[] {
  return searchSchema.filter(({ role }) => role === 'HASH')
}

export function filterAttributes({ searchSchema }: VectorIndex): readonly KeyAttribute[] {
  return searchSchema.filter(({ role }) => role === 'INLINE_FILTER')
}

/** The attributes that an index holds of every item beside the vector; undefined: all of them. */
export function projectedNames(table: Table, { projection, searchSchema }: VectorIndex): readonly string[] | undefined {
  if (projection.type === 'ALL') return undefined
  const keys = [...table.key.hash, ...table.key.range, ...searchSchema].map(({ name }) => name)
  return [...new Set([...keys, ...projection.nonKeyAttributes])]
}

/** What the attribute that holds the vector counts for in the index, and in the metered size of the item (data-model.md §5). */
export function vectorSizeBytes({ vectorAttribute, dimensions }: VectorIndex): number {
  return utf8SizeBytes(vectorAttribute) + floatBytes * dimensions
}

/** By how much an item is smaller when every vector that an index of the table covers counts as floats (data-model.md §5). */
export function vectorSavingBytes(table: Table, { attributes }: StoredItem): number {
  let savingBytes = 0
  const counted = new Set<string>()
  for (const { vectorAttribute, dimensions, status } of table.vectorIndexes) {
    if (status === 'DELETING' || counted.has(vectorAttribute)) continue
    counted.add(vectorAttribute)
    const value = attributeOf(attributes, vectorAttribute)
    if (value !== undefined && floatVector(value, dimensions) !== undefined) {
      savingBytes += valueSizeBytes(value) - floatBytes * dimensions
    }
  }
  return savingBytes
}

export function encodeVectorEntry({ vector, item, listBytes }: VectorEntry): Uint8Array {
  const text = item.encode()
  const bytes = Buffer.allocUnsafe(vectorOffset + vector.byteLength + Buffer.byteLength(text))
  bytes.writeUInt32LE(listBytes)
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), vectorOffset)
  bytes.write(text, vectorOffset + vector.byteLength)
  return bytes
}

/** The bytes of the vector of a stored entry. */
export function vectorBytes(stored: StoredValue, dimensions: number): Uint8Array {
  return asBytes(stored).subarray(vectorOffset, vectorOffset + floatBytes * dimensions)
}

/** The vector of a stored entry. */
export function storedVector(stored: StoredValue, dimensions: number): Float32Array {
  return new Float32Array(Uint8Array.from(vectorBytes(stored, dimensions)).buffer)
}

/** The projected attributes of a stored entry. */
export function storedVectorItem(stored: StoredValue, dimensions: number): StoredItem {
  return StoredItem.decode(asBytes(stored).toString('utf8', vectorOffset + floatBytes * dimensions))
}

/** What an entry adds to the counts of its index. */
export function countsOf({ dimensions }: VectorIndex, entry: Pick<VectorEntry, 'sizeBytes' | 'listBytes'> | undefined): Required<Counts> {
  if (entry === undefined) return { itemCount: 0, sizeBytes: 0, savedBytes: 0 }
  return { itemCount: 1, sizeBytes: entry.sizeBytes, savedBytes: entry.listBytes - floatBytes * dimensions }
}

/** What a stored entry adds to the counts of its index. */
export function countsOfStored(index: VectorIndex, stored: StoredValue): Counts {
  const item = storedVectorItem(stored, index.dimensions)
  return countsOf(index, { sizeBytes: item.sizeBytes + vectorSizeBytes(index), listBytes: asBytes(stored).readUInt32LE() })
}

const none: readonly VectorChange[] = []
const floatBytes = 4
const vectorOffset = 4

function asBytes(stored: StoredValue): Buffer {
  assert(typeof stored !== 'string', 'an entry of a vector index is stored as bytes')
  return Buffer.from(stored.buffer, stored.byteOffset, stored.length)
}

/** Undefined unless all are there and can be key values. */
function keyValues(attributes: AttributeMap, schema: readonly KeyAttribute[]): readonly AttributeValue[] | undefined {
  const values: AttributeValue[] = []
  for (const { name, type } of schema) {
    const value = attributeOf(attributes, name)
    if (value === undefined || !(type in value)) return undefined
    values.push(value)
  }
  return isKeyValue(values, 'HASH') ? values : undefined
}

function projectedItem(table: Table, index: VectorIndex, attributes: AttributeMap): Item {
  const item: Record<string, AttributeValue> = {}
  for (const name of projectedNames(table, index) ?? Object.keys(attributes)) {
    const value = name === index.vectorAttribute ? undefined : attributeOf(attributes, name)
    if (value !== undefined) setOwn(item, name, value)
  }
  return item
}

function isSameEntry(a: VectorEntry | undefined, b: VectorEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return isSameKey(a.key, b.key) && isSameVector(a.vector, b.vector) && a.item.equals(b.item)
}

function isSameVector(a: Float32Array, b: Float32Array): boolean {
  return a.every((float, at) => float === b[at])
}
