/** What one replica was told by another is made in its table: as any change is, but only where it is later than what is there. */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import { applyChange, type Changed, decideChange, type ItemWrite, type ItemWriter, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { lastOrder } from '../replicas/item-order.ts'
import type { ReplicatedWrite } from '../replicas/link-log.ts'
import type { Table } from '../schema/table.ts'
import { compareOrders } from '../schema/write-order.ts'

/** What a turn must read to receive these. */
export function readsToReceive({ catalog }: ItemWriter, table: Table, writes: readonly ReplicatedWrite[]): readonly KeyBytes[] {
  return writes.flatMap(({ keyAttributes }) => readsOf(catalog, { table, ...itemPlace(table, keyAttributes) }))
}

/** No two of them may be of one item. Gives back those that made a difference. */
export function receiveWrites(engine: ItemWriter, turn: WriteTurn, table: Table, writes: readonly ReplicatedWrite[]): readonly Changed[] {
  const sizes = new CollectionSizes(turn)
  const received: Changed[] = []
  for (const { keyAttributes, newItem, order } of writes) {
    const place = itemPlace(table, keyAttributes)
    const decide: ItemWrite['decide'] = (oldItem) =>
      compareOrders(order, lastOrder(turn, place.key, oldItem)) > 0 ? { kind: 'become', newItem } : { kind: 'conditionFailed' }
    const outcome = decideChange(engine, turn, { ...place, table, cause: 'replication', order, decide }, sizes)
    if (outcome.kind !== 'changed') continue
    applyChange(engine, turn, outcome)
    sizes.follow(outcome.collection)
    received.push(outcome)
  }
  return received
}
