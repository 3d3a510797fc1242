/**
 * Deletes what removed tables left behind, in bounded steps. A sweep record, written with the removal, keeps the work alive
 * over restarts; it goes when nothing else is left. Nobody writes to a removed table: every turn sees the catalog of its moment.
 */
import type { ScanBudget, Store, StoredValue } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { copiesRange } from '../keyspace/backup-keys.ts'
import { tableExpiriesRange } from '../keyspace/expiry-keys.ts'
import { tableHistoryRange } from '../keyspace/history-keys.ts'
import { tableInsightsRange } from '../keyspace/insight-keys.ts'
import { backfillRange, countsKey, prefixRange, spaceRange, tableDataRange } from '../keyspace/keys.ts'
import { isOutboxLog, tableOutboxesRange } from '../keyspace/outbox-keys.ts'
import { isQueueLog, tableQueuesRange } from '../keyspace/queue-keys.ts'
import {
  behindKey,
  isReplicaLinkLog,
  replicaCopiesRange,
  replicaLinksRange,
  tombstoneRoundRange,
  tombstonesRange,
} from '../keyspace/replica-keys.ts'
import { sweepKeyRange, sweptTableId } from '../keyspace/sweep-keys.ts'
import { isVectorLog, tableVectorLogsRange, tableVectorTrimsRange } from '../keyspace/vector-keys.ts'
import { copiesLookBudget, sweepBudget, sweptPiecesMax } from '../limits.ts'
import { decodeCopy } from '../schema/backup-record.ts'
import { countedIds, keepsItems } from '../schema/sweep-record.ts'
import { deleteSome, type Leftovers, leftoversIn } from './delete-leftovers.ts'

interface Swept {
  readonly store: Store
  readonly catalog: Catalog
}

/**
 * Deletes one bounded piece of what is left, and as many more as are the last of theirs: a step looks at all tables in other jobs, so many
 * small ones that go together would be dear one by one. Resolves with false when nothing is left to sweep.
 */
export async function stepSweep(swept: Swept, budget: ScanBudget = sweepBudget): Promise<boolean> {
  for (let pieces = 0; pieces < sweptPiecesMax; pieces += 1) {
    const piece = await sweepPiece(swept, budget)
    if (piece === undefined) return pieces > 0
    if (!piece.exhausted) break
  }
  return true
}

/** One turn. Resolves with whether it was all of its range; undefined when nothing is left. */
async function sweepPiece({ store, catalog }: Swept, budget: ScanBudget): Promise<{ readonly exhausted: boolean } | undefined> {
  const { sweeps, copies, read } = await store.view(async (view) => {
    const reading = tablesRead(catalog)
    const copying = await view.scan(copiesRange(), copiesLookBudget)
    const all = reading.size > 0 || copying.entries.length > 0 ? sweepBudget : { entries: 1, bytes: 1 }
    return { sweeps: (await view.scan(sweepKeyRange(), all)).entries, copies: copying, read: reading }
  })
  // With more backups under way than it can look at nobody knows what they read.
  if (!copies.exhausted) return undefined
  for (const { value } of copies.entries) read.add(decodeCopy(value).sourceId)
  const sweep = sweeps.find(({ key }) => !read.has(sweptTableId(key)))
  if (sweep === undefined) return undefined
  const tableId = sweptTableId(sweep.key)
  const found = await leftoversIn(store, rangesOf(tableId, sweep.value), budget)
  if (found !== undefined) {
    await deleteSome(store, found)
    return found
  }
  await store.write([], (turn) => {
    for (const indexId of countedIds(sweep.value)) turn.clear(countsKey({ tableId, indexId }))
    turn.delete(sweep.key)
  })
  return { exhausted: true }
}

/** The tables, deleted or not, that restores read. */
function tablesRead(catalog: Catalog): Set<number> {
  const read = new Set<number>()
  for (const region of catalog.regions()) {
    for (const { restore } of catalog.of(region).tables()) if (restore?.source !== undefined) read.add(restore.source.tableId)
  }
  return read
}

/** Everything that is kept under the id of a table, but for its counts. */
function rangesOf(tableId: number, sweep: StoredValue): Leftovers {
  const data = tableDataRange(tableId)
  return [
    { range: keepsItems(sweep) ? { ...data, start: spaceRange({ tableId, indexId: 1 }).start } : data, isLog: () => false },
    { range: tableQueuesRange(tableId), isLog: isQueueLog },
    { range: tableVectorLogsRange(tableId), isLog: isVectorLog },
    { range: tableVectorTrimsRange(tableId), isLog: () => false },
    { range: tableOutboxesRange(tableId), isLog: isOutboxLog },
    { range: tableInsightsRange(tableId), isLog: () => false },
    { range: tableExpiriesRange(tableId), isLog: () => false },
    { range: tableHistoryRange(tableId), isLog: () => false },
    { range: backfillRange(tableId), isLog: () => false },
    { range: tombstonesRange(tableId), isLog: () => false },
    { range: replicaLinksRange(tableId), isLog: isReplicaLinkLog },
    { range: replicaCopiesRange(tableId), isLog: () => false },
    { range: tombstoneRoundRange(tableId), isLog: () => false },
    { range: prefixRange(behindKey(tableId)), isLog: () => false },
  ]
}
