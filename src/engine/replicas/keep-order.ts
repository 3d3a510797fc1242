/** What a change of an item leaves behind in a table that is a replica, beside the item itself. */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { tombstoneKey } from '../keyspace/replica-keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { isReplicated, type Replica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import type { WriteOrder } from '../schema/write-order.ts'
import { lastOrder, nextOrder, type OrderingEngine } from './item-order.ts'
import { appendToLinks } from './link-log.ts'
import { encodeTombstone } from './tombstones.ts'

/** What a turn must read besides to change an item. */
export function tombstoneReadOf({ replication }: Table, key: KeyBytes): KeyBytes | undefined {
  return replication === undefined ? undefined : tombstoneKey(key)
}

/** A write of an item, and what that was. */
export interface OrderedWrite {
  readonly key: KeyBytes
  readonly oldItem: StoredItem | undefined
  /** Of one that was made at another replica. */
  readonly order?: WriteOrder
}

/** Where the change stands among all writes of the item; undefined in a table that is no replica. `tombstoneReadOf` must be among the turn's reads. */
export function orderOfChange(
  engine: OrderingEngine,
  turn: WriteTurn,
  table: Table,
  { key, order, oldItem }: OrderedWrite,
): WriteOrder | undefined {
  if (order !== undefined) return order
  return isReplicated(table) ? nextOrder(engine, lastOrder(turn, key, oldItem)) : undefined
}

/** What is told of a change: at once, or by the links to these replicas. */
export interface Told {
  readonly nowMs: number
  readonly byLink: readonly Replica[]
}

/** Keeps when the item was deleted, and tells the other replicas what was changed here. Must not throw. */
export function keepOrder(turn: WriteTurn, change: ItemChange, order: WriteOrder, { nowMs, byLink }: Told): void {
  const { table, key, oldItem, newItem, keyAttributes, cause } = change
  const tombstone = tombstoneKey(key)
  if (newItem === undefined) turn.put(tombstone, encodeTombstone(table.key, keyAttributes, order))
  else if (oldItem === undefined && turn.get(tombstone) !== undefined) turn.delete(tombstone)
  if (cause !== 'replication' && byLink.length > 0) appendToLinks(turn, change, order, { nowMs, byLink })
}

/** The item stays what it is, by a write that counts as a later one: so that replicas that had both agree on what comes between them. */
export function keepOrderAlone(turn: WriteTurn, { table, key, oldItem, keyAttributes }: ItemChange, order: WriteOrder): void {
  if (oldItem === undefined) turn.put(tombstoneKey(key), encodeTombstone(table.key, keyAttributes, order))
  else turn.put(key, reordered(oldItem, order).encode())
}

function reordered(item: StoredItem, { us, region }: WriteOrder): StoredItem {
  const stamp = item.stamp ?? { version: 0, writtenUs: us, region }
  return item.stamped({ ...stamp, region, orderedUs: us })
}
