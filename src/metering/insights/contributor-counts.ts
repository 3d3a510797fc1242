/**
 * What keys came to within a minute, in fixed room: all of them are counted until there are twice as many as are to be told apart; then the
 * lesser half is let go of, and counts from nothing when it comes again. A count is never too high, and exact while there are few keys.
 */
import { contributorsCountedMax } from '../limits.ts'

export interface Contribution {
  sum: number
  samples: number
  /** The largest single one. */
  max: number
}

/** What all keys came to together, which is exact. */
export interface Totals extends Contribution {
  /** The smallest single one. */
  readonly min: number
  /** How many keys there were; those that were let go of are counted again when they come back. */
  readonly unique: number
}

export class ContributorCounts {
  readonly #counts = new Map<string, Contribution>()
  #unique = 0
  readonly #all = { sum: 0, samples: 0, max: 0, min: Number.POSITIVE_INFINITY }

  /** The key is bytes, a letter each. */
  note(key: string, amount: number): void {
    this.#all.sum += amount
    this.#all.samples += 1
    this.#all.max = Math.max(this.#all.max, amount)
    this.#all.min = Math.min(this.#all.min, amount)
    const known = this.#counts.get(key)
    if (known !== undefined) {
      known.sum += amount
      known.samples += 1
      known.max = Math.max(known.max, amount)
      return
    }
    this.#unique += 1
    this.#counts.set(key, { sum: amount, samples: 1, max: amount })
    if (this.#counts.size >= 2 * contributorsCountedMax) this.#letGo()
  }

  get isEmpty(): boolean {
    return this.#all.samples === 0
  }

  get totals(): Totals {
    return { ...this.#all, unique: this.#unique }
  }

  /** The largest first. */
  contributors(): readonly (readonly [key: string, contribution: Contribution])[] {
    return [...this.#counts].sort(([, a], [, b]) => b.sum - a.sum)
  }

  #letGo(): void {
    for (const [key] of this.contributors().slice(contributorsCountedMax)) this.#counts.delete(key)
  }
}
