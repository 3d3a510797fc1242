/** Reading single items, as everything durable stands at this moment. */
import { Pace } from '../../base/pace.ts'
import type { KeyBytes, Store, StoredValue } from '../../storage/store.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { itemsAtOnceMax } from '../limits.ts'

/** The part of an engine that reads. */
export interface ItemReader {
  readonly store: Store
}

export async function readItem({ store }: ItemReader, key: KeyBytes): Promise<StoredItem | undefined> {
  const [value] = await store.get([key])
  return value === undefined ? undefined : StoredItem.decode(value)
}

/** The items with the first of these keys, all of one moment, in order: as many as together stay within `sizeBytesMax`. Others have their turn meanwhile. */
export async function readItems(
  { store }: ItemReader,
  keys: readonly KeyBytes[],
  sizeBytesMax: number,
  pace: Pace = new Pace(),
): Promise<(StoredItem | undefined)[]> {
  if (keys.length <= itemsAtOnceMax) return decoded(await store.get(keys), sizeBytesMax)
  return store.view(async (view) => {
    const items: (StoredItem | undefined)[] = []
    let leftBytes = sizeBytesMax
    for (let from = 0; from < keys.length; from += itemsAtOnceMax) {
      if (from > 0) await pace.pause()
      const some = keys.slice(from, from + itemsAtOnceMax)
      const read = decoded(await view.get(some), leftBytes)
      items.push(...read)
      if (read.length < some.length) break
      leftBytes -= read.reduce((sum, item) => sum + (item?.sizeBytes ?? 0), 0)
    }
    return items
  })
}

function decoded(values: readonly (StoredValue | undefined)[], sizeBytesMax: number): (StoredItem | undefined)[] {
  const items: (StoredItem | undefined)[] = []
  let sizeBytes = 0
  for (const value of values) {
    const item = value === undefined ? undefined : StoredItem.decode(value)
    sizeBytes += item?.sizeBytes ?? 0
    if (sizeBytes > sizeBytesMax) return items
    items.push(item)
  }
  return items
}
