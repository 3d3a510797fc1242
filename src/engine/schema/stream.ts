/**
 * What a stream is, as plain immutable data: its shards, and how they are opened, closed and divided. A stream outlives its
 * table and the setting that enabled it; whoever decides about streams decides on these values.
 */

import { hashSpace } from '../keyspace/keys.ts'
import type { AttachedPolicy, KeySchema, StreamSetting, Tag } from './table.ts'

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
  /** Absent while there are none. */
  readonly tags?: readonly Tag[]
  readonly policy?: AttachedPolicy
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
  /** Its records have this number or a greater one (sequence-number.ts). */
  readonly firstNumber: number
  readonly closed?: ClosedShard
  /** Up to this number its records were numbered among those of all streams: format 1. Their ids are made from that. */
  readonly format1LastNumber?: number
  /** The number of the last record that was trimmed, if any was. */
  readonly trimmedNumber?: number
}

export interface ClosedShard {
  readonly atMs: number
  /** All its records have smaller numbers, those of its children greater ones. */
  readonly lastNumber: number
}

/** What changes of shards take from outside. */
export interface ShardTimes {
  readonly nowMs: number
  /** No record follows in the shard. The number of its last one, or the one before its first. */
  close(shard: Shard): number
}

/**
 * Numbers of records are counted in each shard by itself. Those of a child begin with the next multiple of this, so that every one
 * of them is greater than any of its parent, whoever is still writing to that while it closes.
 */
const epochLength = 2 ** 32

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
export function newStream(stream: Omit<Stream, 'shards' | 'lastShardNumber'>, startHashes: readonly number[], nowMs: number): Stream {
  return withShards({ ...stream, shards: [], lastShardNumber: 0 }, { bounds: [...startHashes, hashSpace], firstNumber: 1, nowMs })
}

/** Nothing is recorded any more: every shard closes and has no child. */
export function disabledStream(stream: Stream, times: ShardTimes): Stream {
  return { ...openShards(stream).reduce((rest, shard) => withShard(rest, closedShard(shard, times)), stream), disabledMs: times.nowMs }
}

/**
 * The shard, which must be an open one, closes; its children divide its range at `cutHashes`, ascending and inside of the
 * range. No cut: one child with the whole range.
 */
export function replacedShard(stream: Stream, shard: Shard, cutHashes: readonly number[], times: ShardTimes): Stream {
  const closed = closedShard(shard, times)
  return withShards(withShard(stream, closed), {
    bounds: [shard.fromHash, ...cutHashes, shard.toHash],
    parentId: shardIdOf(shard),
    firstNumber: (Math.floor(closed.closed.lastNumber / epochLength) + 1) * epochLength,
    nowMs: times.nowMs,
  })
}

/** The stream with another value for the shard of the same number. */
export function withShard(stream: Stream, changed: Shard): Stream {
  return { ...stream, shards: stream.shards.map((shard) => (shard.number === changed.number ? changed : shard)) }
}

/** One more than the last record has: so it is a number of the shard, whether it has any record or not. */
function closedShard(shard: Shard, times: ShardTimes): Shard & { readonly closed: ClosedShard } {
  return { ...shard, closed: { atMs: times.nowMs, lastNumber: times.close(shard) + 1 } }
}

interface AddedShards {
  /** Where they begin, and where the last one ends. */
  readonly bounds: readonly number[]
  readonly parentId?: string
  readonly firstNumber: number
  readonly nowMs: number
}

function withShards(stream: Stream, { bounds, parentId, firstNumber, nowMs }: AddedShards): Stream {
  const added = bounds.slice(0, -1).map((fromHash, at): Shard => {
    const number = stream.lastShardNumber + 1 + at
    const range = { fromHash, toHash: bounds[at + 1] ?? hashSpace }
    return { number, creationMs: nowMs, ...range, ...(parentId !== undefined && { parentId }), firstNumber }
  })
  return { ...stream, shards: [...stream.shards, ...added], lastShardNumber: stream.lastShardNumber + added.length }
}
