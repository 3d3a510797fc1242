/** Keys of the consumers of streams (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { consumerTag, key, prefixRange } from './keys.ts'

/** A consumer by its id, which has no NUL in it. */
export function consumerKey(consumerId: string): KeyBytes {
  return key(consumerPrefix(consumerId))
}

/** How far a consumer has come in a shard of its stream. */
export function positionKey(consumerId: string, shardNumber: number): KeyBytes {
  const bytes = Buffer.concat([consumerPrefix(consumerId), Buffer.alloc(4)])
  bytes.writeUInt32BE(shardNumber, bytes.length - 4)
  return key(bytes)
}

/** The record of a consumer and behind it all its positions, in the order of the numbers of their shards. */
export function consumerRange(consumerId: string): KeyRange {
  return prefixRange(consumerPrefix(consumerId))
}

/** The records of all consumers, each with its positions behind it. */
export function consumersRange(): KeyRange {
  return prefixRange(Uint8Array.of(consumerTag))
}

/** Of the record of a consumer; undefined for a position. */
export function consumerIdOf(record: KeyBytes): string | undefined {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.length)
  return bytes.indexOf(0) === bytes.length - 1 ? bytes.toString('utf8', 1, bytes.length - 1) : undefined
}

/** The shard number in a key of that range; undefined for the record of the consumer. */
export function shardNumberOfPosition(consumerId: string, position: KeyBytes): number | undefined {
  const prefixBytes = consumerPrefix(consumerId).length
  if (position.length === prefixBytes) return undefined
  return Buffer.from(position.buffer, position.byteOffset, position.length).readUInt32BE(prefixBytes)
}

function consumerPrefix(consumerId: string): Buffer {
  return Buffer.concat([Uint8Array.of(consumerTag), Buffer.from(`${consumerId}\0`, 'utf8')])
}
