/** What a table is when its transient status has ended. */
import type { IndexStatus, Table } from './table.ts'

/** The table and the indexes created with it become ACTIVE together. An index added later is its backfill's affair. */
export function settledTable({ statusDueMs: _, ...table }: Table): Table {
  return { ...table, status: 'ACTIVE', indexes: table.indexes.map(settledIndex), vectorIndexes: table.vectorIndexes.map(settledIndex) }
}

function settledIndex<Index extends { readonly status: IndexStatus; readonly backfilling?: boolean }>(index: Index): Index {
  return index.status === 'CREATING' && index.backfilling === undefined ? { ...index, status: 'ACTIVE' } : index
}
