/**
 * The jobs that keep what is measured (metrics-and-iam.md §1). Whatever measures something stores it itself, when a minute is over.
 * How tables and account stand is the same for all nodes: one of them notes it, and one drops what is too old. All in bounded steps,
 * for all regions; within a minute nothing is due.
 */

import { hourMs, minuteMs } from '../../base/clock.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { metricTrimBudget, metricWaitingMinutesMax, storedPointsPerTurnMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { currentSettings, pointsOf } from './record-settings.ts'
import { notePoints, storePoints } from './store-points.ts'
import { type TrimBudget, trimMetrics } from './trim-metrics.ts'

/** What is dropped is chosen before the minute that is over is stored: what has just been measured is nothing old. */
export function keepMetricsJobs(engine: MeteredEngine, trimBudget: TrimBudget = metricTrimBudget): readonly Job[] {
  return [
    { name: 'metrics of settings', step: (nowMs, lease) => stepSettings(leasedEngine(engine, lease), nowMs) },
    { name: 'old metrics', step: (nowMs, lease) => stepTrim(leasedEngine(engine, lease), nowMs, trimBudget) },
    { name: 'metrics', isPerNode: true, step: (nowMs) => stepPoints(engine, nowMs) },
  ]
}

/** Time may have been moved, or nobody was there: of the minutes that were left out the last ones are made up for. */
async function stepSettings(engine: MeteredEngine, nowMs: number): Promise<boolean> {
  const { progress } = engine.metering.metrics
  const minute = minuteOf(nowMs)
  if (progress.notedMinute !== minute) {
    const leftOut = progress.notedMinute === undefined || progress.notedMinute > minute ? 1 : minute - progress.notedMinute
    progress.toNote = pointsOf(currentSettings(enginesWithWork(engine)), minute, Math.min(leftOut, metricWaitingMinutesMax))
    progress.notedMinute = minute
  }
  if (progress.toNote.length === 0) return false
  const damage = await notePoints(engine, progress.toNote.slice(0, storedPointsPerTurnMax))
  progress.toNote = progress.toNote.slice(storedPointsPerTurnMax)
  if (damage !== undefined) throw damage
  return progress.toNote.length > 0
}

async function stepPoints(engine: MeteredEngine, nowMs: number): Promise<boolean> {
  const { metrics } = engine.metering
  const { progress } = metrics
  const minute = minuteOf(nowMs)
  if (progress.storedMinute !== minute) {
    progress.storedMinute = minute
    progress.isStoring = true
    metrics.forgetUnmeasured()
    // Whoever asks this process what it knows is told, whichever process notes it.
    for (const { series, value } of currentSettings(enginesWithWork(engine))) series.show(value, nowMs)
  }
  if (progress.isStoring) progress.isStoring = await storePoints(engine, nowMs)
  return progress.isStoring
}

async function stepTrim(engine: MeteredEngine, nowMs: number, budget: TrimBudget): Promise<boolean> {
  const { metrics } = engine.metering
  const { progress } = metrics
  const minute = minuteOf(nowMs)
  if (progress.trimmedMinute !== minute && progress.toTrim.length === 0) {
    const hour = Math.floor(nowMs / hourMs)
    const isNewHour = progress.trimmedHour !== hour
    // Others have put series there, too.
    if (isNewHour || engine.leases !== undefined) await metrics.refresh(engine.store)
    progress.trimmedMinute = minute
    progress.trimmedHour = hour
    progress.toTrim = metrics.surplus().map(({ id }) => ({ id, isSurplus: true }))
    if (isNewHour) for (const { id } of metrics.stored()) progress.toTrim.push({ id, isSurplus: false })
  }
  return await trimMetrics(engine, nowMs, budget)
}

function minuteOf(nowMs: number): number {
  return Math.floor(nowMs / minuteMs)
}
