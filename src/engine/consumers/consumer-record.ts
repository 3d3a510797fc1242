/**
 * What is stored of a consumer of a stream.
 *
 *   consumer = JSON: { tableId, labelMs, region, tableName, label, startMs, position }
 *   position = <number of the record that is next, decimal> [" end"]      "end": nothing follows in the shard
 *
 * A shard without a position is read from its oldest record on.
 */
import type { StoredValue } from '../../storage/store.ts'
import type { StreamAddress, StreamId } from '../schema/stream.ts'

/** Where a consumer begins: with the oldest records that there are, or behind the newest. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST'

export interface ConsumerRecord extends StreamId, StreamAddress {
  /** As the catalog keeps the stream. */
  readonly region: string
  /** When it was started, in milliseconds since the epoch. */
  readonly startMs: number
  readonly position: StartingPosition
}

/** How far a consumer has come in a shard. */
export interface ShardPosition {
  /** The number of the record that is handled next, or of one before it that is not there; 0: the oldest that there is. */
  readonly next: number
  /** The shard is closed, and all its records are behind. */
  readonly isEnd: boolean
}

export const shardBeginning: ShardPosition = { next: 0, isEnd: false }

export function encodeConsumer({ tableId, labelMs, region, tableName, label, startMs, position }: ConsumerRecord): string {
  return JSON.stringify({ tableId, labelMs, region, tableName, label, startMs, position })
}

export function decodeConsumer(value: StoredValue): ConsumerRecord {
  return JSON.parse(String(value)) as ConsumerRecord
}

export function encodePosition({ next, isEnd }: ShardPosition): string {
  return isEnd ? `${next} end` : String(next)
}

/** Undefined, for what was never written, is the beginning. */
export function decodePosition(value: StoredValue | undefined): ShardPosition {
  if (value === undefined) return shardBeginning
  const [next, end] = String(value).split(' ')
  return { next: Number(next), isEnd: end !== undefined }
}
