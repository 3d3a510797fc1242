/**
 * Latencies in a fixed room, whatever their number: buckets that grow with the value, so that a percentile is at most 1.6 % above
 * the truth. The maximum is exact.
 *
 * | value in µs         | buckets                     |
 * | ------------------- | --------------------------- |
 * | 0 … 127             | one each                    |
 * | 2^n … 2^(n+1) - 1   | 64, each 2^(n-6) wide       |
 * | 2^32 and more       | as 2^32 - 1 (over an hour)  |
 */

const bucketsPerDoubling = 64
const highestUs = 2 ** 32 - 1

export class LatencyHistogram {
  readonly #counts = new Float64Array(bucketOf(highestUs) + 1)
  #count = 0
  #maxMs = 0

  get count(): number {
    return this.#count
  }

  /** Exact; 0 when there is nothing yet. */
  get maxMs(): number {
    return this.#maxMs
  }

  add(latencyMs: number): void {
    const bucket = bucketOf(Math.min(highestUs, Math.max(0, Math.round(latencyMs * 1000))))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#count += 1
    this.#maxMs = Math.max(this.#maxMs, latencyMs)
  }

  addAll(other: LatencyHistogram): void {
    for (const [bucket, count] of other.#counts.entries()) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#count += other.#count
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs)
  }

  clear(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#maxMs = 0
  }

  /** The latency that `percent` of all are not above. 0 when there is nothing yet. */
  percentileMs(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= wanted) return Math.min(this.#maxMs, highestOf(bucket) / 1000)
    }
    return this.#maxMs
  }
}

function bucketOf(us: number): number {
  const shift = Math.max(0, 25 - Math.clz32(us))
  return shift * bucketsPerDoubling + (us >>> shift)
}

function highestOf(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / bucketsPerDoubling) - 1)
  return (bucket - shift * bucketsPerDoubling + 1) * 2 ** shift - 1
}
