/** What changes of entries in vector indexes do to the store: entries, counts, and the log that tells caches of them. */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import { countWhileFilling } from '../changes/backfill-progress.ts'
import { amountsOf, knownCountsKey } from '../changes/counts.ts'
import { isSameKey } from '../changes/entry-change.ts'
import { hashOf } from '../keyspace/keys.ts'
import { vectorLog } from '../keyspace/vector-keys.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'
import { countsOf, encodeVectorEntry, type VectorChange } from './vector-entries.ts'

/** In the item's own turn: vector indexes do not lag. `item` is the item's store key. Must not throw (law 5). */
export function applyVectorChanges(turn: WriteTurn, table: Table, item: KeyBytes, changes: readonly VectorChange[]): void {
  for (const { index, oldEntry, newEntry } of changes) {
    const space = spaceOf(table, index)
    if (oldEntry !== undefined) {
      turn.append(vectorLog(space, hashOf(oldEntry.key)), oldEntry.key)
      if (newEntry === undefined || !isSameKey(oldEntry.key, newEntry.key)) turn.delete(oldEntry.key)
    }
    if (newEntry !== undefined) {
      if (oldEntry === undefined || !isSameKey(oldEntry.key, newEntry.key))
        turn.append(vectorLog(space, hashOf(newEntry.key)), newEntry.key)
      turn.put(newEntry.key, encodeVectorEntry(newEntry))
    }
    const before = countsOf(index, oldEntry)
    const held = countsOf(index, newEntry)
    const added = {
      itemCount: held.itemCount - before.itemCount,
      sizeBytes: held.sizeBytes - before.sizeBytes,
      savedBytes: held.savedBytes - before.savedBytes,
    }
    const counted = index.backfilling === undefined ? added : countWhileFilling(turn, space, item, { added, held })
    turn.add(knownCountsKey(space), amountsOf(counted))
  }
}
