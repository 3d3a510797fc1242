/**
 * Histograms of measurements of any magnitude in a fixed room: buckets at most 5 % wide, found without a logarithm, from which
 * percentiles are read. The unit is the caller's; between 2⁻¹⁰ and 2²⁰ (of milliseconds: a microsecond and a quarter of an hour)
 * it is precise.
 *
 * | bucket        | holds                                                       |
 * | ------------- | ----------------------------------------------------------- |
 * | 0             | what is below 2⁻¹⁰, and what is no number                   |
 * | 1 + 20 o + s  | from 2^(o−10) · (1 + s/20) to the next bucket; o < 30, s < 20 |
 * | the last one  | 2²⁰ and more                                                |
 */

/** How many measurements each bucket has, buckets in ascending order and none that is empty. */
export type Buckets = ReadonlyMap<number, number>

const least = 2 ** -10
const octaves = 30
const stepsPerOctave = 20
export const bucketCount: number = 1 + octaves * stepsPerOctave + 1

/** The first half of a number as IEEE 754 has it: a sign, eleven bits of exponent, twenty of mantissa. */
const view = new DataView(new ArrayBuffer(8))
const mantissaBits = 20
const mantissaMask = 2 ** mantissaBits - 1
const leastExponent = 1023 - 10

/** The bucket of a measurement: exact but for a millionth of it at the edges. */
export function bucketOf(value: number): number {
  if (!(value >= least)) return 0
  view.setFloat64(0, value)
  const half = view.getUint32(0)
  const step = ((half & mantissaMask) * stepsPerOctave) >>> mantissaBits
  return Math.min(1 + ((half >>> mantissaBits) - leastExponent) * stepsPerOctave + step, bucketCount - 1)
}

/**
 * The value below which `percent` (0 to 100) of the measurements lie, taken as evenly spread inside a bucket. Infinite where it is
 * beyond the buckets, zero without measurements.
 */
export function percentileOf(buckets: Buckets, percent: number): number {
  let count = 0
  for (const inBucket of buckets.values()) count += inBucket
  const rank = Math.max(0, (percent / 100) * count)
  let before = 0
  let end = 0
  for (const [bucket, inBucket] of buckets) {
    const start = startOf(bucket)
    end = startOf(bucket + 1)
    if (before + inBucket >= rank) return rank === before ? start : start + (end - start) * ((rank - before) / inBucket)
    before += inBucket
  }
  return end
}

export function joinBuckets(all: readonly Buckets[]): Buckets {
  const joined = new Map<number, number>()
  for (const buckets of all) {
    for (const [bucket, inBucket] of buckets) joined.set(bucket, (joined.get(bucket) ?? 0) + inBucket)
  }
  return new Map([...joined].sort(([a], [b]) => a - b))
}

/** Where a bucket begins. The one behind the last one: nowhere. */
function startOf(bucket: number): number {
  if (bucket === 0) return 0
  if (bucket >= bucketCount) return Number.POSITIVE_INFINITY
  const steps = bucket - 1
  return least * 2 ** Math.floor(steps / stepsPerOctave) * (1 + (steps % stepsPerOctave) / stepsPerOctave)
}

/** A histogram that grows: 2.4 KiB, whatever comes. */
export class LogHistogram {
  readonly #counts = new Uint32Array(bucketCount)
  #count = 0
  #maximum = 0

  add(value: number): void {
    const bucket = bucketOf(value)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#count += 1
    if (value > this.#maximum) this.#maximum = value
  }

  addAll(other: LogHistogram): void {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0)
    }
    this.#count += other.#count
    this.#maximum = Math.max(this.#maximum, other.#maximum)
  }

  /** What another one has, by its buckets and its greatest measurement. Buckets that there are not are left out. */
  addBuckets(buckets: Iterable<readonly [bucket: number, count: number]>, maximum: number): void {
    for (const [bucket, count] of buckets) {
      const before = this.#counts[bucket]
      if (before === undefined) continue
      this.#counts[bucket] = before + count
      this.#count += count
    }
    this.#maximum = Math.max(this.#maximum, maximum)
  }

  clear(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#maximum = 0
  }

  get count(): number {
    return this.#count
  }

  /** The greatest measurement, exact; 0 while there is none above it. */
  get maximum(): number {
    return this.#maximum
  }

  /** A copy. */
  buckets(): Buckets {
    const buckets = new Map<number, number>()
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const inBucket = this.#counts[bucket] ?? 0
      if (inBucket > 0) buckets.set(bucket, inBucket)
    }
    return buckets
  }

  /** As `percentileOf`, and never above the greatest measurement. */
  percentile(percent: number): number {
    return Math.min(this.#maximum, percentileOf(this.buckets(), percent))
  }
}
