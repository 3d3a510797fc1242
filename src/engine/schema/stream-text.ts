/**
 * How streams and their shards stand in the store: JSON text with a format version in front, like table records.
 *
 * | key  | format | text                                                              |
 * | ---- | ------ | ----------------------------------------------------------------- |
 * | 0x08 | 1      | `{"format":1,"stream":<Stream without its shards, see stream.ts>}` |
 * | 0x09 | 2      | `{"format":2,"shard":<Shard>}`                                    |
 * | 0x09 | 1      | the same, without a log of its own                                |
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { recordLog, shardKey, streamKey } from '../keyspace/stream-keys.ts'
import type { RecordTurn } from '../records/versioned-records.ts'
import type { Shard, Stream } from './stream.ts'

const format = 1
const shardFormat = 2

/** Writes what differs between the two; undefined is no stream. The logs of shards come and go with them. Must not throw (law 5). */
export function putStream(turn: RecordTurn, before: Stream | undefined, after: Stream | undefined): void {
  const known = new Map((before?.shards ?? []).map((shard) => [shard.number, shard]))
  if (after !== undefined) {
    const { shards, ...stream } = after
    turn.put(streamKey(after), JSON.stringify({ format, stream }))
    for (const shard of shards) {
      const unchanged = known.get(shard.number)
      known.delete(shard.number)
      if (unchanged === shard) continue
      turn.put(shardKey(after, shard.number), encodeShard(shard))
      if (unchanged === undefined) turn.turn.open(recordLog(after, shard.number), shard.firstNumber - 1)
    }
  }
  if (before === undefined) return
  for (const number of known.keys()) {
    turn.delete(shardKey(before, number))
    turn.turn.drop(recordLog(before, number))
  }
  if (after === undefined) turn.delete(streamKey(before))
}

/** Without shards. An unknown format is a failed assertion: the store was written by a newer Stator. */
export function decodeStream(value: StoredValue): Stream {
  const parsed = JSON.parse(String(value)) as { readonly format: number; readonly stream: Omit<Stream, 'shards'> }
  assert(parsed.format === format, 'unknown format of a stream', parsed.format)
  return { ...parsed.stream, shards: [] }
}

export function encodeShard(shard: Shard): string {
  return JSON.stringify({ format: shardFormat, shard })
}

export function decodeShard(value: StoredValue): Shard {
  const { format: found, shard } = parsedShard(value)
  assert(found === shardFormat, 'unknown format of a shard', found)
  return shard
}

/** A shard of format 1; undefined for one that is carried over already. */
export function decodeShardOf1(value: StoredValue): Shard | undefined {
  const { format: found, shard } = parsedShard(value)
  return found === 1 ? shard : undefined
}

function parsedShard(value: StoredValue): { readonly format: number; readonly shard: Shard } {
  return JSON.parse(String(value)) as { readonly format: number; readonly shard: Shard }
}
