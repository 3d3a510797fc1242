/** Shards close and have children: when a partition splits, when they are old, or because somebody asks for it. */
import type { Store } from '../../storage/store.ts'
import { replacedShard, type Shard, type Stream, type StreamAddress, shardIdOf, shardWithId } from '../schema/stream.ts'
import { changeStreams } from './change-streams.ts'
import type { Streams } from './streams.ts'

/** The part of an engine that holds streams, as one region sees it. */
export interface StreamHolder {
  readonly store: Store
  readonly streams: Streams
  readonly catalog: { readonly region: string }
}

/**
 * Closes a shard and opens two in its place, which divide its range at `atHash` (default: in the middle). Resolves with the ids
 * of the children, when they are durable; with undefined when there is no such open shard or nothing to divide there.
 */
export function splitShard(
  holder: StreamHolder,
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
  holder: StreamHolder,
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
export function rotateShard(holder: StreamHolder, address: StreamAddress, shardId: string): Promise<readonly string[] | undefined> {
  return replaceShard(holder, address, shardId, () => [])
}

function replaceShard(
  { catalog, ...holder }: StreamHolder,
  address: StreamAddress,
  shardId: string,
  cutsOf: (shard: Shard) => readonly number[] | undefined,
): Promise<readonly string[] | undefined> {
  return changeStreams(holder, (turn) => {
    const stream: Stream | undefined = turn.latest.find(catalog.region, address)
    const shard = stream && shardWithId(stream, shardId)
    const cuts = shard && cutsOf(shard)
    if (stream === undefined || shard === undefined || shard.closed !== undefined || cuts === undefined) return undefined
    const replaced = replacedShard(stream, shard, cuts, turn.times)
    turn.put(replaced)
    return replaced.shards.filter(({ number }) => number > stream.lastShardNumber).map(shardIdOf)
  })
}
