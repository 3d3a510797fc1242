/** Where heat is found: the meters of the tables and indexes that were used since the process started. */

import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import type { PartitionHeat } from './partition-heat.ts'
import type { ThroughputMeters } from './throughput-meters.ts'

/** The heat of one table's or index's partitions, by partition id. */
export type HeatById = ReadonlyMap<number, PartitionHeat>

/** Answers for any table or index at this moment; with an empty map when nothing was metered there. */
export function heatOfPartitions(meters: ThroughputMeters): (space: DataSpace) => HeatById {
  const bySpace = new Map<number, HeatById>()
  for (const { space, partitions } of meters.all()) {
    bySpace.set(spaceNumber(space), new Map(partitions.map(({ partition, heat }) => [partition.id, heat])))
  }
  return (space) => bySpace.get(spaceNumber(space)) ?? noHeat
}

const noHeat: HeatById = new Map()
