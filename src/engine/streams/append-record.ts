/** The stream's part in every change of an item: one record more at the end of a shard's log, in the item's own turn (law 2). */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { StreamView } from '../catalog/catalog-records.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { hashOf } from '../keyspace/keys.ts'
import { recordLog, type StreamSpace } from '../keyspace/stream-keys.ts'
import type { Shard } from '../schema/stream.ts'
import { encodeRecord } from './stored-record.ts'

/**
 * Records the change in the table's stream, if it has one and the item is not what it was: in the shard whose range its key
 * hashes into. What a branch is filled with was there. Must not throw (law 5).
 */
export function appendRecord(streams: StreamView, turn: WriteTurn, change: ItemChange, nowMs: number): void {
  const recording = streams.recording(change.table.tableId)
  if (recording === undefined || change.cause === 'restore' || isWithoutEffect(change)) return
  const { stream, shards } = recording
  turn.append(logOf(stream, shardOf(shards, hashOf(change.key))), encodeRecord(stream, change, nowMs))
}

/** Stores know the object of a key faster than its bytes, and a shard stays the same object. */
const logs = new WeakMap<Shard, KeyBytes>()

function logOf(stream: StreamSpace, shard: Shard): KeyBytes {
  const known = logs.get(shard)
  if (known !== undefined) return known
  const log = recordLog(stream, shard.number)
  logs.set(shard, log)
  return log
}

/** Attributes in another order are the same item. */
function isWithoutEffect({ oldItem, newItem }: ItemChange): boolean {
  return oldItem === undefined || newItem === undefined ? oldItem === newItem : newItem.equals(oldItem)
}

/** The shard whose range holds the hash, of shards that share the hash space among them. */
function shardOf(shards: readonly Shard[], hash: number): Shard {
  let low = 0
  let high = shards.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((shards[middle]?.fromHash ?? 0) <= hash) low = middle
    else high = middle - 1
  }
  const shard = shards[low]
  assert(shard !== undefined, 'a stream that records has open shards')
  return shard
}
