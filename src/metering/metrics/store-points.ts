/** Puts the minutes that ended into the store, those of many series in one turn, and what the series are when they are new there. */

import { minuteMs } from '../../base/clock.ts'
import type { KeyBytes, Store } from '../../storage/store.ts'
import { storedPointsPerTurnMax } from '../limits.ts'
import { pointKey, seriesKey } from './metric-keys.ts'
import { byMinute, decodePoint, encodePoint, joinPoints, type MetricPoint } from './metric-point.ts'
import type { Metrics } from './metrics.ts'
import type { Series } from './series.ts'
import { encodeSeries } from './stored-series.ts'

/** The part of a metered engine that keeps metrics. */
export interface MetricsHolder {
  readonly store: Store
  readonly metering: { readonly metrics: Metrics }
}

/**
 * One turn's worth of the minutes that are over at `nowMs`; resolves with whether some are left. A point that the store has of the
 * same minute is joined with the new one. Rejects like the store; then nothing is lost.
 */
export function storePoints(
  { store, metering: { metrics } }: MetricsHolder,
  nowMs: number,
  pointsMax: number = storedPointsPerTurnMax,
): Promise<boolean> {
  return metrics.exclusively(async () => {
    const taken = take(metrics, nowMs, pointsMax)
    if (taken.size === 0) return false
    try {
      await put(store, metrics, taken)
    } catch (error) {
      for (const [series, points] of taken) series.giveBack(points)
      throw error
    }
    return true
  })
}

/** Stores everything, the minute that is going on included: before the store closes. Rejects like the store. */
export async function storeAllPoints(kept: MetricsHolder): Promise<void> {
  while (await storePoints(kept, Number.POSITIVE_INFINITY));
}

function take(metrics: Metrics, nowMs: number, pointsMax: number): ReadonlyMap<Series, readonly MetricPoint[]> {
  const taken = new Map<Series, readonly MetricPoint[]>()
  let count = 0
  for (const series of metrics.active()) {
    series.endMinute(nowMs)
    const points = series.takeEnded()
    if (points.length === 0) continue
    taken.set(series, points)
    count += points.length
    if (count >= pointsMax) break
  }
  return taken
}

async function put(store: Store, metrics: Metrics, taken: ReadonlyMap<Series, readonly MetricPoint[]>): Promise<void> {
  const rows: { readonly key: KeyBytes; readonly point: MetricPoint }[] = []
  const fresh: (Series & { readonly id: number })[] = []
  for (const [series, ofSeries] of Map.groupBy(taken, ([each]) => metrics.numbered(each))) {
    if (!series.isStored) fresh.push(series)
    const points = byMinute(ofSeries.flatMap(([, each]) => each))
    rows.push(...points.map((point) => ({ key: pointKey(series.id, point.minuteMs / minuteMs), point })))
  }
  await store.write(
    rows.map(({ key }) => key),
    (turn) => {
      for (const { key, point } of rows) {
        const stored = turn.get(key)
        const joined = stored === undefined ? point : joinPoints([decodePoint(point.minuteMs, stored), point])
        if (joined !== undefined) turn.put(key, encodePoint(joined))
      }
      for (const series of fresh) turn.put(seriesKey(series.id), encodeSeries(series))
    },
  )
  for (const series of fresh) series.isStored = true
}
