/** What one series measured in one minute, or in several that were joined; and how that is stored. */
import { assert } from '../../base/assert.ts'
import { type Buckets, joinBuckets, percentileOf } from '../../base/log-histogram.ts'
import type { StoredValue } from '../../storage/store.ts'

export interface Measured {
  /** The start of the minute, in milliseconds since the epoch. */
  readonly minuteMs: number
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
  /** Only of metrics that keep a histogram. */
  readonly buckets?: Buckets | undefined
}

export class MetricPoint implements Measured {
  readonly minuteMs: number
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
  readonly buckets: Buckets | undefined

  constructor(measured: Measured) {
    this.minuteMs = measured.minuteMs
    this.sampleCount = measured.sampleCount
    this.sum = measured.sum
    this.minimum = measured.minimum
    this.maximum = measured.maximum
    this.buckets = measured.buckets
  }

  /**
   * The value below which `percent` (0 to 100) of the samples lie: within 5 % where there is a histogram, and exact when all samples
   * were the same. Otherwise undefined, as CloudWatch has it.
   */
  percentile(percent: number): number | undefined {
    if (this.buckets === undefined) return this.minimum === this.maximum ? this.minimum : undefined
    return Math.min(this.maximum, Math.max(this.minimum, percentileOf(this.buckets, percent)))
  }
}

/** One point for all, at the minute of the first. */
export function joinPoints(points: readonly MetricPoint[]): MetricPoint | undefined {
  const [first] = points
  if (first === undefined || points.length === 1) return first
  let { sampleCount, sum, minimum, maximum } = { ...first, sampleCount: 0, sum: 0 }
  const buckets: Buckets[] = []
  for (const point of points) {
    sampleCount += point.sampleCount
    sum += point.sum
    minimum = Math.min(minimum, point.minimum)
    maximum = Math.max(maximum, point.maximum)
    if (point.buckets !== undefined) buckets.push(point.buckets)
  }
  const joined = buckets.length === points.length ? joinBuckets(buckets) : undefined
  return new MetricPoint({ minuteMs: first.minuteMs, sampleCount, sum, minimum, maximum, buckets: joined })
}

/** One point for each minute, ascending: time may have been moved, a restart divides a minute, and so do several nodes. */
export function byMinute(points: readonly MetricPoint[]): readonly MetricPoint[] {
  if (isAscending(points)) return points
  const joined: MetricPoint[] = []
  for (const [, ofMinute] of [...Map.groupBy(points, (point) => point.minuteMs)].sort(([a], [b]) => a - b)) {
    const point = joinPoints(ofMinute)
    if (point !== undefined) joined.push(point)
  }
  return joined
}

/** As points are, nearly always. */
function isAscending(points: readonly MetricPoint[]): boolean {
  return points.every((point, at) => at === 0 || point.minuteMs > (points[at - 1]?.minuteMs ?? 0))
}

/**
 * A point in the store is text, words with a space between them:
 *
 * | word                  | means                                                                              |
 * | --------------------- | ---------------------------------------------------------------------------------- |
 * | sample count          | decimal                                                                            |
 * | sum, minimum, maximum | decimal, twelve digits of each                                                     |
 * | `<steps>` or `<steps>*<count>` | for each bucket with samples: how far behind the one before it, and how many if not one |
 */
export function encodePoint({ sampleCount, sum, minimum, maximum, buckets }: MetricPoint): string {
  const words = [String(sampleCount), shortened(sum), shortened(minimum), shortened(maximum)]
  let last = 0
  for (const [bucket, inBucket] of buckets ?? []) {
    words.push(inBucket === 1 ? String(bucket - last) : `${bucket - last}*${inBucket}`)
    last = bucket
  }
  return words.join(' ')
}

export function decodePoint(startMs: number, value: StoredValue): MetricPoint {
  assert(typeof value === 'string', 'points are stored as text')
  const [sampleCount, sum, minimum, maximum, ...steps] = value.split(' ')
  const buckets = new Map<number, number>()
  let bucket = 0
  for (const word of steps) {
    const [step, inBucket = '1'] = word.split('*')
    bucket += Number(step)
    buckets.set(bucket, Number(inBucket))
  }
  return new MetricPoint({
    minuteMs: startMs,
    sampleCount: Number(sampleCount),
    sum: Number(sum),
    minimum: Number(minimum),
    maximum: Number(maximum),
    buckets: buckets.size === 0 ? undefined : buckets,
  })
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(12)))
}
