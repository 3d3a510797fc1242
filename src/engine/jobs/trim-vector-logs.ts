/**
 * Trims the logs of vector indexes, in bounded steps: what has been there for an hour, and of a log that became long all but its end.
 * Who has rows from before that reads them anew (vectors/part-rows.ts). Entries tell no time, which would make every write dearer:
 * a look at the logs notes where each ends, and what was there then is old enough for a look that comes an hour later.
 */
import { type KeyBytes, logEntryKey, logEntryNumber, logRange, type ScanBudget, type View } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { vectorTrimKey } from '../keyspace/vector-keys.ts'
import { vectorLogAgeMsMin, vectorLogEntriesMax, vectorLogLookMs, vectorLogTrimBudget } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'
import type { Schedule } from '../schedule.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { sameIndex, type Table, type VectorIndex } from '../schema/table.ts'
import {
  encodeVectorTrim,
  logsOfIndex,
  readVectorLogs,
  type VectorLogState,
  type VectorLogTrim,
  vectorLogsName,
} from '../vectors/vector-log.ts'
import { stepFirst } from './run-due-jobs.ts'

export interface VectorLogTrimmer extends CatalogHolder {
  readonly schedule: Schedule
}

export interface VectorLogLimits {
  readonly budget?: ScanBudget
  /** Of one log. */
  readonly entriesMax?: number
}

/** Does one bounded piece of one index whose logs are to be looked at. Resolves with whether there was anything to do. */
export function stepVectorLogs(engine: VectorLogTrimmer, nowMs: number, limits: VectorLogLimits = {}): Promise<boolean> {
  const indexes = [...engine.catalog.tables()].flatMap((table) => table.vectorIndexes.map((index) => ({ table, index })))
  return stepFirst(indexes, ({ table, index }) => look(engine, { table, index }, nowMs, limits))
}

interface IndexOfTable {
  readonly table: Table
  readonly index: VectorIndex
}

/** What is to become of one log in one step. */
interface LogChange {
  readonly trimKey: KeyBytes
  readonly before: VectorLogTrim | undefined
  readonly after: VectorLogTrim
  /** Of the entries to be deleted. */
  readonly keys: readonly KeyBytes[]
  /** Whether there are more of them. */
  readonly isMore: boolean
}

async function look(engine: VectorLogTrimmer, { table, index }: IndexOfTable, nowMs: number, limits: VectorLogLimits): Promise<boolean> {
  const { budget = vectorLogTrimBudget, entriesMax = vectorLogEntriesMax } = limits
  const name = vectorLogsName(spaceOf(table, index))
  if (!engine.schedule.isDue(name, nowMs, vectorLogLookMs)) return false
  const isOld = (log: number, { seenMs }: VectorLogTrim): boolean =>
    engine.schedule.isOver(`${name} ${log}`, { sinceMs: seenMs, delayMs: vectorLogAgeMsMin }, nowMs)
  const { changes, areAll } = await engine.store.view(async (view) => {
    const found: LogChange[] = []
    let entriesLeft = budget.entries
    const logs = logsOfIndex(table, index)
    for (const [at, state] of (await readVectorLogs(view, logs)).entries()) {
      const log = logs[at]
      if (log === undefined || state.lastNumber === 0) continue
      const isSeenOld = state.trim !== undefined && isOld(at, state.trim)
      const left = { ...budget, entries: entriesLeft }
      const change = await changeOf(view, log, { state, isSeenOld, entriesMax, nowMs, budget: left })
      if (change === undefined) continue
      found.push(change)
      entriesLeft -= change.keys.length
      if (change.isMore || entriesLeft <= 0) return { changes: found, areAll: false }
    }
    return { changes: found, areAll: true }
  })
  if (changes.length > 0) await trim(engine, { table, index }, changes)
  if (areAll) engine.schedule.ran(name, nowMs)
  return changes.length > 0
}

interface LogLook {
  readonly state: VectorLogState
  /** Whether what was seen at the last look is to go. */
  readonly isSeenOld: boolean
  readonly entriesMax: number
  readonly nowMs: number
  readonly budget: ScanBudget
}

async function changeOf(view: View, log: KeyBytes, found: LogLook): Promise<LogChange | undefined> {
  const { state, isSeenOld, entriesMax, nowMs, budget } = found
  const { lastNumber, trim: before } = state
  const known = before ?? { trimmedNumber: 0, seenNumber: 0, seenMs: nowMs }
  const goal = Math.max(known.trimmedNumber, isSeenOld ? known.seenNumber : 0, lastNumber - entriesMax)
  const { keys, trimmedNumber } = await entriesUpTo(view, log, { from: known.trimmedNumber, goal, budget })
  const isToBeNoted = before === undefined || (isSeenOld && trimmedNumber === goal && lastNumber > known.seenNumber)
  if (trimmedNumber === known.trimmedNumber && !isToBeNoted) return undefined
  const after = isToBeNoted ? { trimmedNumber, seenNumber: lastNumber, seenMs: nowMs } : { ...known, trimmedNumber }
  return { trimKey: vectorTrimKey(log), before, after, keys, isMore: trimmedNumber < goal }
}

/** The next entries of a log behind `from` up to `goal`, and up to where it is trimmed without them. */
async function entriesUpTo(
  view: View,
  log: KeyBytes,
  { from, goal, budget }: { readonly from: number; readonly goal: number; readonly budget: ScanBudget },
): Promise<{ readonly keys: readonly KeyBytes[]; readonly trimmedNumber: number }> {
  if (goal === from) return { keys: [], trimmedNumber: from }
  const { keys, exhausted } = await nextKeys(view, { ...logRange(log, from + 1), end: logEntryKey(log, goal + 1) }, budget)
  const last = keys.at(-1)
  return { keys, trimmedNumber: exhausted || last === undefined ? goal : logEntryNumber(last) }
}

/** Others may trim the same logs, and the index may have gone, whose id is another's later. */
async function trim(engine: VectorLogTrimmer, { table, index }: IndexOfTable, changes: readonly LogChange[]): Promise<void> {
  await engine.store.write(
    changes.map(({ trimKey }) => trimKey),
    (turn) => {
      if (sameIndex(engine.catalog.find(table.name), table, index) === undefined) return
      for (const { trimKey, before, after, keys } of changes) {
        if (turn.get(trimKey) !== (before && encodeVectorTrim(before))) continue
        for (const key of keys) turn.delete(key)
        turn.put(trimKey, encodeVectorTrim(after))
      }
    },
  )
}
