/** How long requests took, in buckets that grow by a fifth, from a microsecond to an hour: half a kilobyte, whatever comes. */

/** Of two times that differ by a factor of two. */
const bucketsPerOctave = 4
const buckets = 128
const microsecondsPerMs = 1000

export class LatencyHistogram {
  readonly #counts = new Uint32Array(buckets)
  #total = 0

  add(latencyMs: number): void {
    const octaves = Math.log2(latencyMs * microsecondsPerMs)
    const bucket = octaves > 0 ? Math.min(Math.ceil(octaves * bucketsPerOctave), buckets - 1) : 0
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total += 1
  }

  /** Milliseconds within which `percent` of the requests were answered: up to a fifth too long. Undefined before the first one. */
  percentile(percent: number): number | undefined {
    if (this.#total === 0) return undefined
    let left = Math.max(1, Math.ceil((this.#total * percent) / 100))
    const bucket = this.#counts.findIndex((count) => {
      left -= count
      return left <= 0
    })
    return 2 ** (bucket / bucketsPerOctave) / microsecondsPerMs
  }
}
