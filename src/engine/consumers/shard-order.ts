/**
 * In which order the shards of a stream are read: a child when its parent is read to its end, or forgotten. So the records of an item
 * come in the order of its changes, over splits and rotations. Pure.
 */
import { type Shard, type Stream, shardIdOf } from '../schema/stream.ts'
import { type ShardPosition, shardBeginning } from './consumer-record.ts'

export type Positions = ReadonlyMap<number, ShardPosition>

/** The shards that can be read now, in the order of their numbers. */
export function readableShards({ shards }: Pick<Stream, 'shards'>, positions: Positions): readonly Shard[] {
  const unread = new Set(shards.filter(({ number }) => !positionIn(positions, number).isEnd).map(shardIdOf))
  return shards.filter((shard) => unread.has(shardIdOf(shard)) && (shard.parentId === undefined || !unread.has(shard.parentId)))
}

/** Whether nothing follows: the stream is disabled, and all its shards are read to their ends. */
export function isReadToTheEnd({ shards, disabledMs }: Pick<Stream, 'shards' | 'disabledMs'>, positions: Positions): boolean {
  return disabledMs !== undefined && shards.every(({ number }) => positionIn(positions, number).isEnd)
}

/** The numbers of shards that have a position and are not there any more. */
export function forgottenShards({ shards }: Pick<Stream, 'shards'>, positions: Positions): readonly number[] {
  const there = new Set(shards.map(({ number }) => number))
  return [...positions.keys()].filter((number) => !there.has(number))
}

/** How many records went before they were handled, at the most: they were older than 24 hours. */
export function missedRecords({ trimmedNumber = 0 }: Pick<Shard, 'trimmedNumber'>, { next }: ShardPosition): number {
  return next === 0 ? 0 : Math.max(0, trimmedNumber - next + 1)
}

export function positionIn(positions: Positions, shardNumber: number): ShardPosition {
  return positions.get(shardNumber) ?? shardBeginning
}
