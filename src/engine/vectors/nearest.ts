/** The best of many matches, best first. */

export interface RankedKey {
  /** The lower, the better. */
  readonly rank: number
  /** As bytes of latin1. */
  readonly key: string
}

/** Keeps the `countMax` best of what it is offered. Of equal ranks the one with the lower key is better [I], so that order is stable. */
export class Nearest {
  readonly #countMax: number
  /** In ascending order. */
  readonly #best: RankedKey[] = []
  #worstRank = Number.POSITIVE_INFINITY

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  get best(): readonly RankedKey[] {
    return this.#best
  }

  /** Anything above cannot get in. */
  get worstRank(): number {
    return this.#worstRank
  }

  offer(rank: number, key: string): void {
    if (rank > this.#worstRank) return
    let at = this.#best.length
    while (at > 0 && isBetter(rank, key, this.#best[at - 1])) at -= 1
    if (at === this.#countMax) return
    this.#best.splice(at, 0, { rank, key })
    if (this.#best.length > this.#countMax) this.#best.pop()
    if (this.#best.length === this.#countMax) this.#worstRank = this.#best.at(-1)?.rank ?? this.#worstRank
  }
}

function isBetter(rank: number, key: string, other: RankedKey | undefined): boolean {
  if (other === undefined || rank > other.rank) return false
  return rank < other.rank || key < other.key
}
