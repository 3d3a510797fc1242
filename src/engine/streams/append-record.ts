/** The stream's part in every change of an item: one more put in the item's own turn (law 2). */
import { assert } from '../../base/assert.ts'
import type { WriteTurn } from '../../storage/store.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { hashOf, recordKey } from '../keyspace/keys.ts'
import { encodeRecord } from './stored-record.ts'
import type { Shard } from './stream.ts'
import type { Streams } from './streams.ts'

/**
 * Records the change in the table's stream, if it has one and the item is not what it was: in the shard whose range its key
 * hashes into. Must not throw (law 4).
 */
export function appendRecord(streams: Streams, turn: WriteTurn, change: ItemChange): void {
  const recording = streams.latest.recording(change.table.tableId)
  if (recording === undefined || isWithoutEffect(change)) return
  const { stream, shards } = recording
  const { number } = shardOf(shards, hashOf(change.key))
  turn.put(recordKey(stream, number, streams.numbers.next()), encodeRecord(stream, change, streams.now()))
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
