/**
 * What a stream is, as plain immutable data: its shards, and how they are opened, closed and divided. A stream outlives its
 * table and the setting that enabled it; whoever decides about streams decides on these values.
 */

import type { KeySchema, StreamSetting } from '../catalog/table.ts'
import { hashSpace } from '../keyspace/keys.ts'

/** Names a stream in store keys. No table gives a label twice, and no other table has its id. */
export interface StreamId {
  readonly tableId: number
  /** The time that the label says, in milliseconds since the epoch. */
  readonly labelMs: number
}

/** What names a stream on the wire, within a region. */
export interface StreamAddress {
  readonly tableName: string
  readonly label: string
}

export interface Stream extends StreamId, StreamAddress {
  /** As the catalog keeps the table: the empty text where regions share their tables. */
  readonly region: string
  readonly viewType: StreamSetting['viewType']
  /** Of the table. */
  readonly key: KeySchema
  readonly creationMs: number
  /** When it was disabled, or its table deleted; absent while changes are recorded. */
  readonly disabledMs?: number
  /** In the order of their numbers, so that a parent comes before its children. Those that are forgotten are missing. */
  readonly shards: readonly Shard[]
  /** How many shards there have been: the number of the last one. */
  readonly lastShardNumber: number
}

/** A range of the hash space, for as long as the shard is open: the records of the keys that hash into it. */
export interface Shard {
  /** From 1, within the stream. */
  readonly number: number
  readonly creationMs: number
  /** Inclusive. */
  readonly fromHash: number
  /** Exclusive. */
  readonly toHash: number
  /** The shard that had the range before; it may be forgotten already. */
  readonly parentId?: string
  /** Its records have this number or a greater one (record-numbers.ts). */
  readonly firstNumber: number
  readonly closed?: ClosedShard
  /** The number of the last record that was trimmed, if any was. */
  readonly trimmedNumber?: number
}

export interface ClosedShard {
  readonly atMs: number
  /** Its records have this number or a smaller one, its children a greater one. */
  readonly lastNumber: number
}

/** What changes of shards take from outside. */
export interface ShardTimes {
  readonly nowMs: number
  /** The next record number: a greater one each time. */
  nextNumber(): number
}

/** `shardId-<time in 20 digits>-<number in 8 hex digits>`: as long as those of AWS, and sorted by age. */
export function shardIdOf({ creationMs, number }: Pick<Shard, 'creationMs' | 'number'>): string {
  return `shardId-${String(creationMs).padStart(20, '0')}-${number.toString(16).padStart(8, '0')}`
}

/** The number in text of the form that `shardIdOf` gives, whether there is such a shard or not. */
export function shardNumberIn(shardId: string): number | undefined {
  const [, hex] = /^shardId-\d{20}-([0-9a-f]{8})$/.exec(shardId) ?? []
  return hex === undefined ? undefined : Number.parseInt(hex, 16)
}

export function shardWithId({ shards }: Stream, shardId: string): Shard | undefined {
  return shards.find((shard) => shardIdOf(shard) === shardId)
}

/** The shards that take records, in the order of their ranges, which together are the hash space. */
export function openShards({ shards }: Stream): readonly Shard[] {
  return shards.filter(({ closed }) => closed === undefined).sort((a, b) => a.fromHash - b.fromHash)
}

/** A stream whose first shards start at these hashes, ascending from 0. */
export function newStream(stream: Omit<Stream, 'shards' | 'lastShardNumber'>, startHashes: readonly number[], times: ShardTimes): Stream {
  return withShards({ ...stream, shards: [], lastShardNumber: 0 }, [...startHashes, hashSpace], undefined, times)
}

/** Nothing is recorded any more: every shard closes and has no child. */
export function disabledStream(stream: Stream, times: ShardTimes): Stream {
  return { ...openShards(stream).reduce((rest, shard) => withClosed(rest, shard, times), stream), disabledMs: times.nowMs }
}

/**
 * The shard, which must be an open one, closes; its children divide its range at `cutHashes`, ascending and inside of the
 * range. No cut: one child with the whole range.
 */
export function replacedShard(stream: Stream, shard: Shard, cutHashes: readonly number[], times: ShardTimes): Stream {
  return withShards(withClosed(stream, shard, times), [shard.fromHash, ...cutHashes, shard.toHash], shardIdOf(shard), times)
}

/** The stream with another value for the shard of the same number. */
export function withShard(stream: Stream, changed: Shard): Stream {
  return { ...stream, shards: stream.shards.map((shard) => (shard.number === changed.number ? changed : shard)) }
}

function withClosed(stream: Stream, shard: Shard, times: ShardTimes): Stream {
  return withShard(stream, { ...shard, closed: { atMs: times.nowMs, lastNumber: times.nextNumber() } })
}

function withShards(stream: Stream, bounds: readonly number[], parentId: string | undefined, times: ShardTimes): Stream {
  const firstNumber = times.nextNumber()
  const added = bounds.slice(0, -1).map((fromHash, at): Shard => {
    const number = stream.lastShardNumber + 1 + at
    const range = { fromHash, toHash: bounds[at + 1] ?? hashSpace }
    return { number, creationMs: times.nowMs, ...range, ...(parentId !== undefined && { parentId }), firstNumber }
  })
  return { ...stream, shards: [...stream.shards, ...added], lastShardNumber: stream.lastShardNumber + added.length }
}
