/** How many changes wait in links between replicas, and since when. */
import { type KeyBytes, logEntryNumber, logRange, type Store } from '../../storage/store.ts'
import { decodeLinked } from './link-log.ts'

export interface LinkFigures {
  readonly waiting: number
  /** When the oldest of them was made, in milliseconds since the epoch; undefined: none waits. */
  readonly oldestMs: number | undefined
}

/** Of these logs together. Entries of a log are taken from its beginning, so its first and its last number say how many there are. */
export function readLinkFigures(store: Store, logs: readonly KeyBytes[]): Promise<LinkFigures> {
  return store.view(async (view) => {
    const lasts = await view.lasts(logs)
    let waiting = 0
    let oldestMs: number | undefined
    for (const [at, log] of logs.entries()) {
      const [first] = (await view.scan(logRange(log), { entries: 1, bytes: 1 })).entries
      if (first === undefined) continue
      waiting += (lasts[at] ?? 0) - logEntryNumber(first.key) + 1
      oldestMs = Math.min(oldestMs ?? Number.POSITIVE_INFINITY, decodeLinked(first.value).sinceMs)
    }
    return { waiting, oldestMs }
  })
}
