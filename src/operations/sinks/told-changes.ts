/** From what follows in a table to what a sink is told of it: an item that comes to meet its condition is inserted, one that ceases to is removed. Pure. */
import { setOwn } from '../../base/own.ts'
import type { FollowedPage } from '../../engine/followers/follow-table.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { KeySchema } from '../../engine/schema/table.ts'
import type { SinkChange } from '../../outbound/sinks/sink.ts'
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'

/** What of an item a sink is told, and of which. */
export interface ToldItems {
  isMeant(item: Item): boolean
  /** What is told of it, with its key. */
  told(item: Item, key: Item): Item
}

export function toldChanges(key: KeySchema, { entries, items, next }: FollowedPage, { isMeant, told }: ToldItems): readonly SinkChange[] {
  const changes: SinkChange[] = []
  const meant = (item: StoredItem | undefined): Item | undefined =>
    item !== undefined && isMeant(item.attributes) ? item.attributes : undefined
  for (const { number, changedUs, region, isByTimeToLive, isWithoutEffect, oldItem, newItem } of entries) {
    if (isWithoutEffect) continue
    const [before, after] = [meant(oldItem), meant(newItem)]
    const image = after ?? before
    if (image === undefined) continue
    const keyOf = keyIn(key, image)
    changes.push({
      kind: after === undefined ? 'remove' : before === undefined ? 'insert' : 'modify',
      number,
      changedUs,
      region,
      isByTimeToLive,
      key: keyOf,
      newItem: after && told(after, keyOf),
      oldItem: before && told(before, keyOf),
    })
  }
  for (const { item } of items) {
    const image = meant(item)
    if (image === undefined) continue
    const { writtenUs: changedUs = 0, region = '' } = item.stamp ?? {}
    const keyOf = keyIn(key, image)
    const loaded = { kind: 'load', number: next.number, changedUs, region, isByTimeToLive: false } as const
    changes.push({ ...loaded, key: keyOf, newItem: told(image, keyOf), oldItem: undefined })
  }
  return changes
}

function keyIn({ hash, range }: KeySchema, item: Item): Item {
  const key: Record<string, AttributeValue> = {}
  for (const { name } of [...hash, ...range]) {
    const value = attributeOf(item, name)
    if (value !== undefined) setOwn(key, name, value)
  }
  return key
}
