/**
 * What an index counts while it is being filled. How far its backfill has come is a record that every write of the table reads: what
 * is copied is counted, and so are its changes. What is not copied yet and comes into the index by a write is counted by that write,
 * which leaves a mark, so that the backfill, which may pass an item that it never saw, neither counts it again nor misses it. So the
 * counts of an index are at every moment those of the entries that it holds of items copied or written.
 *
 * | record (keyspace 0x05) | means                                                        |
 * | ---------------------- | ------------------------------------------------------------ |
 * | none                   | nothing is copied                                            |
 * | bytes                  | all items up to this store key are copied                    |
 * | text `copied`          | all items are copied; the index waits for its time           |
 *
 * Marks lie behind the record, by the store keys of their items. Those of copied items mean nothing, and go when all are copied.
 */
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import { backfillKey, countedMark, type DataSpace, hashOf, hashSpace } from '../keyspace/keys.ts'
import { allIndexes, type Table } from '../schema/table.ts'
import type { Counts } from './counts.ts'

export const copied = 'copied'

/** The records that every write of this item must read: none, as good as always. */
export function backfillsOf(table: Table, item: KeyBytes): readonly KeyBytes[] {
  if (table.indexes.length === 0 && table.vectorIndexes.length === 0) return none
  const filling = allIndexes(table).filter((index) => index.backfilling !== undefined)
  if (filling.length === 0) return none
  return filling.flatMap(({ indexId }) => {
    const space = { tableId: table.tableId, indexId }
    return [backfillKey(space), countedMark(space, item)]
  })
}

const none: readonly KeyBytes[] = []

export interface CountedChange {
  /** What a change adds to the counts of an index that counts the item. */
  readonly added: Counts
  /** What the index holds of the item from then on. */
  readonly held: Counts
}

/** What is to be added to the counts of an index that is being filled. Must not throw (law 5). */
export function countWhileFilling(turn: WriteTurn, space: DataSpace, item: KeyBytes, { added, held }: CountedChange): Counts {
  if (isCopied(turn.get(backfillKey(space)), item)) return added
  const mark = countedMark(space, item)
  const isCounted = turn.get(mark) !== undefined
  if (held.itemCount === 0) {
    if (isCounted) turn.delete(mark)
  } else if (!isCounted) turn.put(mark, '')
  return isCounted ? added : held
}

/** How much of the table this record says is copied, 0 to 1: in the order of hashes, which is that in which items are copied. */
export function shareCopied(progress: StoredValue | undefined): number {
  if (progress === undefined) return 0
  return typeof progress === 'string' ? 1 : hashOf(progress as KeyBytes) / hashSpace
}

function isCopied(progress: StoredValue | undefined, item: KeyBytes): boolean {
  if (progress === undefined) return false
  return typeof progress === 'string' || Buffer.compare(item, progress) <= 0
}
