/** Going through all items of a table as they were at a moment, in bounded steps, each a turn that says how far it has come: for what is copied from it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyBytes, Store } from '../../storage/store.ts'
import { copied } from '../changes/backfill-progress.ts'
import { type PastBudgets, type PastEntries, readPastEntries } from '../history/read-past.ts'
import { copyPieceBudget, copyPiecesMax, copyRestMs } from '../limits.ts'
import type { RestoreSource } from '../schema/restore.ts'

export interface PastPiece extends PastEntries {
  /** How far it had come before: the key of the last item that is there. Another process may have gone on since. */
  readonly progress: KeyBytes | undefined
}

/** The next items behind what stands under `progressKey`; undefined when all are there, and it says `copied`. */
export function nextPastItems(
  store: Store,
  progressKey: KeyBytes,
  source: Pick<RestoreSource, 'tableId' | 'cut'>,
  budgets: PastBudgets = { budget: copyPieceBudget },
): Promise<PastPiece | undefined> {
  return store.view(async (view) => {
    const [progress] = await view.get([progressKey])
    if (typeof progress === 'string') return undefined
    const after = progress as KeyBytes | undefined
    return { ...(await readPastEntries(view, source, after, budgets)), progress: after }
  })
}

/** What stands under its progress key when this piece is there. */
export function progressBehind({ upTo }: PastPiece): KeyBytes | typeof copied {
  return upTo ?? copied
}

/**
 * Does some pieces, each a small commit, with a rest in between: a request waits for one commit at most, and all that the other jobs look at in
 * each round is looked at once for them all. `doPiece` resolves with false when there is none. Resolves with whether there was one.
 */
export async function doPieces(doPiece: () => Promise<boolean>, piecesMax: number = copyPiecesMax): Promise<boolean> {
  for (let pieces = 0; pieces < piecesMax; pieces += 1) {
    if (pieces > 0) await sleep(copyRestMs)
    if (!(await doPiece())) return pieces > 0
  }
  return true
}
