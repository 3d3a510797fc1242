/**
 * Deletes what removed tables left behind, in bounded steps. A sweep record, written with the removal, keeps the work alive
 * over restarts; it goes with the last of the data. Nobody writes to a removed table: turns look at `catalog.latest`.
 */
import type { KeyBytes, KeyRange, ScanBudget, Store } from '../../storage/store.ts'
import { countsRange, sweepKeyRange, sweptTableId, tableDataRange } from '../keyspace/keys.ts'

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
  const tableId = sweptTableId(sweep)
  const keysOf = async (range: KeyRange): Promise<{ readonly keys: readonly KeyBytes[]; readonly exhausted: boolean }> => {
    const { entries, exhausted } = await snapshot.scan(range, budget)
    return { keys: entries.map((entry) => entry.key), exhausted }
  }
  const data = await keysOf(tableDataRange(tableId))
  if (!data.exhausted) return data.keys
  // At most one record per index.
  const counts = await keysOf(countsRange(tableId))
  return counts.exhausted ? [...data.keys, ...counts.keys, sweep] : [...data.keys, ...counts.keys]
}
