/**
 * Deletes what removed tables left behind, in bounded steps. A sweep record, written with the removal, keeps the work alive
 * over restarts; it goes when nothing else is left. Nobody writes to a removed table: every turn sees the catalog of its moment.
 */
import type { Entry, ScanBudget, Store } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { tableExpiriesRange } from '../keyspace/expiry-keys.ts'
import { tableHistoryRange } from '../keyspace/history-keys.ts'
import { backfillRange, countsKey, isQueueLog, sweepKeyRange, sweptTableId, tableDataRange, tableQueuesRange } from '../keyspace/keys.ts'
import { isVectorLog, tableVectorLogsRange, tableVectorTrimsRange } from '../keyspace/vector-keys.ts'
import { sweepBudget } from '../limits.ts'
import { countedIds } from '../schema/sweep-record.ts'
import { deleteSome, type Leftovers, leftoversIn } from './delete-leftovers.ts'

/** Deletes one bounded piece of one removed table, in one turn. Resolves with false when nothing is left to sweep. */
export async function stepSweep(
  { store, catalog }: { readonly store: Store; readonly catalog: Catalog },
  budget: ScanBudget = sweepBudget,
): Promise<boolean> {
  const { entries } = await store.view(async (view) => view.scan(sweepKeyRange(), sweepBudget))
  const sweep = entries.length === 0 ? undefined : withoutReaders(catalog, entries)
  if (sweep === undefined) return false
  const tableId = sweptTableId(sweep.key)
  const found = await leftoversIn(store, rangesOf(tableId), budget)
  if (found !== undefined) {
    await deleteSome(store, found)
    return true
  }
  await store.write([], (turn) => {
    for (const indexId of countedIds(sweep.value)) turn.clear(countsKey({ tableId, indexId }))
    turn.delete(sweep.key)
  })
  return true
}

/** The first table that no restore reads any more. */
function withoutReaders(catalog: Catalog, sweeps: readonly Entry[]): Entry | undefined {
  const read = new Set<number>()
  for (const region of catalog.regions()) {
    for (const { restore } of catalog.of(region).tables()) if (restore?.source !== undefined) read.add(restore.source.tableId)
  }
  return sweeps.find(({ key }) => !read.has(sweptTableId(key)))
}

/** Everything that is kept under the id of a table, but for its counts. */
function rangesOf(tableId: number): Leftovers {
  return [
    { range: tableDataRange(tableId), isLog: () => false },
    { range: tableQueuesRange(tableId), isLog: isQueueLog },
    { range: tableVectorLogsRange(tableId), isLog: isVectorLog },
    { range: tableVectorTrimsRange(tableId), isLog: () => false },
    { range: tableExpiriesRange(tableId), isLog: () => false },
    { range: tableHistoryRange(tableId), isLog: () => false },
    { range: backfillRange(tableId), isLog: () => false },
  ]
}
