/** Reading what a series measured, minute by minute, stored or not yet. */

import { setImmediate } from 'node:timers/promises'
import { minuteMs } from '../../base/clock.ts'
import { keyAfter } from '../../engine/keyspace/keys.ts'
import { metricPointsBudget } from '../limits.ts'
import { minuteIn, pointsRange } from './metric-keys.ts'
import type { Dimensions, MetricName } from './metric-names.ts'
import { byMinute, decodePoint, type MetricPoint } from './metric-point.ts'
import type { MetricsHolder } from './store-points.ts'

export { joinPoints, type MetricPoint } from './metric-point.ts'

/** Minutes with measurements that start in [fromMs, toMs), ascending, the one going on included. */
export async function readPoints(
  { store, metering: { metrics } }: MetricsHolder,
  name: MetricName,
  dimensions: Dimensions,
  fromMs: number,
  toMs: number,
): Promise<readonly MetricPoint[]> {
  while (metrics.work !== undefined) await metrics.work
  const series = metrics.find(name, dimensions)
  if (series === undefined) return []
  // What is in memory and what is in the store belong to one moment: nothing waits in between.
  const unstored = series.unstored().filter((point) => point.minuteMs >= fromMs && point.minuteMs < toMs)
  if (series.id === undefined || !series.isStored) return byMinute(unstored)
  using snapshot = store.snapshot()
  const stored: MetricPoint[] = []
  let rest = pointsRange(series.id, Math.ceil(fromMs / minuteMs), Math.ceil(toMs / minuteMs))
  for (;;) {
    const { entries, exhausted } = await snapshot.scan(rest, metricPointsBudget)
    for (const { key, value } of entries) stored.push(decodePoint(minuteIn(key) * minuteMs, value))
    const last = entries.at(-1)
    if (exhausted || last === undefined) return unstored.length === 0 ? stored : byMinute([...stored, ...unstored])
    rest = { ...rest, start: keyAfter(last.key) }
    // A long stretch of time takes many of these, and others want their turn.
    await setImmediate()
  }
}
