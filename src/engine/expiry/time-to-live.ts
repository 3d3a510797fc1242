/**
 * Whether and how a table lets its items expire (operations.md §5.4), as far as it is not the request's matter. The status follows
 * from the clock alone, so no job ends ENABLING and DISABLING.
 */
import { timeToLiveChangeIntervalMs } from '../../api/limits.ts'
import type { TimeToLive } from '../catalog/table.ts'

export type TimeToLiveStatus = 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED'

export function timeToLiveStatus(timeToLive: TimeToLive | undefined, nowMs: number): TimeToLiveStatus {
  if (timeToLive === undefined) return 'DISABLED'
  const { enabled, statusDueMs } = timeToLive
  const isChanging = statusDueMs !== undefined && nowMs < statusDueMs
  if (enabled) return isChanging ? 'ENABLING' : 'ENABLED'
  return isChanging ? 'DISABLING' : 'DISABLED'
}

/** Whether it is too early for another change: within the hour, or before the last one has taken effect. */
export function isChangedTooOften({ changedMs, statusDueMs = 0 }: TimeToLive, nowMs: number): boolean {
  if (nowMs < statusDueMs) return true
  // A clock that was set back must not shut the door for longer than an hour.
  return changedMs !== undefined && changedMs <= nowMs && nowMs < changedMs + timeToLiveChangeIntervalMs
}

/** What is left of it in an empty table that takes the place of this one. */
export function emptiedTimeToLive(timeToLive: TimeToLive | undefined): TimeToLive | undefined {
  return timeToLive?.enabled ? { attributeName: timeToLive.attributeName, enabled: true } : undefined
}
