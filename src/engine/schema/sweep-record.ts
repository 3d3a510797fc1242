/**
 * What is left to tell of a deleted table, beside its id: the ids under which it and its indexes were counted. It is text, in decimal,
 * with a blank between them, `kept` in front when the items stay, as those of a backup. Format 1 wrote nothing there.
 */
import type { StoredValue } from '../../storage/store.ts'
import { collectionSizesId } from '../keyspace/keys.ts'
import { allIndexes, type Table } from './table.ts'

export function encodeSweep(table: Table, { keepsItems = false }: { readonly keepsItems?: boolean } = {}): string {
  const ids = [keepsItems ? 'kept' : 0, ...allIndexes(table).map(({ indexId }) => indexId), ...(table.retiredIndexIds ?? [])]
  return ids.join(' ')
}

/** Every id there can be, when the record does not say which there were. */
export function countedIds(record: StoredValue): readonly number[] {
  if (record.length === 0) return Array.from({ length: collectionSizesId }, (_, indexId) => indexId)
  return String(record)
    .split(' ')
    .filter((id) => id !== 'kept')
    .map(Number)
}

export function keepsItems(record: StoredValue): boolean {
  return String(record).startsWith('kept')
}
