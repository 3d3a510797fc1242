/**
 * Deletes what removed tables left behind, in bounded steps. A sweep record, written with the removal, keeps the work alive
 * over restarts; it goes with the last of the data. Nobody writes to a removed table: turns look at `catalog.latest`.
 */
import type { KeyBytes, KeyRange, ScanBudget, Store } from '../../storage/store.ts'
import {
  backfillRange,
  countsRange,
  sweepKeyRange,
  sweptTableId,
  tableDataRange,
  tableExpiriesRange,
  tableQueuesRange,
} from '../keyspace/keys.ts'

/** How much one step may delete. Bytes are those of the values it has to look at. */
const sweepBudget: ScanBudget = { entries: 1000, bytes: 4 << 20 }

/** Deletes one bounded piece of one removed table, in one turn. Resolves with false when nothing is left to sweep. */
export async function stepSweep({ store }: { readonly store: Store }, budget: ScanBudget = sweepBudget): Promise<boolean> {
  const found = await findLeftovers(store, budget)
  if (found === undefined) return false
  await store.write([], (turn) => {
    for (const key of found) turn.delete(key)
  })
  return true
}

/** The next keys to delete; undefined when no sweep record is left. */
async function findLeftovers(store: Store, budget: ScanBudget): Promise<readonly KeyBytes[] | undefined> {
  using snapshot = store.snapshot()
  const sweeps = await snapshot.scan(sweepKeyRange(), { entries: 1, bytes: 1 })
  const sweep = sweeps.entries[0]?.key
  if (sweep === undefined) return undefined
  const keys: KeyBytes[] = []
  for (const range of rangesOf(sweptTableId(sweep))) {
    const { entries, exhausted } = await snapshot.scan(range, budget)
    for (const { key } of entries) keys.push(key)
    if (!exhausted) return keys
  }
  return [...keys, sweep]
}

/** Everything that is kept under the id of a table. Of the last two there is at most one record for each index. */
function rangesOf(tableId: number): readonly KeyRange[] {
  return [tableDataRange(tableId), tableQueuesRange(tableId), tableExpiriesRange(tableId), countsRange(tableId), backfillRange(tableId)]
}
