/**
 * What happened, counted by the minute (or by longer slices of time) for as long as a window is: for each of a bounded number of things
 * the ones met last. Counts of a time that a clock set back has not reached yet are dropped.
 */

export interface TalliesOptions<Counter extends string> {
  readonly counters: readonly Counter[]
  /** How many slices are kept, and how many things. */
  readonly slicesMax: number
  readonly thingsMax: number
  readonly sliceMs: number
}

interface Slice {
  readonly number: number
  readonly amounts: Float64Array
}

/** Of one thing. */
export class Tally<About, Counter extends string> {
  readonly about: About
  readonly #options: TalliesOptions<Counter>
  #slices: Slice[] = []

  constructor(about: About, options: TalliesOptions<Counter>) {
    this.about = about
    this.#options = options
  }

  note(amounts: { readonly [Name in Counter]?: number }, nowMs: number): void {
    const number = Math.floor(nowMs / this.#options.sliceMs)
    let slice = this.#slices.at(-1)
    if (slice?.number !== number) {
      const oldest = number - this.#options.slicesMax
      this.#slices = this.#slices.filter((each) => each.number > oldest && each.number < number)
      slice = { number, amounts: new Float64Array(this.#options.counters.length) }
      this.#slices.push(slice)
    }
    for (const [at, counter] of this.#options.counters.entries()) {
      slice.amounts[at] = (slice.amounts[at] ?? 0) + (amounts[counter] ?? 0)
    }
  }

  /** Of the slices from this one (inclusive) to that one (exclusive). */
  sum(counter: Counter, from: number, to: number): number {
    const at = this.#options.counters.indexOf(counter)
    return this.#between(from, to).reduce((sum, { amounts }) => sum + (amounts[at] ?? 0), 0)
  }

  /** In how many of these slices something was counted. */
  slicesWith(counter: Counter, from: number, to: number): number {
    const at = this.#options.counters.indexOf(counter)
    return this.#between(from, to).filter(({ amounts }) => (amounts[at] ?? 0) > 0).length
  }

  /** What was counted in each of these slices in which anything was, the oldest first. */
  each(counter: Counter, from: number, to: number): readonly number[] {
    const at = this.#options.counters.indexOf(counter)
    return this.#between(from, to).map(({ amounts }) => amounts[at] ?? 0)
  }

  #between(from: number, to: number): readonly Slice[] {
    return this.#slices.filter(({ number }) => number >= from && number < to)
  }
}

export class WindowedTallies<About, Counter extends string> {
  readonly #options: TalliesOptions<Counter>
  readonly #tallies = new Map<string | number, Tally<About, Counter>>()

  constructor(options: TalliesOptions<Counter>) {
    this.#options = options
  }

  note(key: string | number, about: About, amounts: { readonly [Name in Counter]?: number }, nowMs: number): Tally<About, Counter> {
    const known = this.#tallies.get(key)
    const tally = known ?? new Tally(about, this.#options)
    // The ones met last stand last.
    if (known !== undefined) this.#tallies.delete(key)
    else if (this.#tallies.size >= this.#options.thingsMax) this.#forgetOldest()
    this.#tallies.set(key, tally)
    tally.note(amounts, nowMs)
    return tally
  }

  find(key: string | number): Tally<About, Counter> | undefined {
    return this.#tallies.get(key)
  }

  all(): Iterable<Tally<About, Counter>> {
    return this.#tallies.values()
  }

  /** The slices of the window that ends now, the one that is going on included. */
  window(nowMs: number): { readonly from: number; readonly to: number } {
    const to = Math.floor(nowMs / this.#options.sliceMs) + 1
    return { from: to - this.#options.slicesMax, to }
  }

  get size(): number {
    return this.#tallies.size
  }

  forget(): void {
    this.#tallies.clear()
  }

  #forgetOldest(): void {
    const [oldest] = this.#tallies.keys()
    if (oldest !== undefined) this.#tallies.delete(oldest)
  }
}
