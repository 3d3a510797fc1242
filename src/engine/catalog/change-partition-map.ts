/** The one way to divide partitions: a turn in which the map of a table or global index becomes another. */
import { partitionMapKey } from '../keyspace/partition-keys.ts'
import type { PartitionMap } from '../schema/partition-map.ts'
import { type PartitionedSpace, spaceOf } from '../schema/partitioned-space.ts'
import type { CatalogHolder } from './catalog-holder.ts'

/**
 * Calls `decide` in a turn of the store with the map as it is then, and stores what it returns if it is another. Resolves with the
 * map when it is durable; with undefined when there is no such table or index any more.
 */
export function changePartitionMap(
  { store, catalog }: CatalogHolder,
  { table, index }: PartitionedSpace,
  decide: (map: PartitionMap) => PartitionMap,
): Promise<PartitionMap | undefined> {
  const space = spaceOf(table, index)
  return catalog.change(
    store,
    () => [],
    (turn) => {
      const before = catalog.partitionMap(space)
      if (before === undefined) return undefined
      const after = decide(before)
      if (after !== before) turn.put(partitionMapKey(space), after.encode())
      return after
    },
  )
}
