/**
 * Several sketches of heavy keys as one: those of several nodes, or of several times. The bounds of a key are added up, so they hold as
 * those of each do.
 *
 * What is guaranteed stays as it is for one sketch of all amounts. An estimate is too high by at most half of what other keys put into
 * the bucket that the key has in any one row. All sketches hash alike, so those are the same other keys in every sketch, and the sum
 * of the estimates is too high by at most half of what they put there altogether: by more than 1/256 of everything with a
 * probability of at most 1/8. A key with more than half of what falls into one of its buckets in all has more than half of it in one
 * of the sketches, and is a candidate there. What is lost are names: a key is named if it has proven itself in one of the sketches.
 */
import type { KeyBytes } from '../../storage/store.ts'
import type { Estimate, KeyAmounts } from './heavy-keys.ts'

export class JoinedKeys implements KeyAmounts {
  readonly #all: readonly KeyAmounts[]

  constructor(all: readonly KeyAmounts[]) {
    this.#all = all
  }

  get total(): number {
    return this.#all.reduce((sum, { total }) => sum + total, 0)
  }

  estimate(hash: number): Estimate {
    let amountMin = 0
    let amountMax = 0
    for (const each of this.#all) {
      const estimate = each.estimate(hash)
      amountMin += estimate.amountMin
      amountMax += estimate.amountMax
    }
    return { amountMin, amountMax }
  }

  candidates(): ReadonlySet<number> {
    return this.#all.reduce<ReadonlySet<number>>((joined, each) => joined.union(each.candidates()), new Set())
  }

  nameOf(hash: number): KeyBytes | undefined {
    for (const each of this.#all) {
      const name = each.nameOf(hash)
      if (name !== undefined) return name
    }
    return undefined
  }
}
