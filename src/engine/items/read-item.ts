/** Reading single items, as everything durable stands at this moment. */
import type { KeyBytes, Store } from '../../storage/store.ts'
import { StoredItem } from '../keyspace/stored-item.ts'

/** The part of an engine that reads. */
export interface ItemReader {
  readonly store: Store
}

export async function readItem({ store }: ItemReader, key: KeyBytes): Promise<StoredItem | undefined> {
  const [value] = await store.get([key])
  return value === undefined ? undefined : StoredItem.decode(value)
}

/** The items with the first of these keys, all of one moment, in order: as many as together stay within `sizeBytesMax`. */
export async function readItems(
  { store }: ItemReader,
  keys: readonly KeyBytes[],
  sizeBytesMax: number,
): Promise<(StoredItem | undefined)[]> {
  const items: (StoredItem | undefined)[] = []
  let sizeBytes = 0
  for (const value of await store.get(keys)) {
    const item = value === undefined ? undefined : StoredItem.decode(value)
    sizeBytes += item?.sizeBytes ?? 0
    if (sizeBytes > sizeBytesMax) return items
    items.push(item)
  }
  return items
}
