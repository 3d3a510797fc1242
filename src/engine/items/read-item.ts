/** Reading single items, as everything durable stands at this moment. */
import type { KeyBytes } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { StoredItem } from '../keyspace/stored-item.ts'

export async function readItem(engine: Engine, key: KeyBytes): Promise<StoredItem | undefined> {
  using snapshot = engine.store.snapshot()
  const value = await snapshot.get(key)
  return value === undefined ? undefined : StoredItem.decode(value)
}

/** The items with the first of these keys out of one view, in order: as many as together stay within `sizeBytesMax`. */
export async function readItems(engine: Engine, keys: readonly KeyBytes[], sizeBytesMax: number): Promise<(StoredItem | undefined)[]> {
  using snapshot = engine.store.snapshot()
  const items: (StoredItem | undefined)[] = []
  let sizeBytes = 0
  for (const key of keys) {
    const value = await snapshot.get(key)
    const item = value === undefined ? undefined : StoredItem.decode(value)
    sizeBytes += item?.sizeBytes ?? 0
    if (sizeBytes > sizeBytesMax) return items
    items.push(item)
  }
  return items
}
