/** What a written item costs in capacity units: its arm on the table and its arms on the indexes (capacity.md §3, §4). */
import type { SecondaryIndex, Table } from '../catalog/table.ts'
import { isSameKey } from '../changes/entry-change.ts'
import type { IndexChange } from '../changes/index-entries.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { writeUnits } from '../partitions/capacity-units.ts'
import { vectorSavingBytes } from '../vectors/vector-entries.ts'

export interface WriteUnits {
  readonly tableUnits: number
  /** Only indexes that are written; each once. */
  readonly indexUnits: readonly IndexUnits[]
}

export interface IndexUnits {
  readonly index: SecondaryIndex
  readonly units: number
}

/** The larger of what an item was and what it is. */
export function tableWriteUnits(table: Table, oldItem: StoredItem | undefined, newItem: StoredItem | undefined): number {
  return writeUnits(Math.max(meteredBytes(table, oldItem), meteredBytes(table, newItem)))
}

/** An entry that moves is deleted and inserted, each rounded on its own. */
export function indexWriteUnits({ index, oldEntry, newEntry }: IndexChange): IndexUnits {
  const oldBytes = oldEntry?.item.sizeBytes ?? 0
  const newBytes = newEntry?.item.sizeBytes ?? 0
  const moves = oldEntry !== undefined && newEntry !== undefined && !isSameKey(oldEntry.key, newEntry.key)
  return { index, units: moves ? writeUnits(oldBytes) + writeUnits(newBytes) : writeUnits(Math.max(oldBytes, newBytes)) }
}

/** Vectors in an index are charged as floats when they are written (data-model.md §5). */
function meteredBytes(table: Table, item: StoredItem | undefined): number {
  if (item === undefined) return 0
  return table.vectorIndexes.length === 0 ? item.sizeBytes : item.sizeBytes - vectorSavingBytes(table, item)
}
