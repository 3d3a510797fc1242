/** What an index of any kind should hold of an item, and which item an entry stands for. */
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import type { Counts } from '../changes/counts.ts'
import { indexEntry } from '../changes/index-entries.ts'
import { itemKey } from '../items/item-key.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { allIndexes, type SecondaryIndex, type Table, type VectorIndex } from '../schema/table.ts'
import { countsOfStored, encodeVectorEntry, storedVectorItem, vectorBytes, vectorEntry } from '../vectors/vector-entries.ts'

export type AnyIndex = SecondaryIndex | VectorIndex

export interface HeldEntry {
  readonly key: KeyBytes
  readonly value: StoredValue
  /** Which write of the item made the entry is of no account: one that leaves the entry as it is does not write it. */
  isSame(stored: StoredValue): boolean
}

export function heldEntry(table: Table, index: AnyIndex, item: StoredItem): HeldEntry | undefined {
  if ('dimensions' in index) {
    const entry = vectorEntry(table, index, item)
    if (entry === undefined) return undefined
    const value = encodeVectorEntry(entry)
    const isSame = (stored: StoredValue): boolean =>
      Buffer.compare(vectorBytes(stored, index.dimensions), vectorBytes(value, index.dimensions)) === 0 &&
      storedVectorItem(stored, index.dimensions).equals(entry.item)
    return { key: entry.key, value, isSame }
  }
  const entry = indexEntry(table, index, item)
  return entry && { key: entry.key, value: entry.item.encode(), isSame: (stored) => StoredItem.decode(stored).equals(entry.item) }
}

/** The key of the item that an entry stands for. */
export function itemOfEntry(table: Table, index: AnyIndex, stored: StoredValue): KeyBytes {
  return itemKey(table, ('dimensions' in index ? storedVectorItem(stored, index.dimensions) : StoredItem.decode(stored)).attributes)
}

export function countsOfEntry(index: AnyIndex | undefined, stored: StoredValue): Counts {
  if (index !== undefined && 'dimensions' in index) return countsOfStored(index, stored)
  return { itemCount: 1, sizeBytes: StoredItem.decode(stored).sizeBytes }
}

/** Those that are true at every moment: one that is filled, lags or goes is behind its items. */
export function checkedIndexes(table: Table): readonly AnyIndex[] {
  return allIndexes(table).filter(
    (index) => index.status === 'ACTIVE' && index.backfilling === undefined && !('isQueued' in index && index.isQueued === true),
  )
}
