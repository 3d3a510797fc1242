/**
 * A write of a table with strong consistency (replicas/strong-reach.ts): made in all replicas that are in reach in the turn in which it is made
 * here, so that all of them have it or none; those out of reach hear of it by their links, and know that they are behind.
 */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { behindKey } from '../keyspace/replica-keys.ts'
import { toldReplicas } from '../replicas/link-log.ts'
import { behindReadOf, isStrong } from '../replicas/strong-reach.ts'
import type { Replica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { type ItemPlace, itemPlace } from './item-key.ts'

/** The table of another replica, and the item in it. */
export interface ReplicaPlace extends ItemPlace {
  readonly table: Table
  readonly catalog: Catalog
  readonly region: string
}

/** Where the item lies in the tables of these replicas. */
export function placesIn(
  catalog: Catalog,
  { name }: Table,
  replicas: readonly Replica[],
  { keyAttributes }: Pick<ItemPlace, 'keyAttributes'>,
): readonly ReplicaPlace[] {
  return replicas.flatMap(({ region, tableId }) => {
    const own = catalog.of(region)
    const table = own.find(name)
    return table?.tableId === tableId ? [{ ...itemPlace(table, keyAttributes), table, catalog: own, region }] : []
  })
}

/** What a turn must read besides to write the item of such a table; `readsOf` is asked for what each other table needs. */
export function strongReadsOf(
  catalog: Catalog,
  table: Table,
  place: Pick<ItemPlace, 'keyAttributes'>,
  readsOf: (table: Table, place: ItemPlace) => readonly KeyBytes[],
): readonly KeyBytes[] {
  if (!isStrong(table)) return []
  const others = placesIn(catalog, table, toldReplicas(table), place).flatMap((other) => readsOf(other.table, other))
  return [behindReadOf(table), ...others]
}

/** They know that they have missed something. */
export function noteMissed(turn: WriteTurn, missed: readonly Replica[]): void {
  for (const { tableId } of missed) turn.put(behindKey(tableId), '')
}
