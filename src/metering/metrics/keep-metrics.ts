/**
 * Keeps what the metrics measured: when a minute is over it notes how tables and account stand (metrics-and-iam.md §1), stores
 * the points of the minute, and every hour looks for those that are too old, all in bounded steps.
 */

import { hourMs, minuteMs } from '../../base/clock.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import type { KeyBytes, View } from '../../storage/store.ts'
import { metricPointAgeMsMax, metricTrimBudget, metricWaitingMinutesMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { minuteIn, pointsRange, seriesKey } from './metric-keys.ts'
import type { Metrics, StoredSeries } from './metrics.ts'
import { recordSettings } from './record-settings.ts'
import { storePoints } from './store-points.ts'

/** How much one step looks at, and how many points it drops at most, about. */
interface TrimBudget {
  readonly series: number
  readonly points: number
}

interface Progress {
  /** The minute for which the settings are noted. */
  notedMinute: number | undefined
  /** Whether minutes that ended may wait to be stored. */
  isStoring: boolean
  /** The hour that was last trimmed, and what is still to be looked at. */
  trimmedHour: number | undefined
  toTrim: Trimmed[]
}

interface Trimmed extends StoredSeries {
  /** All its points go, and not only those that are too old. */
  readonly isSurplus: boolean
}

const progresses = new WeakMap<Metrics, Progress>()

export function keepMetricsJob(engine: MeteredEngine): Job {
  return { name: 'metrics', step: (nowMs) => stepMetrics(engine, nowMs) }
}

/** Does one bounded piece of what is due, for all regions. Resolves with whether some may be left. Nothing is due within a minute. */
export async function stepMetrics(engine: MeteredEngine, nowMs: number, budget: TrimBudget = metricTrimBudget): Promise<boolean> {
  const progress = progressOf(engine.metering.metrics)
  const minute = Math.floor(nowMs / minuteMs)
  if (progress.notedMinute !== minute) beginMinute(engine, progress, minute)
  if (progress.isStoring) {
    progress.isStoring = await storePoints(engine, nowMs)
    if (progress.isStoring) return true
  }
  if (progress.toTrim.length === 0) return false
  await trim(engine, progress, { nowMs, budget })
  return progress.toTrim.length > 0
}

function progressOf(metrics: Metrics): Progress {
  let progress = progresses.get(metrics)
  if (progress === undefined) {
    progress = { notedMinute: undefined, isStoring: false, trimmedHour: undefined, toTrim: [] }
    progresses.set(metrics, progress)
  }
  return progress
}

/** Time may have been moved: of the minutes that were left out the last ones are made up for. */
function beginMinute(engine: MeteredEngine, progress: Progress, minute: number): void {
  const leftOut = progress.notedMinute === undefined || progress.notedMinute > minute ? 1 : minute - progress.notedMinute
  recordSettings(enginesWithWork(engine), minute, Math.min(leftOut, metricWaitingMinutesMax))
  progress.notedMinute = minute
  progress.isStoring = true
  if (progress.toTrim.length > 0) return
  progress.toTrim = engine.metering.metrics.surplus().map((stored) => ({ ...stored, isSurplus: true }))
  const hour = Math.floor((minute * minuteMs) / hourMs)
  if (progress.trimmedHour === hour) return
  progress.trimmedHour = hour
  progress.toTrim.push(...engine.metering.metrics.stored().map((stored) => ({ ...stored, isSurplus: false })))
}

interface Trim {
  readonly nowMs: number
  readonly budget: TrimBudget
}

async function trim({ metering: { metrics }, store }: MeteredEngine, progress: Progress, { nowMs, budget }: Trim): Promise<void> {
  const oldMinute = Math.floor((nowMs - metricPointAgeMsMax) / minuteMs)
  await metrics.exclusively(async () => {
    const { keys, empty } = await store.view((view) => findOld(view, progress, { oldMinute, budget }))
    keys.push(...empty.map(({ id }) => seriesKey(id)))
    if (keys.length === 0) return
    await store.write([], (turn) => {
      for (const key of keys) turn.delete(key)
    })
    for (const stored of empty) metrics.forget(stored)
  })
}

interface Old {
  readonly keys: KeyBytes[]
  /** Series that have no points without these. */
  readonly empty: readonly StoredSeries[]
}

async function findOld(view: View, { toTrim }: Progress, { oldMinute, budget }: { oldMinute: number; budget: TrimBudget }): Promise<Old> {
  const keys: KeyBytes[] = []
  const empty: StoredSeries[] = []
  for (let looks = 0; looks < budget.series && keys.length < budget.points; looks += 1) {
    const next = toTrim.pop()
    if (next === undefined) break
    // One that is measured again is no surplus.
    const toMinute = next.isSurplus && next.series?.hasUnstored === false ? Number.POSITIVE_INFINITY : oldMinute
    const found = await pointsBefore(view, next.id, toMinute, budget.points)
    keys.push(...found.keys)
    if (found.left === 'none') empty.push(next)
    if (found.left !== 'of-them') continue
    toTrim.push(next)
    break
  }
  return { keys, empty }
}

interface Found {
  readonly keys: readonly KeyBytes[]
  /** What the series has besides the keys: some of those that were looked for, newer ones, none. */
  readonly left: 'of-them' | 'newer' | 'none'
}

/** Points of minutes before `toMinute`. One look is enough for a series that has none. */
async function pointsBefore(view: View, seriesId: number, toMinute: number, pointsMax: number): Promise<Found> {
  const all = pointsRange(seriesId, 0, Number.POSITIVE_INFINITY)
  const [oldest] = (await view.scan(all, { entries: 1, bytes: 1 })).entries
  if (oldest === undefined) return { keys: [], left: 'none' }
  if (minuteIn(oldest.key) >= toMinute) return { keys: [], left: 'newer' }
  const range = pointsRange(seriesId, 0, toMinute)
  const { entries, exhausted } = await view.scan(range, { entries: pointsMax, bytes: Number.POSITIVE_INFINITY })
  const keys = entries.map(({ key }) => key)
  if (!exhausted) return { keys, left: 'of-them' }
  const newer = await view.scan({ start: range.end, end: all.end }, { entries: 1, bytes: 1 })
  return { keys, left: newer.entries.length === 0 ? 'none' : 'newer' }
}
