/** Shards close and have children: when a partition splits, when they are old, or because somebody asks for it. */

import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeStreams } from '../catalog/change-streams.ts'
import { replacedShard, type Shard, type StreamAddress, shardIdOf, shardWithId } from '../schema/stream.ts'

/**
 * Closes a shard and opens two in its place, which divide its range at `atHash` (default: in the middle). Resolves with the ids
 * of the children, when they are durable; with undefined when there is no such open shard or nothing to divide there.
 */
export function splitShard(
  holder: CatalogHolder,
  address: StreamAddress,
  shardId: string,
  atHash?: number,
): Promise<readonly string[] | undefined> {
  return replaceShard(holder, address, shardId, ({ fromHash, toHash }) => {
    const cutHash = atHash ?? Math.floor((fromHash + toHash) / 2)
    return cutHash > fromHash && cutHash < toHash ? [cutHash] : undefined
  })
}

/** Like `splitShard`, at several hashes, ascending; those that are not inside of the shard's range are left out. */
export function divideShard(
  holder: CatalogHolder,
  address: StreamAddress,
  shardId: string,
  atHashes: readonly number[],
): Promise<readonly string[] | undefined> {
  return replaceShard(holder, address, shardId, ({ fromHash, toHash }) => {
    const cuts = atHashes.filter((hash) => hash > fromHash && hash < toHash)
    return cuts.length === 0 ? undefined : cuts
  })
}

/** Closes a shard and opens one in its place. Resolves like `splitShard`. */
export function rotateShard(holder: CatalogHolder, address: StreamAddress, shardId: string): Promise<readonly string[] | undefined> {
  return replaceShard(holder, address, shardId, () => [])
}

function replaceShard(
  holder: CatalogHolder,
  { tableName, label }: StreamAddress,
  shardId: string,
  cutsOf: (shard: Shard) => readonly number[] | undefined,
): Promise<readonly string[] | undefined> {
  const address = { region: holder.catalog.region, tableName, label }
  return changeStreams(holder, [address], (turn) => {
    const stream = turn.streams.find(address.region, address)
    const shard = stream && shardWithId(stream, shardId)
    const cuts = shard && cutsOf(shard)
    if (stream === undefined || shard === undefined || shard.closed !== undefined || cuts === undefined) return undefined
    const replaced = replacedShard(stream, shard, cuts, turn.timesOf(stream))
    turn.replace(stream, replaced)
    return replaced.shards.filter(({ number }) => number > stream.lastShardNumber).map(shardIdOf)
  })
}
