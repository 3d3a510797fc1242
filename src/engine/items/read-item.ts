/** Reading single items, as everything durable stands at this moment. */
import { Pace } from '../../base/pace.ts'
import type { KeyBytes, Store, StoredValue, View } from '../../storage/store.ts'
import { branchOf, readBranchValues } from '../branches/branch.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { itemsAtOnceMax } from '../limits.ts'
import { isFillingBranch } from '../schema/restore.ts'
import type { Table } from '../schema/table.ts'

/** The part of an engine that reads. */
export interface ItemReader {
  readonly store: Store
  readonly catalog: Catalog
}

/** An item of a table, there or not. */
export interface ItemAddress {
  readonly table: Table
  readonly key: KeyBytes
}

export async function readItem(reader: ItemReader, address: ItemAddress): Promise<StoredItem | undefined> {
  const [value] = isFillingBranch(address.table) ? await valuesOf(reader, [address]) : await reader.store.get([address.key])
  return value === undefined ? undefined : StoredItem.decode(value)
}

/** The first of these items, all of one moment, in order: as many as together stay within `sizeBytesMax`. Others have their turn meanwhile. */
export async function readItems(
  reader: ItemReader,
  addresses: readonly ItemAddress[],
  sizeBytesMax: number,
  pace: Pace = new Pace(),
): Promise<(StoredItem | undefined)[]> {
  const isPlain = !addresses.some(({ table }) => isFillingBranch(table))
  if (addresses.length <= itemsAtOnceMax) {
    return decoded(isPlain ? await reader.store.get(addresses.map(({ key }) => key)) : await valuesOf(reader, addresses), sizeBytesMax)
  }
  return reader.store.view(async (view) => {
    const items: (StoredItem | undefined)[] = []
    let leftBytes = sizeBytesMax
    for (let from = 0; from < addresses.length; from += itemsAtOnceMax) {
      if (from > 0) await pace.pause()
      const some = addresses.slice(from, from + itemsAtOnceMax)
      const read = decoded(isPlain ? await view.get(some.map(({ key }) => key)) : await valuesIn(view, reader, some), leftBytes)
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

/** Of branches, too, while they are filled. */
function valuesOf(reader: ItemReader, addresses: readonly ItemAddress[]): Promise<readonly (StoredValue | undefined)[]> {
  return reader.store.view((view) => valuesIn(view, reader, addresses))
}

async function valuesIn(view: View, reader: ItemReader, addresses: readonly ItemAddress[]): Promise<readonly (StoredValue | undefined)[]> {
  const values: (StoredValue | undefined)[] = []
  for (const { table, key } of addresses) {
    const branch = branchOf(reader, table)
    values.push(...(branch === undefined ? await view.get([key]) : await readBranchValues(view, branch, [key])))
  }
  return values
}
