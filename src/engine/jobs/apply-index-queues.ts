/**
 * Lagging indexes: says in the catalog which indexes have a queue, brings them up to date by applying the changes whose time has
 * come, each index's in order and in bounded steps, and takes the queue away when the index lags no more and nothing waits.
 */
import { latin1 } from '../../base/bytes.ts'
import { type Entry, type KeyBytes, logRange, type StoredValue, type WriteTurn } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { applyEntryChange, type EntryChange } from '../changes/entry-change.ts'
import { decodeQueued } from '../changes/index-queue.ts'
import { itemKey } from '../items/item-key.ts'
import { spaceNumber } from '../keyspace/keys.ts'
import { queueLog } from '../keyspace/queue-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { queueBudget } from '../limits.ts'
import type { RecentChanges } from '../recent/recent-changes.ts'
import type { Schedule } from '../schedule.ts'
import { lagsNow } from '../schema/index-lag.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { type GlobalIndex, sameIndex, type Table } from '../schema/table.ts'
import { stepFirst } from './run-due-jobs.ts'

export interface QueueHolder extends CatalogHolder {
  readonly schedule: Schedule
  readonly recentChanges: RecentChanges
}

/** Gives a queue to the indexes of the region that lag from now on. Resolves when every later write goes by it. */
export async function followIndexLags(engine: CatalogHolder): Promise<void> {
  const lagging = [...engine.catalog.tables()].filter((table) => globalIndexes(table).some((index) => isToBeQueued(engine, table, index)))
  if (lagging.length === 0) return
  const names = lagging.map(({ name }) => name)
  // A table that is written again gets the queues it needs.
  await changeTables(engine, names, (tables) => {
    for (const name of names) {
      const table = tables.find(name)
      if (table !== undefined) tables.replace(table)
    }
  })
}

/** Applies one bounded piece of a queue at `nowMs`. Resolves with whether any of them had something due. */
export async function stepIndexQueues(engine: QueueHolder, nowMs: number): Promise<boolean> {
  const queued = [...engine.catalog.tables()].flatMap((table) =>
    globalIndexes(table).flatMap((index) => (index.isQueued ? [{ table, index }] : [])),
  )
  return stepFirst(queued, ({ table, index }) => step(engine, table, index, nowMs))
}

function globalIndexes({ indexes }: Table): readonly GlobalIndex[] {
  return indexes.filter((index) => index.kind === 'global')
}

function isToBeQueued({ settings }: CatalogHolder, table: Table, index: GlobalIndex): boolean {
  return !index.isQueued && lagsNow(settings, table, index)
}

async function step(engine: QueueHolder, table: Table, index: GlobalIndex, nowMs: number): Promise<boolean> {
  const log = queueLog(spaceOf(table, index))
  const { entries, last } = await engine.store.view(async (view) => {
    const chunk = await view.scan(logRange(log), queueBudget)
    return { entries: chunk.entries, last: chunk.entries.length > 0 ? undefined : (await view.lasts([log]))[0] }
  })
  if (entries.length === 0) {
    if (lagsNow(engine.settings, table, index)) return false
    return endQueue(engine, table, index, { log, last: last ?? 0 })
  }
  // In order: what is due behind something that is not must wait for it.
  const wait = `queue ${table.tableId} ${index.indexId}`
  const firstLater = entries.findIndex(({ value }) => {
    const { sinceMs, lagMs } = decodeQueued(value)
    return !engine.schedule.isOver(wait, { sinceMs, delayMs: lagMs }, nowMs)
  })
  const due = firstLater < 0 ? entries : entries.slice(0, firstLater)
  if (due.length === 0) return false
  await applyAll(engine, table, index, { due, nowMs })
  return true
}

/** What another has applied meanwhile is not there any more. What is queued for an index that went is swept with it. */
async function applyAll(engine: QueueHolder, table: Table, index: GlobalIndex, { due, nowMs }: DueEntries): Promise<void> {
  const space = spaceOf(table, index)
  const { isKept } = engine.recentChanges
  const entryKeys = isKept ? due.flatMap(({ value }) => keysOf(decodeQueued(value))) : []
  await engine.store.write([...due.map(({ key }) => key), ...entryKeys], (turn) => {
    if (sameIndex(engine.catalog.find(table.name), table, index) === undefined) return
    const shown = new ShownEntries(turn, table, index)
    for (const { key } of due) {
      const value = turn.get(key)
      if (value === undefined) continue
      const change = decodeQueued(value)
      if (isKept) shown.note(engine.recentChanges, change, nowMs)
      applyEntryChange(turn, space, change)
      turn.delete(key)
    }
  })
}

interface DueEntries {
  readonly due: readonly Entry[]
  readonly nowMs: number
}

function keysOf({ remove, put }: EntryChange): readonly KeyBytes[] {
  return [...(remove === undefined ? [] : [remove]), ...(put === undefined ? [] : [put.key])]
}

/** What a turn shows of an index, with what was there before: for those who remember it. */
class ShownEntries {
  readonly #turn: WriteTurn
  readonly #table: Table
  readonly #space: number
  /** By key, what earlier changes of the same turn made of it. */
  readonly #made = new Map<string, StoredValue | undefined>()

  constructor(turn: WriteTurn, table: Table, index: GlobalIndex) {
    this.#turn = turn
    this.#table = table
    this.#space = spaceNumber(spaceOf(table, index))
  }

  note(recentChanges: RecentChanges, change: EntryChange, nowMs: number): void {
    const before = keysOf(change).map((key) => {
      const text = latin1(key)
      return [key, this.#made.has(text) ? this.#made.get(text) : this.#turn.get(key)] as const
    })
    const entry = change.put?.value ?? before[0]?.[1]
    // What was removed before it was ever shown.
    if (entry === undefined) return
    if (change.remove !== undefined) this.#made.set(latin1(change.remove), undefined)
    if (change.put !== undefined) this.#made.set(latin1(change.put.key), change.put.value)
    const item = itemKey(this.#table, StoredItem.decode(entry).attributes)
    recentChanges.noteShown(this.#turn, `${this.#space} ${latin1(item)}`, before, nowMs)
  }
}

interface SeenQueue {
  readonly log: KeyBytes
  /** The last number when the queue was seen to be empty. */
  readonly last: number
}

/** Resolves with false when something was queued in between. */
function endQueue(engine: CatalogHolder, { name, tableId }: Table, { indexId }: GlobalIndex, { log, last }: SeenQueue): Promise<boolean> {
  return changeTables(
    engine,
    [name],
    (tables) => {
      const table = tables.find(name)
      if (table?.tableId !== tableId || tables.lastNumber(log) !== last) return false
      tables.replace({ ...table, indexes: table.indexes.map((index) => (index.indexId === indexId ? withoutQueue(index) : index)) })
      return true
    },
    [log],
  )
}

function withoutQueue(index: Table['indexes'][number]): Table['indexes'][number] {
  if (index.kind === 'local') return index
  const { isQueued: _, ...rest } = index
  return rest
}
