/** Reading what a series measured, minute by minute, stored or not yet, whoever stored it. */

import { minuteMs } from '../../base/clock.ts'
import { readRange } from '../../engine/records/read-range.ts'
import { type KeyRange, type Store, type View, ViewEnded } from '../../storage/store.ts'
import { metricPointsBudget, pointsLateMsMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { minuteIn, pointsRange, seriesKey } from './metric-keys.ts'
import type { Dimensions, MetricName } from './metric-names.ts'
import { byMinute, decodePoint, type MetricPoint } from './metric-point.ts'
import type { MetricsHolder } from './store-points.ts'
import { decodeSeries, seriesIdOf, seriesText } from './stored-series.ts'

export { joinPoints, type MetricPoint } from './metric-point.ts'

/** Minutes with measurements that start in [fromMs, toMs), ascending, the one going on included. */
export function readPoints(
  holder: MetricsHolder,
  name: MetricName,
  dimensions: Dimensions,
  fromMs: number,
  toMs: number,
): Promise<readonly MetricPoint[]> {
  return pointsWith(holder, { name, dimensions, fromMs, toMs }, scanPoints)
}

/** The first and the last of them, for less than it takes to read all. */
export async function readEndPoints(
  holder: MetricsHolder,
  name: MetricName,
  dimensions: Dimensions,
  fromMs: number,
  toMs: number,
): Promise<{ readonly first: MetricPoint | undefined; readonly last: MetricPoint | undefined }> {
  const points = await pointsWith(holder, { name, dimensions, fromMs, toMs }, scanEnds)
  return { first: points[0], last: points.at(-1) }
}

interface WantedPoints {
  readonly name: MetricName
  readonly dimensions: Dimensions
  readonly fromMs: number
  readonly toMs: number
}

/** Those that `scan` finds in the store, with those that are not there yet. */
async function pointsWith(
  { store, metering: { metrics } }: MetricsHolder,
  { name, dimensions, fromMs, toMs }: WantedPoints,
  scan: (view: View, range: KeyRange) => Promise<readonly MetricPoint[]>,
): Promise<readonly MetricPoint[]> {
  const text = seriesText({ name, dimensions })
  for (;;) {
    while (metrics.work !== undefined) await metrics.work
    const { workCount } = metrics
    const points = await unlessEnded(store, async (view) => {
      // What is in memory and what is in the store belong to one moment: nothing may have come from here to there while the view opened.
      if (metrics.workCount !== workCount) return undefined
      const series = metrics.find(name, dimensions)
      const unstored = series?.unstored().filter((point) => point.minuteMs >= fromMs && point.minuteMs < toMs) ?? []
      const id = series?.id ?? seriesIdOf(text)
      const range = pointsRange(id, Math.ceil(fromMs / minuteMs), Math.ceil(toMs / minuteMs))
      const [[record], stored] = await Promise.all([view.get([seriesKey(id)]), scan(view, range)])
      const isStored = record !== undefined && decodeSeries(record).text === text
      return byMinute(isStored ? [...stored, ...unstored] : unstored)
    })
    if (points !== undefined) return points
  }
}

/** Up to which time what was measured is in the store, whoever measured it. */
export function settledMs({ leases }: Pick<MeteredEngine, 'leases'>, nowMs: number): number {
  return leases === undefined ? nowMs : nowMs - pointsLateMsMax
}

/** What was read of one view; undefined when that ended before its reader did. */
export async function unlessEnded<T>(store: Store, read: (view: View) => Promise<T>): Promise<T | undefined> {
  try {
    return await store.view(read)
  } catch (error) {
    if (error instanceof ViewEnded) return undefined
    throw error
  }
}

/** What the first and the last key of the range have; the same when there is but one. Others may have put points of the same minutes. */
async function scanEnds(view: View, range: KeyRange): Promise<readonly MetricPoint[]> {
  const one = { entries: 1, bytes: 1 }
  const [{ entries: firsts }, { entries: lasts }] = [await view.scan(range, one), await view.scan({ ...range, reverse: true }, one)]
  return [...firsts, ...lasts].map(({ key, value }) => decodePoint(minuteIn(key) * minuteMs, value))
}

async function scanPoints(view: View, range: KeyRange): Promise<readonly MetricPoint[]> {
  const points: MetricPoint[] = []
  for await (const entries of readRange(view, range, metricPointsBudget)) {
    for (const { key, value } of entries) points.push(decodePoint(minuteIn(key) * minuteMs, value))
  }
  return points
}
