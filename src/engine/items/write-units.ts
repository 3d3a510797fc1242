/** What a written item costs in capacity units: its arm on the table and its arms on the indexes (capacity.md §3, §4). */
import type { KeyBytes } from '../../storage/store.ts'
import { isSameKey } from '../changes/entry-change.ts'
import type { IndexChange } from '../changes/index-entries.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { writeUnits } from '../partitions/capacity-units.ts'
import type { SecondaryIndex, Table } from '../schema/table.ts'
import { vectorSavingBytes } from '../vectors/vector-entries.ts'

export interface WriteUnits {
  readonly tableUnits: number
  /** Only of indexes that are written. */
  readonly indexUnits: readonly WrittenEntry[]
}

export interface IndexUnits {
  readonly index: SecondaryIndex
  readonly units: number
}

/** A place of an index that is written. An entry that moves is two of them. */
export interface WrittenEntry extends IndexUnits {
  readonly key: KeyBytes
}

/** The larger of what an item was and what it is. */
export function tableWriteUnits(table: Table, oldItem: StoredItem | undefined, newItem: StoredItem | undefined): number {
  return writeUnits(Math.max(meteredBytes(table, oldItem), meteredBytes(table, newItem)))
}

/** An entry that moves is deleted in one place and inserted in another, each rounded on its own. */
export function writtenEntries(changes: readonly IndexChange[]): readonly WrittenEntry[] {
  if (changes.length === 0) return noEntries
  const entries: WrittenEntry[] = []
  for (const { index, oldEntry, newEntry } of changes) {
    if (oldEntry !== undefined && newEntry !== undefined && isSameKey(oldEntry.key, newEntry.key)) {
      const units = writeUnits(Math.max(oldEntry.item.sizeBytes, newEntry.item.sizeBytes))
      entries.push({ index, key: newEntry.key, units })
      continue
    }
    if (oldEntry !== undefined) entries.push({ index, key: oldEntry.key, units: writeUnits(oldEntry.item.sizeBytes) })
    if (newEntry !== undefined) entries.push({ index, key: newEntry.key, units: writeUnits(newEntry.item.sizeBytes) })
  }
  return entries
}

const noEntries: readonly WrittenEntry[] = []

/** Vectors in an index are charged as floats when they are written (data-model.md §5). */
function meteredBytes(table: Table, item: StoredItem | undefined): number {
  if (item === undefined) return 0
  return table.vectorIndexes.length === 0 ? item.sizeBytes : item.sizeBytes - vectorSavingBytes(table, item)
}
