/** Deleting all that lies in some ranges, in bounded steps: what sweeps of tables, of indexes and of outboxes have in common. */
import type { KeyBytes, KeyRange, ScanBudget, Store } from '../../storage/store.ts'
import { sweepPieceBudget, sweepPiecesMax } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'

/** Ranges in the order in which they are emptied, and which keys in them are logs and no entries. */
export type Leftovers = readonly { readonly range: KeyRange; readonly isLog: (key: KeyBytes) => boolean }[]

export interface FoundLeftovers {
  readonly keys: readonly KeyBytes[]
  readonly logs: readonly KeyBytes[]
  /** Nothing else is in their range. */
  readonly exhausted: boolean
}

/** The next keys of the first range that has any; undefined when none has. */
export function leftoversIn(store: Store, leftovers: Leftovers, budget: ScanBudget): Promise<FoundLeftovers | undefined> {
  return store.view(async (view) => {
    for (const { range, isLog } of leftovers) {
      const { keys, exhausted } = await nextKeys(view, range, budget)
      if (keys.length === 0) continue
      return { keys: keys.filter((key) => !isLog(key)), logs: keys.filter(isLog), exhausted }
    }
    return undefined
  })
}

/** Deleting twice does no harm. `isLeft` says in the turn whether nobody else writes there; otherwise nothing is deleted. */
export function deleteSome(store: Store, { keys, logs }: FoundLeftovers, isLeft: () => boolean = () => true): Promise<void> {
  return store.write([], (turn) => {
    if (!isLeft()) return
    for (const key of keys) turn.delete(key)
    for (const log of logs) turn.drop(log)
  })
}

/** A step of a job that sweeps: small pieces, each in a commit, so that requests wait for one at most. Resolves with whether there was any. */
export async function sweepInPieces(sweep: (budget: ScanBudget) => Promise<boolean>): Promise<boolean> {
  for (let pieces = 0; pieces < sweepPiecesMax; pieces += 1) {
    if (!(await sweep(sweepPieceBudget))) return pieces > 0
  }
  return true
}
