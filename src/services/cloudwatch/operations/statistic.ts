/** The statistics that can be asked for by name: `Sum` and its like, and percentiles such as `p99.9`. */
import type { MetricPoint } from '../../../metering/metrics/read-points.ts'

/** The value of a period; undefined when it has none, as a percentile has none without a histogram. */
export type StatisticOf = (point: MetricPoint) => number | undefined

const plain: ReadonlyMap<string, StatisticOf> = new Map<string, StatisticOf>([
  ['SampleCount', ({ sampleCount }) => sampleCount],
  ['Average', ({ sum, sampleCount }) => (sampleCount === 0 ? undefined : sum / sampleCount)],
  ['Sum', ({ sum }) => sum],
  ['Minimum', ({ minimum }) => minimum],
  ['Maximum', ({ maximum }) => maximum],
])

/** Undefined for a name that stands for nothing here: trimmed means and their like need the samples themselves, which are not kept. */
export function statisticNamed(name: string): StatisticOf | undefined {
  return plain.get(name) ?? percentileNamed(name)
}

/** `p0` to `p100`, with at most ten decimal places. */
export function percentileNamed(name: string): StatisticOf | undefined {
  const percent = /^[pP]\d{1,3}(\.\d{1,10})?$/.test(name) ? Number(name.slice(1)) : Number.NaN
  return percent <= 100 ? (point) => point.percentile(percent) : undefined
}

/** Trimmed and winsorized means, ranks and counts between bounds: what AWS knows beyond that. */
export function isAbsentStatistic(name: string): boolean {
  return /^(tm|wm|tc|ts|pr|iqm)/i.test(name)
}
