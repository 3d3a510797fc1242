/**
 * Several sketches of heavy keys as one: those of several nodes, or of several times. The bounds of a key are added up, so they hold as
 * those of each do.
 *
 * Joining does not widen them. All sketches hash alike, so that in each row a key shares its bucket with the same other keys in every
 * sketch, and the sum of the estimates is at most what the estimate of any one row of a sketch of all amounts would be: too high by
 * more than 1/256 of everything with a probability of at most 1/8, as with one sketch. A key with more than half of what falls into one of its
 * buckets in all has more than half of it in one of the sketches, and is a candidate there. What is lost are names: a key is named if it
 * has proven itself in one of the sketches, by itself.
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
