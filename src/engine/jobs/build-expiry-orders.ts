/**
 * Makes the expiry order of a table whole after time to live was enabled, and deletes it after it was disabled, in bounded steps
 * while writes go on. Enabled, every write keeps the order from that turn on, so only the items that were there have to be put into
 * it, each as it is in the turn that does so. How far that has come stands where the backfill of an index id 0 would
 * (keyspace 0x05): bytes, all items up to this store key.
 */
import { isSameValue, type ScanBudget } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { expirySecond } from '../expiry/expiry-order.ts'
import { expiryKey, tableExpiriesRange } from '../keyspace/expiry-keys.ts'
import { backfillKey } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { expiryClearBudget, expiryFillBudget } from '../limits.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table, TimeToLive } from '../schema/table.ts'
import { nextItems } from './next-items.ts'
import { stepFirst } from './run-due-jobs.ts'

/** Does one bounded piece of one order. Resolves with false when there is nothing to do. */
export async function stepExpiryOrders(engine: CatalogHolder, budgets: { fill?: ScanBudget; clear?: ScanBudget } = {}): Promise<boolean> {
  return stepFirst([...engine.catalog.tables()], async (table) => {
    const { timeToLive } = table
    if (timeToLive?.orderWork === undefined) return false
    if (timeToLive.orderWork === 'fill') await fill(engine, table, timeToLive, budgets.fill ?? expiryFillBudget)
    else await clear(engine, table, timeToLive, budgets.clear ?? expiryClearBudget)
    return true
  })
}

async function fill(engine: CatalogHolder, table: Table, timeToLive: TimeToLive, budget: ScanBudget): Promise<void> {
  const progressKey = backfillKey(spaceOf(table))
  const chunk = await nextItems(engine.store, table, { progressKey, budget })
  if (chunk === undefined) return
  const { progress, keys, isLast } = chunk
  const last = keys.at(-1)
  const isDone = await engine.store.write([progressKey, ...keys], (turn) => {
    if (!isSameWork(engine.catalog.find(table.name), table, timeToLive)) return false
    // Another node may have gone on, and not as far as this one has seen.
    if (!isSameValue(turn.get(progressKey), progress)) return false
    for (const key of keys) {
      const stored = turn.get(key)
      const second = stored === undefined ? undefined : expirySecond(StoredItem.decode(stored).attributes, timeToLive.attributeName)
      if (second !== undefined) turn.put(expiryKey(second, key), '')
    }
    if (last !== undefined) turn.put(progressKey, last)
    return true
  })
  if (isLast && isDone) await endWork(engine, table, timeToLive)
}

async function clear(engine: CatalogHolder, table: Table, timeToLive: TimeToLive, budget: ScanBudget): Promise<void> {
  const { entries, exhausted } = await engine.store.view(async (view) => view.scan(tableExpiriesRange(table.tableId), budget))
  await engine.store.write([], (turn) => {
    if (!isSameWork(engine.catalog.find(table.name), table, timeToLive)) return
    for (const { key } of entries) turn.delete(key)
  })
  if (exhausted) await endWork(engine, table, timeToLive)
}

async function endWork(engine: CatalogHolder, table: Table, timeToLive: TimeToLive): Promise<void> {
  await changeTables(engine, [table.name], (tables) => {
    const latest = tables.find(table.name)
    if (latest === undefined || !isSameWork(latest, table, timeToLive)) return
    const { orderWork: _, ...rest } = timeToLive
    tables.endBackfill({ ...latest, timeToLive: rest }, spaceOf(latest).indexId)
  })
}

/** Whether the table is still there and nobody has enabled or disabled time to live since. */
function isSameWork(latest: Table | undefined, { tableId }: Table, { orderWork, changedMs }: TimeToLive): boolean {
  if (latest?.tableId !== tableId) return false
  return latest.timeToLive?.orderWork === orderWork && latest.timeToLive?.changedMs === changedMs
}
