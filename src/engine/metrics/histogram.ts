/**
 * Histograms of measurements from 0.001 to about a million (milliseconds: a microsecond to a quarter of an hour) in buckets 5 %
 * wide, from which percentiles are read with an error of 5 %. Bucket 0 holds what is smaller, the last one what is greater.
 */

/** How many measurements each bucket has, buckets in ascending order and none that is empty. */
export type Buckets = ReadonlyMap<number, number>

const growth = 1.05
const least = 0.001
const logGrowth = Math.log(growth)

export const bucketCount = 426

/** The bucket of a measurement. */
export function bucketOf(value: number): number {
  if (!(value > least)) return 0
  return Math.min(bucketCount - 1, Math.floor(Math.log(value / least) / logGrowth))
}

export interface Distribution {
  readonly buckets: Buckets
  readonly minimum: number
  readonly maximum: number
}

/**
 * The value below which `percent` (0 to 100) of the measurements lie, taken as evenly spread inside a bucket. Never outside of
 * what was measured.
 */
export function percentileOf({ buckets, minimum, maximum }: Distribution, percent: number): number {
  let count = 0
  for (const inBucket of buckets.values()) count += inBucket
  const rank = (percent / 100) * count
  if (rank <= 0) return minimum
  let before = 0
  for (const [bucket, inBucket] of buckets) {
    if (before + inBucket < rank) {
      before += inBucket
      continue
    }
    const from = least * growth ** bucket
    return Math.min(maximum, Math.max(minimum, from + from * (growth - 1) * ((rank - before) / inBucket)))
  }
  return maximum
}

export function sparse(counts: Uint32Array): Buckets {
  const buckets = new Map<number, number>()
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const inBucket = counts[bucket] ?? 0
    if (inBucket > 0) buckets.set(bucket, inBucket)
  }
  return buckets
}

export function joinBuckets(all: readonly Buckets[]): Buckets {
  const joined = new Map<number, number>()
  for (const buckets of all) {
    for (const [bucket, inBucket] of buckets) joined.set(bucket, (joined.get(bucket) ?? 0) + inBucket)
  }
  return new Map([...joined].sort(([a], [b]) => a - b))
}
