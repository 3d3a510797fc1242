/**
 * Keeps what the metrics measured: when a minute is over it notes how tables and account stand (metrics-and-iam.md §1), stores
 * the points of the minute, and every hour looks for those that are too old (trim-metrics.ts), all in bounded steps.
 */

import { hourMs, minuteMs } from '../../base/clock.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { metricTrimBudget, metricWaitingMinutesMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { KeepingProgress } from './keeping-progress.ts'

import { recordSettings } from './record-settings.ts'
import { storePoints } from './store-points.ts'
import { type TrimBudget, trimMetrics } from './trim-metrics.ts'

export function keepMetricsJob(engine: MeteredEngine): Job {
  return { name: 'metrics', isPerNode: true, step: (nowMs) => stepMetrics(engine, nowMs) }
}

/** Does one bounded piece of what is due, for all regions. Resolves with whether some may be left. Nothing is due within a minute. */
export async function stepMetrics(engine: MeteredEngine, nowMs: number, budget: TrimBudget = metricTrimBudget): Promise<boolean> {
  const { progress } = engine.metering.metrics
  const minute = Math.floor(nowMs / minuteMs)
  if (progress.notedMinute !== minute) beginMinute(engine, progress, minute)
  if (progress.isStoring) {
    progress.isStoring = await storePoints(engine, nowMs)
    if (progress.isStoring) return true
  }
  return await trimMetrics(engine, nowMs, budget)
}

/** Time may have been moved: of the minutes that were left out the last ones are made up for. */
function beginMinute(engine: MeteredEngine, progress: KeepingProgress, minute: number): void {
  const { metrics } = engine.metering
  const leftOut = progress.notedMinute === undefined || progress.notedMinute > minute ? 1 : minute - progress.notedMinute
  recordSettings(enginesWithWork(engine), minute, Math.min(leftOut, metricWaitingMinutesMax))
  progress.notedMinute = minute
  progress.isStoring = true
  if (progress.toTrim.length > 0) return
  progress.toTrim = metrics.surplus().map(({ id }) => ({ id, isSurplus: true }))
  const hour = Math.floor((minute * minuteMs) / hourMs)
  if (progress.trimmedHour === hour) return
  progress.trimmedHour = hour
  for (const { id } of metrics.stored()) progress.toTrim.push({ id, isSurplus: false })
}
