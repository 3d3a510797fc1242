/** What changes of entries in vector indexes do to the store, to the counts, and to what is in memory of the indexes. */
import type { WriteTurn } from '../../storage/store.ts'
import type { Table } from '../catalog/table.ts'
import type { PendingCounts } from '../changes/counts.ts'
import { isSameKey } from '../changes/entry-change.ts'
import type { VectorCaches } from './vector-caches.ts'
import { countsOf, encodeVectorEntry, type VectorChange, vectorSpace } from './vector-entries.ts'

/** The parts of an engine that know of vectors. */
interface VectorHolder {
  readonly pendingCounts: PendingCounts
  readonly vectorCaches: VectorCaches
}

/** In the item's own turn: vector indexes do not lag. Must not throw (law 4). */
export function applyVectorChanges(engine: VectorHolder, turn: WriteTurn, table: Table, changes: readonly VectorChange[]): void {
  for (const { index, oldEntry, newEntry } of changes) {
    if (oldEntry !== undefined) {
      engine.vectorCaches.changed(oldEntry.part, oldEntry.key)
      if (newEntry === undefined || !isSameKey(oldEntry.key, newEntry.key)) turn.delete(oldEntry.key)
    }
    if (newEntry !== undefined) {
      engine.vectorCaches.changed(newEntry.part, newEntry.key)
      turn.put(newEntry.key, encodeVectorEntry(newEntry))
    }
    const before = countsOf(index, oldEntry)
    const after = countsOf(index, newEntry)
    engine.pendingCounts.add(vectorSpace(table, index), {
      itemCount: after.itemCount - before.itemCount,
      sizeBytes: after.sizeBytes - before.sizeBytes,
      savedBytes: after.savedBytes - before.savedBytes,
    })
  }
}
