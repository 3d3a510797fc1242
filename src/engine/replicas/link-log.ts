/**
 * What one replica is still to tell another: a log for each pair, to which every change that a client makes is appended in its own turn
 * (law 2), and from which it is taken in the turn that makes it on the other side. Replicated changes are not passed on: each replica
 * tells all others itself.
 *
 *   value = <made, ms> " " <ordered, µs> " " <region> "\n" <what it is now>
 *   what it is now = "+" <stored item> | "-" <key attributes of the deleted item>
 */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { itemText, parseItem } from '../../values/item-text.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { replicaLinkLog } from '../keyspace/replica-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { otherReplicas, type Replica } from '../schema/replication.ts'
import { keyAttributesIn, type Table } from '../schema/table.ts'
import type { WriteOrder } from '../schema/write-order.ts'

/** One write of one item, as a replica hears of it. */
export interface ReplicatedWrite {
  readonly order: WriteOrder
  readonly keyAttributes: Item
  /** Undefined: it was deleted. */
  readonly newItem: StoredItem | undefined
}

export interface LinkedWrite extends ReplicatedWrite {
  /** When the client was answered, by the clock of the engine. */
  readonly sinceMs: number
}

/** Tells these replicas of a change that was made here. Must not throw (law 5). */
export function appendToLinks(
  turn: WriteTurn,
  change: ItemChange,
  order: WriteOrder,
  { nowMs, byLink }: { readonly nowMs: number; readonly byLink: readonly Replica[] },
): void {
  const value = encodeLinked(change, order, nowMs)
  for (const { tableId } of byLink) turn.append(replicaLinkLog({ fromId: change.table.tableId, toId: tableId }), value)
}

/** The other replicas that hear of changes of this table. */
export function toldReplicas(table: Table): readonly Replica[] {
  return otherReplicas(table).filter(isTold)
}

/** One that is deleted needs to know nothing more; one that leaves hears everything that was said before it is gone. */
export function isTold({ status }: Replica): boolean {
  return status !== 'DELETING'
}

function encodeLinked({ table, keyAttributes, newItem }: ItemChange, { us, region }: WriteOrder, nowMs: number): string {
  const now = newItem === undefined ? `-${itemText(keyAttributesIn(table.key, keyAttributes))}` : `+${newItem.encode()}`
  return `${nowMs} ${us} ${region}\n${now}`
}

export function decodeLinked(value: StoredValue): LinkedWrite {
  assert(typeof value === 'string', 'what replicas tell each other is stored as text')
  const end = value.indexOf('\n')
  const [sinceMs, us, region = ''] = value.slice(0, end).split(' ')
  const heard = { sinceMs: Number(sinceMs), order: { us: Number(us), region } }
  const now = value.slice(end + 2)
  if (value[end + 1] === '-') return { ...heard, keyAttributes: parseItem(now), newItem: undefined }
  const newItem = StoredItem.decode(now)
  return { ...heard, keyAttributes: newItem.attributes, newItem }
}

/** The logs of all links between these replicas. */
export function logsBetween(replicas: readonly Replica[]): readonly KeyBytes[] {
  return replicas.flatMap(({ tableId: fromId }) =>
    replicas.flatMap(({ tableId: toId }) => (fromId === toId ? [] : [replicaLinkLog({ fromId, toId })])),
  )
}
