/**
 * What a table keeps of its past, as a value (docs/decisions/0028-history.md): for which times, for whom, and how a time of day becomes
 * a place in the order of its changes. Clocks are set back, and differ between nodes; the number of an epoch never goes back. A new epoch
 * begins with a catalog turn, so that every write knows on which side of it it is.
 */
import { dayMs } from '../../base/clock.ts'
import { epochsPerTableMax } from '../limits.ts'

export interface History {
  /** Ascending, at least one: changes are of the last. While recovery is on, all since then that something can be restored to. */
  readonly epochs: readonly Epoch[]
  /** Point-in-time recovery, while it is on. */
  readonly recovery?: Recovery
  /** What copies the table as it was, and reads the history for it. */
  readonly copies?: readonly RunningCopy[]
  /** What was changed until then cannot be undone any more. */
  readonly trimmed?: Moment
  /** Nothing is kept, and nothing is left. */
  readonly isSwept?: true
}

interface Epoch {
  /** From 1, never given twice in one table. */
  readonly number: number
  /** What the clock showed when it began, in milliseconds since the epoch of all clocks. */
  readonly sinceMs: number
}

interface Recovery {
  readonly periodDays: number
}

/** `cut`: the copy holds all changes up to this moment and none after it. */
export interface RunningCopy {
  /** TableId of the table that is made, or the id of the backup or export. */
  readonly id: string
  /** A backup or an export: it ends by itself, and not with a table that it fills. */
  readonly isBackup?: true
  readonly cut: Moment
}

/** A second of an epoch. Moments are in the order of epochs, then of seconds: that in which changes were made. */
export interface Moment {
  readonly epoch: number
  /** Since 1970, the whole of it. */
  readonly second: number
}

/** Whether changes have to leave something behind. */
export function isKept(history: History | undefined): history is History {
  return history !== undefined && (history.recovery !== undefined || history.copies !== undefined)
}

/** The last second of an epoch, and a moment behind all that is ever changed. */
export const lastSecond: number = 2 ** 40 - 2
export const endOfTime: Moment = { epoch: 2 ** 32 - 1, second: lastSecond }

/** The epoch that changes are of. */
export function currentEpoch({ epochs }: History): Epoch {
  return epochs.at(-1) ?? { number: 0, sinceMs: 0 }
}

/** What is changed from now on comes after all that was changed before, whatever the clock shows. */
export function withNewEpoch(history: History | undefined, nowMs: number): History {
  const { isSwept: _, ...kept } = history ?? { epochs: [] }
  const number = (kept.epochs.at(-1)?.number ?? 0) + 1
  const earlier = kept.recovery === undefined ? [] : kept.epochs
  return { ...kept, epochs: [...earlier, { number, sinceMs: nowMs }].slice(-epochsPerTableMax) }
}

/** Recovery goes back to now. */
export function withRecovery(history: History | undefined, periodDays: number, nowMs: number): History {
  return { ...withNewEpoch(history, nowMs), recovery: { periodDays } }
}

/** What was changed before cannot be restored any more, even if recovery is turned on again. */
export function withoutRecovery(history: History): History {
  const { recovery: _, trimmed: _trimmed, ...rest } = history
  return { ...rest, epochs: [currentEpoch(history)] }
}

/** With recovery for another period. What a shorter one drops does not come back. */
export function withPeriod(history: History, periodDays: number, nowMs: number): History {
  const trimmed = momentAt(history, earliestSecond(history, Math.min(periodDays, history.recovery?.periodDays ?? periodDays), nowMs))
  return { ...trimmedTo(history, trimmed), recovery: { periodDays } }
}

/** The end of this second: of several in which the clock showed it, the last. */
export function momentAt({ epochs }: History, second: number): Moment {
  const epoch = epochs.findLast(({ sinceMs }) => secondOf(sinceMs) <= second) ?? epochs[0]
  return { epoch: epoch?.number ?? 0, second }
}

export function isAfter(a: Moment, b: Moment): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.second > b.second)
}

/** The seconds to which a table can be restored, both included; undefined while recovery is off. */
export function recoveryWindow(
  history: History | undefined,
  nowMs: number,
  lagMs: number,
): { readonly earliest: number; readonly latest: number } | undefined {
  if (history?.recovery === undefined) return undefined
  const earliest = earliestSecond(history, history.recovery.periodDays, nowMs)
  return { earliest, latest: Math.max(earliest, secondOf(nowMs - lagMs)) }
}

/** What was changed after this moment must be kept; undefined: nothing must. */
export function keptAfter(history: History, nowMs: number): Moment | undefined {
  const { recovery, copies = [] } = history
  const moments = copies.map(({ cut }) => cut)
  if (recovery !== undefined) moments.push(momentAt(history, earliestSecond(history, recovery.periodDays, nowMs)))
  return moments.reduce<Moment | undefined>((least, moment) => (least === undefined || isAfter(least, moment) ? moment : least), undefined)
}

/** What was changed until this moment is forgotten, and so are epochs that are of no use any more. */
export function trimmedTo(history: History, trimmed: Moment): History {
  return { ...history, trimmed, epochs: history.epochs.filter(({ number }) => number >= trimmed.epoch) }
}

/** The history of an empty table that takes the place of one with this history. */
export function emptiedHistory(history: History | undefined, nowMs: number): History | undefined {
  if (history?.recovery === undefined) return undefined
  return withRecovery(undefined, history.recovery.periodDays, nowMs)
}

export function withoutCopy(history: History, id: string): History {
  const { copies = [], ...rest } = history
  const others = copies.filter((copy) => copy.id !== id)
  return others.length === 0 ? rest : { ...rest, copies: others }
}

export function secondOf(ms: number): number {
  return Math.floor(ms / 1000)
}

/**
 * Recovery goes back to where it was turned on, or to where the clock was set back to since, and no further than its period; nor to a
 * second whose changes are trimmed, as they may be when the clock has been far ahead.
 */
function earliestSecond(history: History, periodDays: number, nowMs: number): number {
  const { trimmed, epochs } = history
  const begins = epochs.map(({ sinceMs }) => sinceMs)
  const earliest = secondOf(Math.max(Math.min(...begins), nowMs - periodDays * dayMs))
  if (trimmed === undefined || !isAfter(trimmed, momentAt(history, earliest))) return earliest
  const later = [trimmed.second, ...begins.map(secondOf)].filter((second) => !isAfter(trimmed, momentAt(history, second)))
  return Math.min(...later)
}
