/** Where heat is found: the meters of the tables and indexes that were used since the process started. */

import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import type { SampledHeat } from '../../engine/partitions/choose-split.ts'
import type { PartitionHeat } from './partition-heat.ts'
import type { ThroughputMeters } from './throughput-meters.ts'

/** The heat of one table's or index's partitions, by partition id. */
export type HeatById<Heat extends SampledHeat = SampledHeat> = ReadonlyMap<number, Heat>

/** Answers for any table or index at this moment; with an empty map when nothing was metered there. */
export function heatOfPartitions(meters: ThroughputMeters): (space: DataSpace) => HeatById<PartitionHeat> {
  const bySpace = new Map<number, HeatById<PartitionHeat>>()
  for (const { space, partitions } of meters.all()) {
    bySpace.set(spaceNumber(space), new Map(partitions.map(({ partition, heat }) => [partition.id, heat])))
  }
  return (space) => bySpace.get(spaceNumber(space)) ?? noHeat
}

const noHeat: HeatById<PartitionHeat> = new Map()
