/**
 * The partition maps of all tables and global indexes, as they are on disk. A table that has none stored yet has the map that its
 * throughput gives it; `changePartitionMap` is the only way to another.
 */

import { PartitionWatch } from '../../metering/splits/partition-watch.ts'
import type { Store, WriteTurn } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { GlobalIndex, Table } from '../catalog/table.ts'
import { type DataSpace, keyAfter, spaceName } from '../keyspace/keys.ts'
import { allPartitionMapsRange, partitionMapKey, spaceOfPartitionMapKey } from '../keyspace/partition-keys.ts'
import { partitionCount } from './partition-count.ts'
import { PartitionMap } from './partition-map.ts'
import { type PartitionedSpace, spaceOf } from './partitioned-space.ts'

interface InitialMap {
  /** Ids are used again when the commit that made the table fails. */
  readonly tableUuid: string
  readonly map: PartitionMap
}

const loadBudget = { entries: 1000, bytes: 4 << 20 }

export class PartitionMaps {
  /** What the job that splits partitions remembers. */
  readonly watch: PartitionWatch = new PartitionWatch()
  readonly #stored = new Map<number, PartitionMap>()
  /** Those that are not stored yet, so that asking twice gives the same, whatever has become of the throughput. */
  readonly #initial = new Map<number, InitialMap>()
  #version = 0

  /** Another number whenever some map is another. */
  get version(): number {
    return this.#version
  }

  /** Reads every map: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let range = allPartitionMapsRange()
    for (;;) {
      const { entries, exhausted } = await snapshot.scan(range, loadBudget)
      for (const { key, value } of entries) this.#stored.set(spaceName(spaceOfPartitionMapKey(key)), PartitionMap.decode(value))
      const last = entries.at(-1)
      if (exhausted || last === undefined) return
      range = { ...range, start: keyAfter(last.key) }
    }
  }

  /** The stored map. */
  of(space: DataSpace): PartitionMap | undefined {
    return this.#stored.get(spaceName(space))
  }

  /**
   * The map of a table or index that has none stored: as many partitions as its throughput asked for when it was first looked at. More
   * throughput divides these, like any others, once they are stored: a stream may have started with them.
   */
  initial(table: Table, index: GlobalIndex | undefined): PartitionMap {
    const name = spaceName(spaceOf(table, index))
    const known = this.#initial.get(name)
    if (known?.tableUuid === table.uuid) return known.map
    const map = PartitionMap.even(partitionCount(index ?? table), table.creationMs)
    this.#initial.set(name, { tableUuid: table.uuid, map })
    // Nobody has worked with another one where there was none.
    if (known !== undefined) this.#version += 1
    return map
  }

  /** The map is on disk. Called by `changePartitionMap` only. */
  becameDurable(space: DataSpace, map: PartitionMap): void {
    const name = spaceName(space)
    const before = this.#stored.get(name) ?? this.#initial.get(name)?.map
    this.#initial.delete(name)
    this.#stored.set(name, map)
    this.watch.keepOnly(name, map.partitions)
    if (before !== map) this.#version += 1
  }

  /** The index is gone, or all that the table was. */
  forget(space: DataSpace): void {
    this.#forget(spaceName(space))
  }

  /** The table is gone with all its indexes. */
  forgetTable(tableId: number): void {
    const first = spaceName({ tableId, indexId: 0 })
    for (const name of [...this.#stored.keys(), ...this.#initial.keys()]) if (name >= first && name < first + 256) this.#forget(name)
  }

  #forget(name: number): void {
    this.#stored.delete(name)
    this.#initial.delete(name)
    this.watch.forget(name)
  }
}

/** The partitions of a table, or of one of its global indexes. The same value until they change. */
export function partitionMapOf(maps: PartitionMaps, table: Table, index: GlobalIndex | undefined): PartitionMap {
  return maps.of(spaceOf(table, index)) ?? maps.initial(table, index)
}

/** The part of an engine that holds partition maps, as one region sees it. */
export interface PartitionHolder {
  readonly store: Store
  readonly catalog: Catalog
  readonly partitionMaps: PartitionMaps
}

/**
 * Calls `decide` in a turn of the store with the map as it is then, and stores what it returns, be it the same value; undefined
 * stores nothing. Resolves with the map when it is durable; with undefined when there is none to store, or no such table or
 * index any more.
 */
export async function changePartitionMap(
  { store, catalog, partitionMaps }: PartitionHolder,
  { table, index }: PartitionedSpace,
  decide: (map: PartitionMap) => PartitionMap | undefined,
): Promise<PartitionMap | undefined> {
  const space = spaceOf(table, index)
  const key = partitionMapKey(space)
  const map = await store.write([key], (turn: WriteTurn) => {
    if (!isStillThere(catalog.latest.find(table.name), space)) return undefined
    const stored = turn.get(key)
    const decided = decide(stored === undefined ? partitionMaps.initial(table, index) : PartitionMap.decode(stored))
    if (decided !== undefined) turn.put(key, decided.encode())
    return decided
  })
  if (map !== undefined) partitionMaps.becameDurable(space, map)
  return map
}

/** Otherwise a sweep might have gone past already. */
function isStillThere(latest: Table | undefined, { tableId, indexId }: DataSpace): boolean {
  if (latest?.tableId !== tableId) return false
  return indexId === 0 || latest.indexes.some((index) => index.indexId === indexId)
}
