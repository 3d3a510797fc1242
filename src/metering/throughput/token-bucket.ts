/**
 * A token bucket: so many units come in each second, at most `depth` of them are kept. Whoever asks is let in while there is anything
 * left, and what the request turns out to cost is taken afterwards, even below zero: that is how one request can be larger than a
 * second's worth (capacity.md §7.2).
 */
export class TokenBucket {
  #unitsPerSecond: number
  #depth: number
  #units: number
  #filledMs: number

  /** Starts with `units` in it. Times are those of one clock, in milliseconds. */
  constructor({ unitsPerSecond, depth, units, nowMs }: BucketSize & { readonly units: number; readonly nowMs: number }) {
    this.#unitsPerSecond = unitsPerSecond
    this.#depth = depth
    this.#units = units
    this.#filledMs = nowMs
  }

  hasUnits(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#units > 0
  }

  /** How much is in it; below zero after a request that cost more. */
  units(nowMs: number): number {
    this.#fill(nowMs)
    return this.#units
  }

  /** There is no more in it than that. */
  lowerTo(units: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#units = Math.min(this.#units, units)
  }

  isFull(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#units >= this.#depth
  }

  take(units: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#units -= units
  }

  /** From now on it has another size. What is in it stays, as far as it fits. */
  resize({ unitsPerSecond, depth }: BucketSize, nowMs: number): void {
    this.#fill(nowMs)
    this.#unitsPerSecond = unitsPerSecond
    this.#depth = depth
    this.#units = Math.min(this.#units, depth)
  }

  #fill(nowMs: number): void {
    const passedMs = nowMs - this.#filledMs
    if (passedMs === 0) return
    this.#filledMs = nowMs
    // A clock that was set back brings nothing and takes nothing.
    if (passedMs > 0) this.#units = Math.min(this.#depth, this.#units + (passedMs / 1000) * this.#unitsPerSecond)
  }
}

export interface BucketSize {
  readonly unitsPerSecond: number
  readonly depth: number
}
