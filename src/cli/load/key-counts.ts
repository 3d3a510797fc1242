/**
 * How many requests each key got, and how many of them were throttled, in bounded room. Exact while there are no more keys than
 * places. Beyond that the coldest half is forgotten when the room is full: what is kept is exact from the moment it came, and
 * `missed` says how much could have been before.
 */

export interface KeyCount {
  readonly key: string
  requests: number
  throttled: number
  /** At most so many requests came for this key before it was counted. */
  readonly missed: number
}

export class KeyCounts {
  readonly #places: number
  readonly #counts = new Map<string, KeyCount>()
  #forgottenMax = 0

  constructor(places = 100_000) {
    this.#places = places
  }

  addRequest(key: string): void {
    this.#countOf(key).requests += 1
  }

  addThrottle(key: string): void {
    this.#countOf(key).throttled += 1
  }

  /** The keys with the most requests, or throttles, most first. */
  hottest(by: 'requests' | 'throttled', limit: number): readonly KeyCount[] {
    return [...this.#counts.values()]
      .filter((count) => count[by] > 0)
      .sort((a, b) => b[by] - a[by] || (a.key < b.key ? -1 : 1))
      .slice(0, limit)
  }

  #countOf(key: string): KeyCount {
    let count = this.#counts.get(key)
    if (count === undefined) {
      if (this.#counts.size >= this.#places) this.#forgetColdest()
      count = { key, requests: 0, throttled: 0, missed: this.#forgottenMax }
      this.#counts.set(key, count)
    }
    return count
  }

  #forgetColdest(): void {
    const byHeat = [...this.#counts.values()].sort((a, b) => b.requests - a.requests)
    for (const { key, requests, missed } of byHeat.slice(this.#places >>> 1)) {
      this.#counts.delete(key)
      this.#forgottenMax = Math.max(this.#forgottenMax, requests + missed)
    }
  }
}
