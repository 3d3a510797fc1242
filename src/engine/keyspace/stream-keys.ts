/** Keys of streams, of their shards and of the logs of their records (keys.ts has the whole table of keys). */
import { type KeyBytes, type KeyRange, logRange } from '../../storage/store.ts'
import { copyOfKey, key, prefixEnd, prefixRange, recordTag, shardTag, streamTag } from './keys.ts'

/** Where a stream lies; it outlives its table. The label is the time it says, in milliseconds since the epoch. */
export interface StreamSpace {
  readonly tableId: number
  readonly labelMs: number
}

/** Format 1 kept here what number no durable stream record exceeded. No table has the id 0. */
export function recordNumberBoundKey(): KeyBytes {
  return key(Uint8Array.of(streamTag, 0, 0, 0, 0))
}

export function streamKey(stream: StreamSpace): KeyBytes {
  return key(streamPrefix(streamTag, stream, streamPrefixBytes))
}

export function allStreamsRange(): KeyRange {
  return { start: key(Uint8Array.of(streamTag, 0, 0, 0, 1)), end: prefixEnd(Uint8Array.of(streamTag)) }
}

export function shardKey(stream: StreamSpace, shardNumber: number): KeyBytes {
  return key(shardPrefix(shardTag, stream, shardNumber, shardPrefixBytes))
}

/** The shards of all streams, those of a stream in the order of their numbers. */
export function allShardsRange(): KeyRange {
  return prefixRange(Uint8Array.of(shardTag))
}

/** The shard number in a key made by `shardKey`. */
export function shardNumberInKey(shard: KeyBytes): number {
  return Buffer.from(shard.buffer, shard.byteOffset, shard.length).readUInt32BE(streamPrefixBytes)
}

/** The stream in a key made by `streamKey` or `shardKey`. */
export function streamIdIn(shard: KeyBytes): StreamSpace {
  const bytes = Buffer.from(shard.buffer, shard.byteOffset, shard.length)
  return { tableId: bytes.readUInt32BE(1), labelMs: bytes.readUIntBE(5, 6) }
}

/** The log of a shard: its records are the entries. In memory of its own, as stores know it from then on. */
export function recordLog(stream: StreamSpace, shardNumber: number): KeyBytes {
  return copyOfKey(key(shardPrefix(recordTag, stream, shardNumber, shardPrefixBytes)))
}

/** Whether a key that begins with `recordTag` is that of a record, and not of the log itself. */
export function isStreamRecord(record: KeyBytes): boolean {
  return record.length > shardPrefixBytes
}

/** All records of a shard. */
export function recordRange(stream: StreamSpace, shardNumber: number): KeyRange {
  return logRange(recordLog(stream, shardNumber))
}

/** Tag, table id, label. */
const streamPrefixBytes = 11
/** The same, then the shard number. */
const shardPrefixBytes = 15

function shardPrefix(tag: number, stream: StreamSpace, shardNumber: number, lengthBytes: number): Buffer {
  const bytes = streamPrefix(tag, stream, lengthBytes)
  bytes.writeUInt32BE(shardNumber, streamPrefixBytes)
  return bytes
}

function streamPrefix(tag: number, { tableId, labelMs }: StreamSpace, lengthBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  bytes[0] = tag
  bytes.writeUInt32BE(tableId, 1)
  bytes.writeUIntBE(labelMs, 5, 6)
  return bytes
}
