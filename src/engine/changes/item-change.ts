/**
 * The one value that carries a change (law 2): what the item was and what it becomes. Counts, index entries, stream records and the
 * rest are functions of it.
 */
import type { KeyBytes } from '../../storage/store.ts'
import type { AttributeMap } from '../../values/attribute-value.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import type { Table } from '../schema/table.ts'
import type { WriteOrder } from '../schema/write-order.ts'

export interface ItemChange {
  readonly table: Table
  /** The item's key attributes are among these. */
  readonly keyAttributes: AttributeMap
  readonly key: KeyBytes
  readonly oldItem: StoredItem | undefined
  readonly newItem: StoredItem | undefined
  /** Who made the change, when it was not a client. */
  readonly cause?: ChangeCause
  /** When, in a table that keeps its past. */
  readonly time?: KeptTime
  /** Where it stands among all writes of the item, in a table that is a replica. */
  readonly order?: WriteOrder
}

/**
 * A restore, or an import, fills a table with what was there elsewhere; rows of a view follow from another table; a replica has what another
 * one has.
 */
export type ChangeCause = 'ttl' | 'restore' | 'view' | 'replication'

/** When a change is made to a table that keeps its past (history/history-clock.ts), and whether the item was changed in the same second before. */
export interface KeptTime {
  readonly epoch: number
  /** Since 1970. */
  readonly us: number
  readonly isRepeated: boolean
  /** It is not there, and when it was deleted is kept. */
  readonly wasDeleted: boolean
}
