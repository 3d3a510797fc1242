/** Reading single items, as everything durable stands at this moment. */
import type { KeyBytes, Store, StoredValue } from '../../storage/store.ts'
import { branchOf, readBranchValues } from '../branches/branch.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
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

/** The first of these items, all of one moment, in order: as many as together stay within `sizeBytesMax`. */
export async function readItems(
  reader: ItemReader,
  addresses: readonly ItemAddress[],
  sizeBytesMax: number,
): Promise<(StoredItem | undefined)[]> {
  const isPlain = !addresses.some(({ table }) => isFillingBranch(table))
  const values = isPlain ? await reader.store.get(addresses.map(({ key }) => key)) : await valuesOf(reader, addresses)
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
  return reader.store.view(async (view) => {
    const values: (StoredValue | undefined)[] = []
    for (const { table, key } of addresses) {
      const branch = branchOf(reader, table)
      values.push(...(branch === undefined ? await view.get([key]) : await readBranchValues(view, branch, [key])))
    }
    return values
  })
}
