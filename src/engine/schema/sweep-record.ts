/**
 * What is left to tell of a deleted table, beside its id: the ids under which it and its indexes were counted. It is text, in decimal,
 * with a blank between them. Format 1 wrote nothing there.
 */
import type { StoredValue } from '../../storage/store.ts'
import { collectionSizesId } from '../keyspace/keys.ts'
import { allIndexes, type Table } from './table.ts'

export function encodeSweep(table: Table): string {
  const ids = [0, ...allIndexes(table).map(({ indexId }) => indexId), ...(table.retiredIndexIds ?? [])]
  return ids.join(' ')
}

/** Every id there can be, when the record does not say which there were. */
export function countedIds(record: StoredValue): readonly number[] {
  if (record.length === 0) return Array.from({ length: collectionSizesId }, (_, indexId) => indexId)
  return String(record).split(' ').map(Number)
}
