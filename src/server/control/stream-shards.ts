/** Shards that close because somebody wants to see how a consumer takes it: divided as when a partition splits, or rotated. */
import { Pace } from '../../base/pace.ts'
import { openShards, type Shard, type Stream, shardIdOf } from '../../engine/schema/stream.ts'
import { rotateShard, splitShard } from '../../engine/streams/split-shard.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { openShardsMax, replacedShardsAtOnceMax } from '../limits.ts'
import { ControlError } from './control-error.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

export interface ShardAddress {
  readonly table: string
  /** Left out: all open shards of the table's stream. */
  readonly shard?: string
  readonly region?: string
}

export interface ReplacedShards {
  readonly shards: readonly { readonly closed: string; readonly opened: readonly string[] }[]
}

/** Resolves when the children are durable. Throws ControlError 404 or 400. */
export function splitShards(engine: MeteredEngine, address: ShardAddress): Promise<ReplacedShards> {
  const regional = regionalEngine(engine, address.region)
  const { stream, shards } = addressedShards(regional, address)
  if (openShards(stream).length + shards.length > openShardsMax) {
    throw new ControlError(400, `A stream is not divided into more than ${openShardsMax} open shards.`)
  }
  return replaced(shards, (shardId) => splitShard(regional, stream, shardId))
}

/** Like `splitShards`; every shard has one child. */
export function rotateShards(engine: MeteredEngine, address: ShardAddress): Promise<ReplacedShards> {
  const regional = regionalEngine(engine, address.region)
  const { stream, shards } = addressedShards(regional, address)
  return replaced(shards, (shardId) => rotateShard(regional, stream, shardId))
}

function addressedShards(engine: MeteredEngine, { table, shard: shardId }: ShardAddress): { stream: Stream; shards: readonly Shard[] } {
  const recording = engine.catalog.streams.recording(tableNamed(engine, table).tableId)
  if (recording === undefined) throw new ControlError(400, `Table ${JSON.stringify(table)} has no stream that is enabled.`)
  const { stream, shards } = recording
  if (shardId === undefined) return { stream, shards }
  const named = shards.filter((shard) => shardIdOf(shard) === shardId)
  if (named.length === 0)
    throw new ControlError(404, `The stream of ${JSON.stringify(table)} has no open shard ${JSON.stringify(shardId)}.`)
  return { stream, shards: named }
}

/** Some at once, whose turns go into one commit: each writes what there is of the stream. What somebody else closed first is left out. */
async function replaced(
  shards: readonly Shard[],
  replace: (shardId: string) => Promise<readonly string[] | undefined>,
): Promise<ReplacedShards> {
  const ids = shards.map(shardIdOf)
  const pace = new Pace()
  const opened: (readonly string[] | undefined)[] = []
  for (let from = 0; from < ids.length; from += replacedShardsAtOnceMax) {
    if (from > 0) await pace.pause()
    opened.push(...(await Promise.all(ids.slice(from, from + replacedShardsAtOnceMax).map(replace))))
  }
  return { shards: ids.map((closed, at) => ({ closed, opened: opened[at] ?? [] })).filter((pair) => pair.opened.length > 0) }
}
