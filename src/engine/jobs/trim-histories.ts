/**
 * Deletes what tables have kept of their past and nobody can ask for any more, in bounded steps. While recovery is on a history is looked
 * through a few times in its period, so that it is never much longer than it has to be, and each entry is read a few times in its life.
 * How far that has come is remembered here alone: who goes on after a crash begins again.
 */

import { dayMs } from '../../base/clock.ts'
import { type Entry, isSameValue, type KeyBytes, type ScanBudget } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { deletedMoment } from '../history/keep-history.ts'
import { isHistoryEntry, momentOfHistoryKey, tableHistoryRange } from '../keyspace/history-keys.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { historyTrimBudget, historyTrimsPerPeriod } from '../limits.ts'
import type { Schedule } from '../schedule.ts'
import { currentEpoch, type History, isAfter, isKept, keptAfter, type Moment, trimmedTo, withoutCopy } from '../schema/history.ts'
import type { Table } from '../schema/table.ts'
import { stepFirst } from './run-due-jobs.ts'

type Engine = CatalogHolder & { readonly schedule: Schedule }

/** Where a look through a history is, by table id. */
export type TrimProgress = Map<number, { readonly trimmed: Moment; readonly last: KeyBytes | undefined }>

/** Does one bounded piece of one history. Resolves with false when there is nothing to do, or not yet. */
export async function stepHistories(
  engine: Engine,
  nowMs: number,
  progress: TrimProgress,
  budget: ScanBudget = historyTrimBudget,
): Promise<boolean> {
  for (const tableId of progress.keys()) if (!engine.catalog.hasTable(tableId)) progress.delete(tableId)
  const remembering = [...engine.catalog.tables()].filter(({ history }) => history !== undefined && !history.isSwept)
  return stepFirst(remembering, async (table) => {
    const { history } = table
    if (history === undefined) return false
    if (await dropLostCopies(engine, table, history)) return true
    if (!isKept(history)) return sweep(engine, table, history, budget)
    if (history.recovery === undefined) return false
    return trim(engine, nowMs, { table, history, periodDays: history.recovery.periodDays }, progress, budget)
  })
}

interface Trimmed {
  readonly table: Table
  readonly history: History
  readonly periodDays: number
}

/** What can't be asked for any more is said first, and deleted then: the clock may show an earlier time in between. */
async function trim(
  engine: Engine,
  nowMs: number,
  { table, history, periodDays }: Trimmed,
  progress: TrimProgress,
  budget: ScanBudget,
): Promise<boolean> {
  const { tableId, name } = table
  const job = `history ${tableId}`
  const place = progress.get(tableId)
  if (place === undefined) {
    if (!engine.schedule.isDue(job, nowMs, (periodDays * dayMs) / historyTrimsPerPeriod)) return false
    engine.schedule.ran(job, nowMs)
    const until = keptAfter(history, nowMs)
    if (until === undefined || (history.trimmed !== undefined && !isAfter(until, history.trimmed))) return false
    await changeHistory(engine, table, (latest) => trimmedTo(latest, until))
    progress.set(tableId, { trimmed: until, last: undefined })
    return true
  }
  const all = tableHistoryRange(tableId)
  const range = place.last === undefined ? all : rangeBeyond(all, place.last)
  const { entries, exhausted } = await engine.store.view(async (view) => view.scan(range, budget))
  const old = entries.filter(
    ({ key, value }) => !isAfter(isHistoryEntry(key) ? momentOfHistoryKey(key) : deletedMoment(value), place.trimmed),
  )
  await deleteAll(engine, { name, tableId }, old)
  if (exhausted) progress.delete(tableId)
  else progress.set(tableId, { ...place, last: entries.at(-1)?.key })
  return true
}

/** Everything of a table that keeps nothing any more. */
async function sweep(engine: Engine, table: Table, history: History, budget: ScanBudget): Promise<boolean> {
  const { entries } = await engine.store.view(async (view) => view.scan(tableHistoryRange(table.tableId), budget))
  if (entries.length > 0) {
    await deleteAll(engine, table, entries, (latest) => isSameState(latest, history))
    return true
  }
  await changeHistory(engine, table, (latest) =>
    isSameState(latest, history) ? { epochs: [currentEpoch(latest)], isSwept: true } : latest,
  )
  return true
}

function isSameState(latest: History | undefined, history: History): boolean {
  return latest !== undefined && !isKept(latest) && currentEpoch(latest).number === currentEpoch(history).number
}

/** The history is kept for no copy that nobody makes any more: the table that was to be filled is gone. */
async function dropLostCopies(engine: Engine, table: Table, { copies = [] }: History): Promise<boolean> {
  if (copies.length === 0) return false
  const filled = new Set<string>()
  for (const { uuid, restore } of engine.catalog.tables()) if (restore?.source?.tableId === table.tableId) filled.add(uuid)
  // A backup is made whatever becomes of its table.
  const lost = copies.filter(({ id, isBackup = false }) => !isBackup && !filled.has(id))
  if (lost.length === 0) return false
  await changeHistory(engine, table, (latest) => lost.reduce((left, { id }) => withoutCopy(left, id), latest))
  return true
}

async function changeHistory(engine: Engine, { name, tableId }: Table, change: (latest: History) => History): Promise<void> {
  await changeTables(engine, [name], (tables) => {
    const latest = tables.find(name)
    if (latest?.tableId === tableId && latest.history !== undefined) tables.replace({ ...latest, history: change(latest.history) })
  })
}

function deleteAll(
  { store, catalog }: Engine,
  { name, tableId }: Pick<Table, 'name' | 'tableId'>,
  entries: readonly Entry[],
  isLeft: (latest: History | undefined) => boolean = () => true,
): Promise<void> {
  // An entry is written once. When an item was deleted is written anew whenever it is: what was read may be another time now.
  const overwritten = entries.filter(({ key }) => !isHistoryEntry(key)).map(({ key }) => key)
  return store.write(overwritten, (turn) => {
    const latest = catalog.find(name)
    if (latest?.tableId !== tableId || !isLeft(latest.history)) return
    for (const { key, value } of entries) if (isHistoryEntry(key) || isSameValue(turn.get(key), value)) turn.delete(key)
  })
}
