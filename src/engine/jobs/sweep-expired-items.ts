/**
 * Deletes the items whose time to live is over (indexes-streams-ttl-transactions.md §6), in bounded steps: the next ones of the
 * expiry order, each in a turn of its own and only if it is still due there. Until then they are there for everybody.
 */
import type { KeyBytes } from '../../storage/store.ts'
import { isServing } from '../catalog/find-table.ts'
import type { Engine } from '../engine.ts'
import { dueRange, expirySecond } from '../expiry/expiry-order.ts'
import { timeToLiveStatus } from '../expiry/time-to-live.ts'
import { applyChange, type Decision, decideChange, readsOf } from '../items/change-item.ts'
import { itemPlace } from '../items/item-key.ts'
import { itemOfExpiryKey, secondOfExpiryKey } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { Table } from '../schema/table.ts'

/**
 * How much one step, and so one commit, deletes: so many items, or as many as reach the size. Few, for requests wait behind a
 * commit: with 25 a request beside a sweep of 100,000 items took 2 ms, with 100 it took 5, and the sweep half as long.
 */
export interface SweepBudget {
  readonly items: number
  readonly sizeBytes: number
}

const sweepBudget: SweepBudget = { items: 25, sizeBytes: 1 << 18 }

/** Does one step for one table, if a sweep is due at `nowMs`. Resolves with false when nothing is left of it. */
export async function stepExpirySweep(engine: Engine, nowMs: number, budget: SweepBudget = sweepBudget): Promise<boolean> {
  if (!engine.expirySweeps.isDue(nowMs, engine.settings.ttlSweepIntervalMs)) return false
  for (const table of engine.catalog.durable.tables()) {
    if (!isExpiring(table, nowMs)) continue
    const found = await findDue(engine, table, nowMs, budget)
    if (found.length === 0) continue
    // All their turns go into one commit.
    const deleted = await Promise.all(found.map((due) => sweepItem(engine, table, due, nowMs)))
    const deletedCount = engine.metrics.series('TimeToLiveDeletedItemCount', { region: engine.catalog.region, TableName: table.name })
    for (const isDeleted of deleted) if (isDeleted) deletedCount.add(1, nowMs)
    return true
  }
  return false
}

/** To be told when there was nothing left to do at `nowMs`, be it of a sweep or of what had to come before it. */
export function endExpirySweep({ expirySweeps, settings }: Engine, nowMs: number): void {
  if (expirySweeps.isDue(nowMs, settings.ttlSweepIntervalMs)) expirySweeps.done(nowMs)
}

function isExpiring(table: Table, nowMs: number): boolean {
  return timeToLiveStatus(table.timeToLive, nowMs) === 'ENABLED' && isServing(table)
}

/** An entry of the expiry order, and the item that it stood for when it was found, if any. */
interface Due {
  readonly entry: KeyBytes
  readonly key: KeyBytes
  readonly item: StoredItem | undefined
}

async function findDue({ store }: Engine, { tableId }: Table, nowMs: number, budget: SweepBudget): Promise<readonly Due[]> {
  using snapshot = store.snapshot()
  const { entries } = await snapshot.scan(dueRange(tableId, nowMs), { entries: budget.items, bytes: budget.sizeBytes })
  const found: Due[] = []
  let sizeBytes = 0
  for (const { key: entry } of entries) {
    const key = itemOfExpiryKey(entry)
    const stored = await snapshot.get(key)
    const item = stored === undefined ? undefined : StoredItem.decode(stored)
    found.push({ entry, key, item })
    sizeBytes += item?.sizeBytes ?? 0
    if (sizeBytes >= budget.sizeBytes) break
  }
  return found
}

/** Resolves with whether the item is gone for it. */
async function sweepItem(engine: Engine, table: Table, { entry, key, item }: Due, nowMs: number): Promise<boolean> {
  const place = item === undefined ? undefined : itemPlace(table, item.attributes)
  return engine.store.write(place === undefined ? [key] : readsOf(place), (turn) => {
    const latest = engine.catalog.latest.find(table.name)
    if (latest?.tableId !== table.tableId || !isExpiring(latest, nowMs)) return false
    if (place === undefined) {
      if (turn.get(key) === undefined) turn.delete(entry)
      return false
    }
    const decide = (oldItem: StoredItem | undefined): Decision =>
      isAsOrdered(latest, entry, oldItem) ? { kind: 'become', newItem: undefined } : { kind: 'conditionFailed' }
    const outcome = decideChange(engine, turn, { ...place, table: latest, decide, cause: 'ttl' })
    if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
    else turn.delete(entry)
    return outcome.kind === 'changed'
  })
}

/** Whether the item expires when its entry says so. An entry that is wrong has been replaced, or is left over from another attribute. */
function isAsOrdered({ timeToLive }: Table, entry: KeyBytes, item: StoredItem | undefined): boolean {
  if (timeToLive === undefined || item === undefined) return false
  return expirySecond(item.attributes, timeToLive.attributeName) === secondOfExpiryKey(entry)
}
