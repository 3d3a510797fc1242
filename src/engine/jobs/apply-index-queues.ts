/**
 * Lagging indexes: says in the catalog which indexes have a queue, brings them up to date by applying the changes whose time has
 * come, each index's in order and in bounded steps, and takes the queue away when the index lags no more and nothing waits.
 */
import type { Entry, KeyBytes } from '../../storage/store.ts'
import { logRange } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { applyEntryChange } from '../changes/entry-change.ts'
import { decodeQueued } from '../changes/index-queue.ts'
import { queueLog } from '../keyspace/keys.ts'
import { queueBudget } from '../limits.ts'
import type { Schedule } from '../schedule.ts'
import { lagsNow } from '../schema/index-lag.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { type GlobalIndex, sameIndex, type Table } from '../schema/table.ts'
import { stepFirst } from './run-due-jobs.ts'

export interface QueueHolder extends CatalogHolder {
  readonly schedule: Schedule
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
  await applyAll(engine, table, index, due)
  return true
}

/** What another has applied meanwhile is not there any more. What is queued for an index that went is swept with it. */
async function applyAll(engine: QueueHolder, table: Table, index: GlobalIndex, due: readonly Entry[]): Promise<void> {
  const space = spaceOf(table, index)
  await engine.store.write(
    due.map(({ key }) => key),
    (turn) => {
      if (sameIndex(engine.catalog.find(table.name), table, index) === undefined) return
      for (const { key } of due) {
        const value = turn.get(key)
        if (value === undefined) continue
        applyEntryChange(turn, space, decodeQueued(value))
        turn.delete(key)
      }
    },
  )
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
