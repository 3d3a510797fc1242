/** A table for tests of the engine's own rooms, which have no operations to make one: key `pk`, and an index by `genre` for who wants it. */
import type { GlobalIndex, Table } from '../../src/engine/schema/table.ts'

/** What on-demand tables and indexes begin with. */
const warm = { readUnits: 12_000, writeUnits: 4000 }

export const musicByGenre: GlobalIndex = {
  kind: 'global',
  indexId: 1,
  name: 'genre',
  key: { hash: [{ name: 'genre', type: 'S' }], range: [] },
  projection: { type: 'ALL', nonKeyAttributes: [] },
  warm,
  status: 'ACTIVE',
}

/** Active and without indexes. */
export const musicTable: Omit<Table, 'tableId'> = {
  name: 'music',
  uuid: '00000000-0000-4000-8000-000000000001',
  status: 'ACTIVE',
  creationMs: 0,
  attributes: ['genre', 'pk'].map((name) => ({ name, type: 'S' })),
  key: { hash: [{ name: 'pk', type: 'S' }], range: [] },
  indexes: [],
  vectorIndexes: [],
  billingMode: 'PAY_PER_REQUEST',
  warm,
  tableClass: 'STANDARD',
  deletionProtection: false,
  tags: [],
}
