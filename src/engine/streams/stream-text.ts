/**
 * How streams and their shards stand in the store: JSON text with a format version in front, like table records.
 *
 * | key  | format | text                                                              |
 * | ---- | ------ | ----------------------------------------------------------------- |
 * | 0x08 | 1      | `{"format":1,"stream":<Stream without its shards, see stream.ts>}` |
 * | 0x09 | 1      | `{"format":1,"shard":<Shard>}`                                    |
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue, WriteTurn } from '../../storage/store.ts'
import { shardKey, streamKey } from '../keyspace/keys.ts'
import type { Shard, Stream } from './stream.ts'

const format = 1

/** Writes what differs between the two; undefined is no stream. Must not throw (law 4). */
export function putStream(turn: WriteTurn, before: Stream | undefined, after: Stream | undefined): void {
  const kept = new Map((after?.shards ?? []).map((shard) => [shard.number, shard]))
  const known = new Map((before?.shards ?? []).map((shard) => [shard.number, shard]))
  if (after !== undefined) {
    const { shards: _, ...stream } = after
    turn.put(streamKey(after), JSON.stringify({ format, stream }))
    for (const shard of kept.values()) {
      if (known.get(shard.number) !== shard) turn.put(shardKey(after, shard.number), JSON.stringify({ format, shard }))
    }
  }
  if (before === undefined) return
  for (const number of known.keys()) if (!kept.has(number)) turn.delete(shardKey(before, number))
  if (after === undefined) turn.delete(streamKey(before))
}

/** Without shards. An unknown format is a failed assertion: the store was written by a newer Stator. */
export function decodeStream(value: StoredValue): Stream {
  const parsed = JSON.parse(String(value)) as { readonly format: number; readonly stream: Omit<Stream, 'shards'> }
  assert(parsed.format === format, 'unknown format of a stream', parsed.format)
  return { ...parsed.stream, shards: [] }
}

export function decodeShard(value: StoredValue): Shard {
  const parsed = JSON.parse(String(value)) as { readonly format: number; readonly shard: Shard }
  assert(parsed.format === format, 'unknown format of a shard', parsed.format)
  return parsed.shard
}
