/** What a write to a vector index costs: vector indexes are charged in bytes, not in units (capacity.md §3). */
import { vectorWriteBytesMin } from '../../api/limits.ts'
import { isSameKey } from '../changes/entry-change.ts'
import type { VectorIndex } from '../schema/table.ts'
import type { VectorChange } from './vector-entries.ts'

export interface VectorBytes {
  readonly index: VectorIndex
  readonly writtenBytes: number
}

/** An entry that moves is deleted and inserted [I]. */
export function vectorWriteBytes({ index, oldEntry, newEntry }: VectorChange): VectorBytes {
  const oldBytes = oldEntry && Math.max(vectorWriteBytesMin, oldEntry.sizeBytes)
  const newBytes = newEntry && Math.max(vectorWriteBytesMin, newEntry.sizeBytes)
  const moves = oldEntry !== undefined && newEntry !== undefined && !isSameKey(oldEntry.key, newEntry.key)
  return { index, writtenBytes: moves ? (oldBytes ?? 0) + (newBytes ?? 0) : Math.max(oldBytes ?? 0, newBytes ?? 0) }
}
