/**
 * A shard iterator: all it says is in its text, so that it survives a restart and costs the server nothing.
 *
 *   iterator = <stream ARN> "|1|" <base64url of: shard number (4), record number (6), created, ms (6), check (4)>
 *
 * The check is a hash of everything before it: text that was made up or cut short is no iterator. It guards against accidents.
 */
import { hash32 } from '../../base/hash.ts'

export interface ShardIterator {
  readonly streamArn: string
  readonly shardNumber: number
  /** What is read next: the record of this number or the first after it. 0: the oldest there is. */
  readonly fromNumber: number
  /** Milliseconds since the epoch. */
  readonly creationMs: number
}

const payloadBytes = 16
const form = /^(.+)\|1\|([A-Za-z0-9_-]+)$/

export function encodeIterator({ streamArn, shardNumber, fromNumber, creationMs }: ShardIterator): string {
  const bytes = Buffer.alloc(payloadBytes + 4)
  bytes.writeUInt32BE(shardNumber, 0)
  bytes.writeUIntBE(fromNumber, 4, 6)
  bytes.writeUIntBE(Math.max(0, creationMs), 10, 6)
  bytes.writeUInt32BE(checkOf(streamArn, bytes), payloadBytes)
  return `${streamArn}|1|${bytes.toString('base64url')}`
}

/** Undefined for text that `encodeIterator` did not make. */
export function decodeIterator(text: string): ShardIterator | undefined {
  const [, streamArn = '', payload = ''] = form.exec(text) ?? []
  const bytes = Buffer.from(payload, 'base64url')
  if (bytes.length !== payloadBytes + 4 || bytes.readUInt32BE(payloadBytes) !== checkOf(streamArn, bytes)) return undefined
  // Two bits of the last letter stand for nothing and are outside the check.
  if (bytes.toString('base64url') !== payload) return undefined
  return { streamArn, shardNumber: bytes.readUInt32BE(0), fromNumber: bytes.readUIntBE(4, 6), creationMs: bytes.readUIntBE(10, 6) }
}

function checkOf(streamArn: string, bytes: Buffer): number {
  return hash32(Buffer.concat([Buffer.from(streamArn, 'utf8'), bytes.subarray(0, payloadBytes)]))
}
