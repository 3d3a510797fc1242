/**
 * How many items a table or index holds and how many bytes they are (TableSizeBytes, ItemCount). Turns only note what they
 * added; the sum is written once per commit, in that commit, so the counts are exact at every moment and after every crash.
 *
 * Stored as `<items> <bytes>` in decimal.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue, WriteTurn } from '../../storage/store.ts'
import { countsKey, type DataSpace } from '../keyspace/keys.ts'

export interface Counts {
  readonly itemCount: number
  readonly sizeBytes: number
}

export const noCounts: Counts = { itemCount: 0, sizeBytes: 0 }

/** What the turns since the last commit added. */
export class PendingCounts {
  readonly #added = new Map<number, Counts & { readonly space: DataSpace }>()

  add(space: DataSpace, added: Counts): void {
    const name = space.tableId * 256 + space.indexId
    const before = this.#added.get(name) ?? noCounts
    this.#added.set(name, { space, itemCount: before.itemCount + added.itemCount, sizeBytes: before.sizeBytes + added.sizeBytes })
  }

  /** Part of every commit: see StoreObserver. */
  flush(turn: WriteTurn): void {
    for (const { space, itemCount, sizeBytes } of this.#added.values()) {
      if (itemCount === 0 && sizeBytes === 0) continue
      const key = countsKey(space)
      const before = decodeCounts(turn.get(key))
      turn.put(key, `${before.itemCount + itemCount} ${before.sizeBytes + sizeBytes}`)
    }
    this.#added.clear()
  }

  /** The commit failed: nothing was added. */
  forget(): void {
    this.#added.clear()
  }
}

export function decodeCounts(value: StoredValue | undefined): Counts {
  if (value === undefined) return noCounts
  assert(typeof value === 'string', 'counts are stored as text')
  const [itemCount = '', sizeBytes = ''] = value.split(' ')
  return { itemCount: Number(itemCount), sizeBytes: Number(sizeBytes) }
}
