/**
 * How many there are of something that has a limit, for the turn that would add one more: what is durable, and what turns before it
 * decided that are not durable yet. So a limit holds when many are added at the same moment.
 */

/** What one change decided so far. */
export interface CountedChange {
  readonly group: string
  /** One more, one less, or none: as its turn decides, which may be asked again, until memory knows of it. */
  delta: -1 | 0 | 1
}

export class TurnCounts {
  readonly #underWay = new Set<CountedChange>()

  /** `change` gets the place to note what its turn decided. It counts for nothing any more when `change` is done, or has failed. */
  async during<T>(group: string, change: (pending: CountedChange) => Promise<T>): Promise<T> {
    const pending: CountedChange = { group, delta: 0 }
    this.#underWay.add(pending)
    try {
      return await change(pending)
    } finally {
      this.#underWay.delete(pending)
    }
  }

  /** What all others that are under way add to the group. */
  besides(pending: CountedChange): number {
    let sum = 0
    for (const each of this.#underWay) if (each !== pending && each.group === pending.group) sum += each.delta
    return sum
  }
}

/** What a change from `before` to `after` adds. */
export function deltaOf(before: unknown, after: unknown): CountedChange['delta'] {
  if ((before === undefined) === (after === undefined)) return 0
  return before === undefined ? 1 : -1
}
