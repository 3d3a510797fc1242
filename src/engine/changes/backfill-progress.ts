/**
 * How far the backfill of an added index has come, which a write must know that changes an item: what is copied is counted, and from
 * then on so are its changes; what is not copied yet is counted when its turn comes, as it is then. So the counts of an index are
 * right at every moment for what was copied, and for all of it in the end.
 *
 * | record (keyspace 0x05) | means                                            |
 * | ---------------------- | ------------------------------------------------ |
 * | none                   | nothing is copied                                |
 * | bytes                  | all items up to this store key are copied        |
 * | text `copied`          | all items are copied; the index waits for its time |
 */
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import { backfillKey, type DataSpace } from '../keyspace/keys.ts'
import { allIndexes, type SecondaryIndex, type Table, type VectorIndex } from '../schema/table.ts'

export const copied = 'copied'

/** The progress records that every write to the table must read: none, as good as always. */
export function backfillsOf(table: Table): readonly KeyBytes[] {
  if (table.indexes.length === 0 && table.vectorIndexes.length === 0) return none
  const filling = allIndexes(table).filter((index) => index.backfilling !== undefined)
  return filling.length === 0 ? none : filling.map(({ indexId }) => backfillKey({ tableId: table.tableId, indexId }))
}

const none: readonly KeyBytes[] = []

/** Whether the index counts what it holds of this item. */
export function isCounted(turn: WriteTurn, space: DataSpace, { backfilling }: SecondaryIndex | VectorIndex, item: KeyBytes): boolean {
  return backfilling === undefined || isCopied(turn.get(backfillKey(space)), item)
}

export function isCopied(progress: StoredValue | undefined, item: KeyBytes): boolean {
  if (progress === undefined) return false
  return typeof progress === 'string' || Buffer.compare(item, progress) <= 0
}
