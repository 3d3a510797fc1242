/**
 * The most frequent of many texts in fixed room (Space-Saving; Metwally, Agrawal, Abbadi 2005): whoever finds no room takes the place, and
 * the count, of the least frequent. A count is too high by at most `errorMax`, which is known for each.
 */
export interface TopCount {
  readonly text: string
  /** The truth lies between the two. */
  readonly countMin: number
  readonly countMax: number
}

interface Counted {
  count: number
  errorMax: number
}

export class TopCounts {
  readonly #places: number
  readonly #counts = new Map<string, Counted>()
  #total = 0

  constructor(places: number) {
    this.#places = places
  }

  add(text: string, amount = 1): void {
    this.#total += amount
    const known = this.#counts.get(text)
    if (known !== undefined) known.count += amount
    else {
      const left = this.#makePlace()
      this.#counts.set(text, { count: left + amount, errorMax: left })
    }
  }

  get total(): number {
    return this.#total
  }

  get top(): TopCount | undefined {
    let best: TopCount | undefined
    for (const [text, { count, errorMax }] of this.#counts) {
      if (best === undefined || count > best.countMax) best = { text, countMin: count - errorMax, countMax: count }
    }
    return best
  }

  /** The count of whoever had to leave. */
  #makePlace(): number {
    if (this.#counts.size < this.#places) return 0
    let least: readonly [string, Counted] | undefined
    for (const each of this.#counts) if (least === undefined || each[1].count < least[1].count) least = each
    if (least === undefined) return 0
    this.#counts.delete(least[0])
    return least[1].count
  }
}
