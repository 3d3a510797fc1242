/** Going through all items of a table as they were at a moment, in bounded steps, each a turn that says how far it has come: for what is copied from it. */
import type { KeyBytes, Store } from '../../storage/store.ts'
import { copied } from '../changes/backfill-progress.ts'
import { type PastBudgets, type PastItems, readPast } from '../history/read-past.ts'
import type { RestoreSource } from '../schema/restore.ts'

export interface PastPiece extends PastItems {
  /** How far it had come before: the key of the last item that is there. Another process may have gone on since. */
  readonly progress: KeyBytes | undefined
}

/** The next items behind what stands under `progressKey`; undefined when all are there, and it says `copied`. */
export function nextPastItems(
  store: Store,
  progressKey: KeyBytes,
  source: Pick<RestoreSource, 'tableId' | 'cut'>,
  budgets?: PastBudgets,
): Promise<PastPiece | undefined> {
  return store.view(async (view) => {
    const [progress] = await view.get([progressKey])
    if (typeof progress === 'string') return undefined
    const after = progress as KeyBytes | undefined
    return { ...(await readPast(view, source, after, budgets)), progress: after }
  })
}

/** What stands under its progress key when this piece is there. */
export function progressBehind({ upTo }: PastPiece): KeyBytes | typeof copied {
  return upTo ?? copied
}
