/** What a change of an item, or of its entry in an index, does to the store: the one step that every change ends in. */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { DataSpace } from '../keyspace/keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { amountsOf, type Counts, knownCountsKey, noCounts } from './counts.ts'

/** An item or index entry at its place. */
export interface Placed {
  readonly key: KeyBytes
  readonly item: StoredItem
}

/** One change of one key, or of two when an entry moves. */
export interface EntryChange {
  readonly remove: KeyBytes | undefined
  readonly put: { readonly key: KeyBytes; readonly value: string } | undefined
  /** To the counts of the table or index. */
  readonly added: Counts
}

/** What a table or index holds of an item. */
export function countsOfPlaced(placed: Placed | undefined): Counts {
  return placed === undefined ? noCounts : { itemCount: 1, sizeBytes: placed.item.sizeBytes }
}

export function entryChange(before: Placed | undefined, after: Placed | undefined): EntryChange {
  const stays = before !== undefined && after !== undefined && isSameKey(before.key, after.key)
  return {
    remove: stays ? undefined : before?.key,
    put: after && { key: after.key, value: after.item.encode() },
    added: {
      itemCount: (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1),
      sizeBytes: (after?.item.sizeBytes ?? 0) - (before?.item.sizeBytes ?? 0),
    },
  }
}

/** `counted`: what an index that is being filled counts instead (backfill-progress.ts). Must not throw (law 5). */
export function applyEntryChange(turn: WriteTurn, space: DataSpace, { remove, put, added }: EntryChange, counted: Counts = added): void {
  if (remove !== undefined) turn.delete(remove)
  if (put !== undefined) turn.put(put.key, put.value)
  turn.add(knownCountsKey(space), amountsOf(counted))
}

export function isSameKey(a: KeyBytes, b: KeyBytes): boolean {
  return Buffer.compare(a, b) === 0
}
