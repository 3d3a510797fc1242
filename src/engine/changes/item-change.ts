/**
 * The one value that carries a change (law 2): what the item was and what it becomes. Counts, and later index entries and
 * stream records, are functions of it.
 */
import type { KeyBytes } from '../../storage/store.ts'
import type { Table } from '../catalog/table.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'

export interface ItemChange {
  readonly table: Table
  readonly key: KeyBytes
  readonly oldItem: StoredItem | undefined
  readonly newItem: StoredItem | undefined
}
