/**
 * How many items a table or index holds and how many bytes they are (TableSizeBytes, ItemCount). Turns only note what they
 * added; the sum is written once per commit, in that commit, so the counts are exact at every moment and after every crash.
 *
 * Stored as `<items> <bytes>` in decimal, with ` <saved bytes>` behind them if there are any.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue, WriteTurn } from '../../storage/store.ts'
import { countsKey, type DataSpace, spaceName } from '../keyspace/keys.ts'

export interface Counts {
  readonly itemCount: number
  readonly sizeBytes: number
  /** Of a vector index: by how much its vectors are smaller there than as lists in the items. */
  readonly savedBytes?: number
}

export const noCounts: Counts = { itemCount: 0, sizeBytes: 0 }

/** What the turns since the last commit added. */
export class PendingCounts {
  readonly #added = new Map<number, Required<Counts> & { readonly space: DataSpace }>()

  add(space: DataSpace, added: Counts): void {
    const name = spaceName(space)
    const before = this.#added.get(name) ?? noCounts
    this.#added.set(name, { space, ...sumOf(before, added) })
  }

  /** Part of every commit: see StoreObserver. */
  flush(turn: WriteTurn): void {
    for (const { space, ...added } of this.#added.values()) {
      if (added.itemCount === 0 && added.sizeBytes === 0 && added.savedBytes === 0) continue
      const key = countsKey(space)
      const { itemCount, sizeBytes, savedBytes } = sumOf(decodeCounts(turn.get(key)), added)
      turn.put(key, savedBytes === 0 ? `${itemCount} ${sizeBytes}` : `${itemCount} ${sizeBytes} ${savedBytes}`)
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
  const [itemCount = '', sizeBytes = '', savedBytes = '0'] = value.split(' ')
  return { itemCount: Number(itemCount), sizeBytes: Number(sizeBytes), savedBytes: Number(savedBytes) }
}

export function sumOf(a: Counts, b: Counts): Required<Counts> {
  return {
    itemCount: a.itemCount + b.itemCount,
    sizeBytes: a.sizeBytes + b.sizeBytes,
    savedBytes: (a.savedBytes ?? 0) + (b.savedBytes ?? 0),
  }
}

export function negated({ itemCount, sizeBytes, savedBytes = 0 }: Counts): Counts {
  return { itemCount: -itemCount, sizeBytes: -sizeBytes, savedBytes: -savedBytes }
}
