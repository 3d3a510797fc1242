/**
 * Drops points that are too old, and series that have none, in bounded steps. A series goes in two: first it is said to be leaving,
 * so that whoever puts a point of it from then on says anew what it is; then, when there still is no point, it is deleted. In
 * between somebody may die or be slow: what is leaving is found again, and no point is ever left without its series.
 */

import { minuteMs } from '../../base/clock.ts'
import { nextKeys } from '../../engine/records/read-range.ts'
import type { RecordTurn } from '../../engine/records/versioned-records.ts'
import { type KeyBytes, StoreDamaged, type View } from '../../storage/store.ts'
import { metricPointAgeMsMax } from '../limits.ts'
import type { KeepingProgress, Trimmed } from './keeping-progress.ts'
import { minuteIn, pointsRange, type SeriesId, seriesKey } from './metric-keys.ts'

import type { Metrics, StoredSeries } from './metrics.ts'
import { unlessEnded } from './read-points.ts'
import type { Series } from './series.ts'
import type { MetricsHolder } from './store-points.ts'
import { leavingText } from './stored-series.ts'

/** How much one step looks at, and how many points it drops at most, about. */
export interface TrimBudget {
  readonly series: number
  readonly points: number
}

/** Does one step of what is to be trimmed. Resolves with whether some is left. */
export async function trimMetrics({ store, metering: { metrics } }: MetricsHolder, nowMs: number, budget: TrimBudget): Promise<boolean> {
  const { progress } = metrics
  if (progress.toTrim.length === 0 && progress.leaving.length === 0) return false
  const oldMinute = Math.floor((nowMs - metricPointAgeMsMax) / minuteMs)
  await metrics.exclusively(async () => {
    const { version } = metrics.records
    const found = await unlessEnded(store, (view) => findOld(view, metrics, { oldMinute, budget }))
    if (found === undefined) return
    const isDone =
      isNothing(found) ||
      (await metrics.records.change(
        store,
        () => [],
        (records) => drop(records, metrics, found, version),
      ))
    if (isDone) goOn(progress, found)
  })
  return progress.toTrim.length > 0 || progress.leaving.length > 0
}

interface Found {
  /** Of points. */
  readonly keys: KeyBytes[]
  /** Series that have no points without these, or had none before and now. */
  readonly leaving: StoredSeries[]
  readonly gone: StoredSeries[]
  /** Series that were leaving and have points all the same. */
  readonly staying: StoredSeries[]
  /** When the minutes of the last points of series began. */
  readonly lastStoredMs: Map<Series, number>
  /** How many of those to trim are not looked at yet, or have more points to drop. */
  left: number
}

function isNothing({ keys, leaving, gone, staying }: Found): boolean {
  return keys.length + leaving.length + gone.length + staying.length === 0
}

/** Nothing is done when the series are not those that were looked at: one may have gone, come and left again meanwhile. */
function drop(records: RecordTurn, metrics: Metrics, found: Found, version: number): boolean {
  if (metrics.records.version !== version) return false
  for (const key of found.keys) records.turn.delete(key)
  for (const { id, text } of found.leaving) records.put(seriesKey(id), leavingText(text))
  for (const { id, text } of found.staying) records.put(seriesKey(id), text)
  for (const { id } of found.gone) records.delete(seriesKey(id))
  return true
}

function goOn(progress: KeepingProgress, { leaving, lastStoredMs, left }: Found): void {
  for (const [series, atMs] of lastStoredMs) series.lastStoredMs = atMs
  progress.toTrim.length = left
  progress.leaving = leaving.map(({ id }) => id)
}

interface Search {
  readonly oldMinute: number
  readonly budget: TrimBudget
}

async function findOld(view: View, metrics: Metrics, { oldMinute, budget }: Search): Promise<Found> {
  const { toTrim, leaving } = metrics.progress
  const found: Found = { keys: [], leaving: [], gone: [], staying: [], lastStoredMs: new Map(), left: toTrim.length }
  for (const id of leaving) {
    const stored = metrics.storedAs(id)
    if (stored?.isLeaving === true) await findLeaving(view, stored, found)
  }
  for (let looks = 0; looks < budget.series && found.keys.length < budget.points; looks += 1) {
    const next = toTrim[found.left - 1]
    if (next === undefined) break
    const stored = metrics.storedAs(next.id)
    if (stored?.isLeaving === true) await findLeaving(view, stored, found)
    else if (stored !== undefined) {
      const toMinute = (await isSurplus(view, next, stored, found)) ? Number.POSITIVE_INFINITY : oldMinute
      const points = await pointsBefore(view, next.id, toMinute, budget.points)
      found.keys.push(...points.keys)
      if (points.left === 'of-them') break
      if (points.left === 'none') found.leaving.push(stored)
    }
    found.left -= 1
  }
  return found
}

async function findLeaving(view: View, stored: StoredSeries, { gone, staying }: Found): Promise<void> {
  const { keys } = await nextKeys(view, allPoints(stored.id), { entries: 1, bytes: 1 })
  if (keys.length === 0) gone.push(stored)
  else staying.push(stored)
}

/** One that is measured again is no surplus, and one that somebody else measured later than was known here is none yet. */
async function isSurplus(view: View, { isSurplus: isSaid }: Trimmed, { id, series }: StoredSeries, found: Found): Promise<boolean> {
  if (!isSaid || series === undefined || series.hasUnstored) return false
  const newest = await newestKey(view, id)
  if (newest === undefined) return true
  const newestMs = minuteIn(newest) * minuteMs
  found.lastStoredMs.set(series, newestMs)
  return newestMs <= Math.max(series.lastMinuteMs, series.lastStoredMs)
}

/** Of a damaged point, too. */
async function newestKey(view: View, id: SeriesId): Promise<KeyBytes | undefined> {
  try {
    const { entries } = await view.scan({ ...allPoints(id), reverse: true }, { entries: 1, bytes: 1 })
    return entries[0]?.key
  } catch (error) {
    if (error instanceof StoreDamaged) return error.key
    throw error
  }
}

interface OldPoints {
  readonly keys: readonly KeyBytes[]
  /** What the series has besides the keys: some of those that were looked for, newer ones, none. */
  readonly left: 'of-them' | 'newer' | 'none'
}

/** Points of minutes before `toMinute`. One look is enough for a series that has none. */
async function pointsBefore(view: View, id: SeriesId, toMinute: number, pointsMax: number): Promise<OldPoints> {
  const all = allPoints(id)
  const [oldest] = (await nextKeys(view, all, { entries: 1, bytes: 1 })).keys
  if (oldest === undefined) return { keys: [], left: 'none' }
  if (minuteIn(oldest) >= toMinute) return { keys: [], left: 'newer' }
  const range = pointsRange(id, 0, toMinute)
  const { keys, exhausted } = await nextKeys(view, range, { entries: pointsMax, bytes: Number.POSITIVE_INFINITY })
  if (!exhausted) return { keys, left: 'of-them' }
  const newer = await nextKeys(view, { start: range.end, end: all.end }, { entries: 1, bytes: 1 })
  return { keys, left: newer.keys.length === 0 ? 'none' : 'newer' }
}

function allPoints(id: SeriesId): ReturnType<typeof pointsRange> {
  return pointsRange(id, 0, Number.POSITIVE_INFINITY)
}
