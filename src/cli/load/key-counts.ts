/**
 * How many requests each key got, and how many of them were throttled, in bounded room and time. Exact while there are no more keys
 * than places. Beyond that each new key takes the place of one that was asked for little since it was looked at last; what is kept
 * is exact from the moment it came.
 */
import { countedKeysMax, keysLookedAtMax } from '../limits.ts'

export interface KeyCount {
  readonly key: string
  readonly requests: number
  readonly throttled: number
}

interface Kept {
  readonly key: string
  requests: number
  throttled: number
  /** Requests, halved each time that its place was wanted. */
  heat: number
}

export class KeyCounts {
  readonly #places: number
  /** In the order in which they came, or were spared. */
  readonly #kept = new Map<string, Kept>()
  /** Goes on with the oldest: all keys that it has passed are gone, or stand at the end again. */
  readonly #oldest = this.#kept.values()

  constructor(places: number = countedKeysMax) {
    this.#places = places
  }

  addRequest(key: string): void {
    const kept = this.#keep(key)
    kept.requests += 1
    kept.heat += 1
  }

  addThrottle(key: string): void {
    this.#keep(key).throttled += 1
  }

  /** The keys with the most requests, or throttles, most first. */
  hottest(by: 'requests' | 'throttled', limit: number): readonly KeyCount[] {
    return [...this.#kept.values()]
      .filter((kept) => kept[by] > 0)
      .sort((a, b) => b[by] - a[by] || (a.key < b.key ? -1 : 1))
      .slice(0, limit)
      .map(({ key, requests, throttled }) => ({ key, requests, throttled }))
  }

  #keep(key: string): Kept {
    const known = this.#kept.get(key)
    if (known !== undefined) return known
    if (this.#kept.size >= this.#places) this.#forgetOne()
    const fresh = { key, requests: 0, throttled: 0, heat: 0 }
    this.#kept.set(key, fresh)
    return fresh
  }

  /** The first that was asked for once at most, or else the coldest of those looked at; the others are spared. */
  #forgetOne(): void {
    let coldest: Kept | undefined
    for (let lookedAt = 0; lookedAt < keysLookedAtMax; lookedAt += 1) {
      const { value: next } = this.#oldest.next()
      if (next === undefined) break
      this.#kept.delete(next.key)
      const spared = coldest === undefined || coldest.heat <= next.heat ? next : coldest
      if (coldest === undefined || next.heat < coldest.heat) coldest = next
      if (spared !== coldest) this.#spare(spared)
      if (coldest.heat <= 1) return
    }
  }

  #spare(kept: Kept): void {
    kept.heat >>>= 1
    this.#kept.set(kept.key, kept)
  }
}
