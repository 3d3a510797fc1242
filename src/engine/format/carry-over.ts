/** What carrying records over from an older format takes, whoever keeps them. */
import type { Entry, KeyBytes, KeyRange, Store } from '../../storage/store.ts'
import { carryOverBudget } from '../limits.ts'
import { chunkwise, readRange } from '../records/read-range.ts'

/**
 * Carries records of one kind over from format 1, in turns of bounded size. What is carried over already is left as it is, so that it
 * can be done again from the start. Resolves when nothing is left.
 */
export interface CarryOver {
  carry(store: Store): Promise<void>
  /** What nobody needs when all is carried over; it goes in the last turn. */
  readonly leftovers?: readonly KeyBytes[]
}

/** Calls `carry` with all entries of a range, as many at a time as one turn may have. */
export async function eachChunk(store: Store, range: KeyRange, carry: (entries: readonly Entry[]) => Promise<void>): Promise<void> {
  for await (const entries of readRange(chunkwise(store), range, carryOverBudget)) await carry(entries)
}
