/**
 * Whether and how a table lets its items expire (operations.md §5.4), as far as it is not the request's matter. The status follows
 * from the clock alone, so no job ends ENABLING and DISABLING.
 */
import { timeToLiveChangeIntervalMs } from '../../api/limits.ts'
import type { TimeToLive } from '../schema/table.ts'

type TimeToLiveStatus = 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED'

export function timeToLiveStatus(timeToLive: TimeToLive | undefined, nowMs: number): TimeToLiveStatus {
  if (timeToLive === undefined) return 'DISABLED'
  const isChanging = isChangedBefore(timeToLive, timeToLive.statusDueMs ?? 0, nowMs)
  if (timeToLive.enabled) return isChanging ? 'ENABLING' : 'ENABLED'
  return isChanging ? 'DISABLING' : 'DISABLED'
}

/** Whether it is too early for another change: within half an hour, or before the last one has taken effect. */
export function isChangedTooOften(timeToLive: TimeToLive, nowMs: number): boolean {
  const { changedMs = 0, statusDueMs = 0 } = timeToLive
  return isChangedBefore(timeToLive, Math.max(statusDueMs, changedMs + timeToLiveChangeIntervalMs), nowMs)
}

/** Whether it is between the last change and `endMs`. To a clock that was set back, further than that change, it is past. */
function isChangedBefore({ changedMs }: TimeToLive, endMs: number, nowMs: number): boolean {
  return changedMs !== undefined && changedMs <= nowMs && nowMs < endMs
}

/** What is left of it in an empty table that takes the place of this one. */
export function emptiedTimeToLive(timeToLive: TimeToLive | undefined): TimeToLive | undefined {
  return timeToLive?.enabled ? { attributeName: timeToLive.attributeName, enabled: true } : undefined
}
