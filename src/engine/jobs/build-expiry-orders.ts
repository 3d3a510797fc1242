/**
 * Makes the expiry order of a table whole after time to live was enabled, and deletes it after it was disabled, in bounded steps
 * while writes go on. Enabled, every write keeps the order from that turn on, so only the items that were there have to be put into
 * it, each as it is in the turn that does so. How far that has come stands where the backfill of an index id 0 would
 * (keyspace 0x05): bytes, all items up to this store key.
 */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, ScanBudget } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import type { Engine } from '../engine.ts'
import { expirySecond } from '../expiry/expiry-order.ts'
import { tableSpace } from '../items/item-key.ts'
import { backfillKey, expiryKey, keyAfter, spaceRange, tableExpiriesRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { Table, TimeToLive } from '../schema/table.ts'

/** How much one step looks at: few enough not to hold up requests. */
const fillBudget: ScanBudget = { entries: 50, bytes: 256 << 10 }
const clearBudget: ScanBudget = { entries: 500, bytes: 1 << 20 }

interface Chunk {
  readonly keys: readonly KeyBytes[]
  readonly isLast: boolean
}

/** Does one bounded piece of one order. Resolves with false when there is nothing to do. */
export async function stepExpiryOrders(engine: Engine, budgets: { fill?: ScanBudget; clear?: ScanBudget } = {}): Promise<boolean> {
  for (const table of engine.catalog.durable.tables()) {
    const { timeToLive } = table
    if (timeToLive?.orderWork === undefined) continue
    if (timeToLive.orderWork === 'fill') await fill(engine, table, timeToLive, budgets.fill ?? fillBudget)
    else await clear(engine, table, timeToLive, budgets.clear ?? clearBudget)
    return true
  }
  return false
}

async function fill(engine: Engine, table: Table, timeToLive: TimeToLive, budget: ScanBudget): Promise<void> {
  const { keys, isLast } = await itemsToPlace(engine, table, budget)
  const last = keys.at(-1)
  await engine.store.write(keys, (turn) => {
    if (!isSameWork(engine.catalog.latest.find(table.name), table, timeToLive)) return
    for (const key of keys) {
      const stored = turn.get(key)
      const second = stored === undefined ? undefined : expirySecond(StoredItem.decode(stored).attributes, timeToLive.attributeName)
      if (second !== undefined) turn.put(expiryKey(second, key), '')
    }
    if (last !== undefined) turn.put(backfillKey(tableSpace(table)), last)
  })
  if (isLast) await endWork(engine, table, timeToLive)
}

async function itemsToPlace(engine: Engine, table: Table, budget: ScanBudget): Promise<Chunk> {
  using snapshot = engine.store.snapshot()
  const progress = await snapshot.get(backfillKey(tableSpace(table)))
  assert(typeof progress !== 'string', 'how far an expiry order has come is a key')
  const items = spaceRange(tableSpace(table))
  const rest = progress === undefined ? items : { ...items, start: keyAfter(progress as KeyBytes) }
  const { entries, exhausted } = await snapshot.scan(rest, budget)
  return { keys: entries.map((entry) => entry.key), isLast: exhausted }
}

async function clear(engine: Engine, table: Table, timeToLive: TimeToLive, budget: ScanBudget): Promise<void> {
  const { keys, isLast } = await entriesToDelete(engine, table, budget)
  await engine.store.write([], (turn) => {
    if (!isSameWork(engine.catalog.latest.find(table.name), table, timeToLive)) return
    for (const key of keys) turn.delete(key)
  })
  if (isLast) await endWork(engine, table, timeToLive)
}

async function entriesToDelete(engine: Engine, { tableId }: Table, budget: ScanBudget): Promise<Chunk> {
  using snapshot = engine.store.snapshot()
  const { entries, exhausted } = await snapshot.scan(tableExpiriesRange(tableId), budget)
  return { keys: entries.map((entry) => entry.key), isLast: exhausted }
}

async function endWork(engine: Engine, table: Table, timeToLive: TimeToLive): Promise<void> {
  await changeTables(engine, [table.name], (tables) => {
    const latest = tables.find(table.name)
    if (latest === undefined || !isSameWork(latest, table, timeToLive)) return
    const { orderWork: _, ...rest } = timeToLive
    tables.endBackfill({ ...latest, timeToLive: rest }, tableSpace(latest).indexId)
  })
}

/** Whether the table is still there and nobody has enabled or disabled time to live since. */
function isSameWork(latest: Table | undefined, { tableId }: Table, { orderWork, changedMs }: TimeToLive): boolean {
  if (latest?.tableId !== tableId) return false
  return latest.timeToLive?.orderWork === orderWork && latest.timeToLive?.changedMs === changedMs
}
