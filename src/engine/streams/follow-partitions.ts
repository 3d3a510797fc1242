/**
 * Shards follow partitions: where a partition of the table has come to start, a shard of its stream starts. It compares the two
 * as they are, so what failed once is made up for the next time, and dividing a shard by hand does no harm.
 */

import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import type { PartitionMap } from '../schema/partition-map.ts'
import { shardIdOf } from '../schema/stream.ts'
import { divideShard } from './split-shard.ts'

/**
 * Divides the open shards of the table's stream, if it has one, at the starts of partitions. A partition that starts inside an
 * item collection has its shard with the others of the collection. Resolves when the new shards are durable.
 */
export async function followPartitions(holder: CatalogHolder, tableId: number, partitions: PartitionMap): Promise<void> {
  const recording = holder.catalog.streams.recording(tableId)
  if (recording === undefined || holder.settings.streamShards > 0) return
  const { startHashes } = partitions
  let next = 0
  for (const shard of recording.shards) {
    const cuts: number[] = []
    for (let hash = startHashes[next]; hash !== undefined && hash < shard.toHash; hash = startHashes[next]) {
      if (hash > shard.fromHash) cuts.push(hash)
      next += 1
    }
    if (cuts.length > 0) await divideShard(holder, recording.stream, shardIdOf(shard), cuts)
  }
}
