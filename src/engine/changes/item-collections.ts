/**
 * The sizes of item collections, kept for tables with local indexes: all items with one partition key value and their entries
 * in local indexes (capacity.md §5). They are metered, and limited.
 */
import { ServiceError } from '../../api/errors.ts'
import { assert } from '../../base/assert.ts'
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { IndexChange } from './index-entries.ts'
import type { ItemChange } from './item-change.ts'

export interface ItemCollection {
  readonly key: KeyBytes
  readonly sizeBytes: number
}

/** The collection as a change leaves it. ItemCollectionSizeLimitExceededException when it grows beyond the limit. */
export function changedCollection(
  before: ItemCollection,
  change: ItemChange,
  indexChanges: readonly IndexChange[],
  sizeBytesMax: number,
): ItemCollection {
  const growthBytes = growthOf(change, indexChanges)
  const sizeBytes = before.sizeBytes + growthBytes
  if (growthBytes > 0 && sizeBytes > sizeBytesMax) {
    throw new ServiceError('ItemCollectionSizeLimitExceededException', 'Collection size exceeded.')
  }
  return { key: before.key, sizeBytes }
}

/** The sizes that a turn's writes see: those in the store, or what earlier writes of the turn make of them. */
export class CollectionSizes {
  readonly #turn: WriteTurn
  readonly #changed: ItemCollection[] = []

  constructor(turn: WriteTurn) {
    this.#turn = turn
  }

  /** Stored as decimal text. */
  of(key: KeyBytes): number {
    const changed = this.#changed.findLast((collection) => Buffer.compare(collection.key, key) === 0)
    if (changed !== undefined) return changed.sizeBytes
    const value = this.#turn.get(key)
    assert(value === undefined || typeof value === 'string', 'the size of an item collection is stored as text')
    return Number(value ?? 0)
  }

  follow(collection: ItemCollection | undefined): void {
    if (collection !== undefined) this.#changed.push(collection)
  }
}

function growthOf({ oldItem, newItem }: ItemChange, indexChanges: readonly IndexChange[]): number {
  let growthBytes = (newItem?.sizeBytes ?? 0) - (oldItem?.sizeBytes ?? 0)
  for (const { index, oldEntry, newEntry } of indexChanges) {
    if (index.kind === 'local') growthBytes += (newEntry?.item.sizeBytes ?? 0) - (oldEntry?.item.sizeBytes ?? 0)
  }
  return growthBytes
}
