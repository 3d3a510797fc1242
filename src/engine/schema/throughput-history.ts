/**
 * The history of provisioned throughput and its rule: how often a table or an index may decrease it (operations.md §5.2,
 * data-model.md §8). Days are UTC days.
 */
import { throughputDecreasesAtWillPerDayMax, throughputDecreasesPerDayMax } from '../../api/limits.ts'
import { dayMs, hourMs } from '../../base/clock.ts'
import type { Throughput, ThroughputHistory } from './table.ts'

/** NumberOfDecreasesToday: starts again at midnight, and when the clock was set back behind the last one. */
export function decreasesToday(history: ThroughputHistory | undefined, nowMs: number): number {
  if (history?.lastDecreaseMs === undefined || history.lastDecreaseMs > nowMs) return 0
  if (dayOf(history.lastDecreaseMs) !== dayOf(nowMs)) return 0
  return history.decreases ?? 0
}

/** When the next decrease may be made: now, or later. Some are free each day, each further one takes an hour without any. */
export function nextDecreaseMs(history: ThroughputHistory | undefined, nowMs: number): number {
  const decreases = decreasesToday(history, nowMs)
  if (history?.lastDecreaseMs === undefined || decreases < throughputDecreasesAtWillPerDayMax) return nowMs
  const midnightMs = (dayOf(nowMs) + 1) * dayMs
  if (decreases >= throughputDecreasesPerDayMax) return midnightMs
  return Math.max(nowMs, Math.min(history.lastDecreaseMs + hourMs, midnightMs))
}

export function isDecrease(from: Throughput, to: Throughput): boolean {
  return to.readUnits < from.readUnits || to.writeUnits < from.writeUnits
}

/** The history after a change. One that raises one kind of units and lowers the other is both. */
export function historyAfter(history: ThroughputHistory = {}, from: Throughput, to: Throughput, nowMs: number): ThroughputHistory {
  return {
    ...history,
    ...(to.readUnits > from.readUnits || to.writeUnits > from.writeUnits ? { lastIncreaseMs: nowMs } : {}),
    ...(isDecrease(from, to) ? { lastDecreaseMs: nowMs, decreases: decreasesToday(history, nowMs) + 1 } : {}),
  }
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs)
}
