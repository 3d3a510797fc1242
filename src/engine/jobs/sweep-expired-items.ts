/**
 * Deletes the items whose time to live is over (indexes-streams-ttl-transactions.md §6), in bounded steps: the next ones of the
 * expiry order, each in a turn of its own and only if it is still due there. Until then they are there for everybody.
 */
import { type Entry, type KeyBytes, StoreDamaged, type View } from '../../storage/store.ts'
import { isServing } from '../catalog/find-table.ts'
import { dueRange, expirySecond } from '../expiry/expiry-order.ts'
import { timeToLiveStatus } from '../expiry/time-to-live.ts'
import { applyAlone, type Decision, decideChange, type ItemWriter, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { itemOfExpiryKey, secondOfExpiryKey } from '../keyspace/expiry-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { type ExpirySweepBudget, expirySweepBudget } from '../limits.ts'
import { readRange, soundValues } from '../records/read-range.ts'
import type { Schedule } from '../schedule.ts'
import { isReplicated } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { stepFirst } from './run-due-jobs.ts'

/** The job as the schedule knows it: a sweep of all tables begins when it is due, and goes on until nothing is left. */
export const expirySweepJob = 'expiry sweep'

export interface ExpirySweeper extends ItemWriter {
  readonly schedule: Schedule
}

export interface ExpirySweepOptions {
  readonly budget?: ExpirySweepBudget
  /** Told how many items of a table one step deleted. */
  readonly onDeleted?: ((tableName: string, count: number) => void) | undefined
}

/** Does one step for one table of the region, if a sweep is due at `nowMs`. Resolves with false when nothing is left of it. */
export async function stepExpirySweep(
  engine: ExpirySweeper,
  nowMs: number,
  { budget = expirySweepBudget, onDeleted }: ExpirySweepOptions = {},
): Promise<boolean> {
  if (!engine.schedule.isDue(expirySweepJob, nowMs, engine.settings.ttlSweepIntervalMs)) return false
  return stepFirst([...engine.catalog.tables()], async (table) => {
    if (!isExpiring(table, nowMs)) return false
    const found = await findDue(engine, table, nowMs, budget)
    if (found.length === 0) return false
    // All their turns go into one commit.
    const deleted = await Promise.all(found.map((due) => sweepItem(engine, table, due, nowMs)))
    onDeleted?.(table.name, deleted.filter((isDeleted) => isDeleted).length)
    return true
  })
}

/** To be told when there was nothing left to do at `nowMs`, be it of a sweep or of what had to come before it. */
export function endExpirySweep({ schedule, settings }: ExpirySweeper, nowMs: number): void {
  if (schedule.isDue(expirySweepJob, nowMs, settings.ttlSweepIntervalMs)) schedule.ran(expirySweepJob, nowMs)
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

function findDue({ store }: ExpirySweeper, table: Table, nowMs: number, budget: ExpirySweepBudget): Promise<readonly Due[]> {
  return store.view(async (view) => {
    // Where all of a chunk are damaged, and stay, others have their turn before the next.
    for await (const entries of readRange(view, dueRange(table.tableId, nowMs), { entries: budget.items, bytes: budget.sizeBytes })) {
      const found = await soundOnes(view, entries, { table, budget })
      if (found.length > 0) return found
    }
    return []
  })
}

/** What these entries of the order stand for, without items that are damaged: nobody knows whether those expire, and the others wait for nobody. */
async function soundOnes(
  view: View,
  entries: readonly Entry[],
  { table, budget: { sizeBytes: sizeBytesMax } }: { readonly table: Table; readonly budget: ExpirySweepBudget },
): Promise<readonly Due[]> {
  const keys = entries.map(({ key: entry }) => itemOfExpiryKey(entry))
  const values = await soundValues(view, keys)
  const found: Due[] = []
  let sizeBytes = 0
  for (const [at, { key: entry }] of entries.entries()) {
    const [key, value] = [keys[at], values[at]]
    if (key === undefined || value instanceof StoreDamaged) continue
    const item = value === undefined ? undefined : StoredItem.decode(value)
    if (item !== undefined && !expiresHere(table, item)) continue
    found.push({ entry, key, item })
    sizeBytes += item?.sizeBytes ?? 0
    if (sizeBytes >= sizeBytesMax) break
  }
  return found
}

/**
 * Of several replicas one deletes an item that expires, and tells the others: the one where it was written last, or when that is one no more
 * the first of them (global-tables-and-kinesis.md §3).
 */
function expiresHere(table: Table, item: StoredItem): boolean {
  if (!isReplicated(table)) return true
  const replicas = table.replication?.replicas.filter(({ status }) => status !== 'DELETING') ?? []
  const writer = replicas.find(({ region }) => region === item.stamp?.region) ?? replicas[0]
  return writer?.tableId === table.tableId
}

/** Resolves with whether the item is gone for it. */
function sweepItem(engine: ExpirySweeper, table: Table, { entry, key, item }: Due, nowMs: number): Promise<boolean> {
  const place = item === undefined ? undefined : { table, ...itemPlace(table, item.attributes) }
  return engine.store.writeReading(
    () => (place === undefined ? [key] : readsOf(engine.catalog, place)),
    (turn) => {
      const latest = engine.catalog.find(table.name)
      if (latest?.tableId !== table.tableId || !isExpiring(latest, nowMs)) return false
      if (place === undefined) {
        if (turn.get(key) === undefined) turn.delete(entry)
        return false
      }
      const decide = (oldItem: StoredItem | undefined): Decision =>
        isAsOrdered(latest, entry, oldItem) ? { kind: 'become', newItem: undefined } : { kind: 'conditionFailed' }
      const outcome = decideChange(engine, turn, { ...place, decide, cause: 'ttl' })
      if (outcome.kind === 'changed') applyAlone(engine, turn, outcome)
      else turn.delete(entry)
      return outcome.kind === 'changed'
    },
  )
}

/** Whether the item expires when its entry says so. An entry that is wrong has been replaced, or is left over from another attribute. */
function isAsOrdered({ timeToLive }: Table, entry: KeyBytes, item: StoredItem | undefined): boolean {
  if (timeToLive === undefined || item === undefined) return false
  return expirySecond(item.attributes, timeToLive.attributeName) === secondOfExpiryKey(entry)
}
