/**
 * The keys under which Lambda lies (keys.ts has the table of all).
 *
 * | first byte | then                                   | value                                                       |
 * | ---------- | -------------------------------------- | ----------------------------------------------------------- |
 * | 0x31       | `m`, uuid                              | event source mapping (mapping.ts)                           |
 * | 0x31       | `f`, name                              | what is registered of a function (registration.ts)          |
 * | 0x32       | uuid                                   | text: how the last batch of a mapping ended                 |
 * | 0x32       | uuid, 0x00, shard number (4)           | the window that goes on in a shard (polling/window-state.ts) |
 */
import { key, lambdaProgressTag, lambdaTag, prefixRange } from '../../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../../storage/store.ts'

export function mappingKey(uuid: string): KeyBytes {
  return textKey(lambdaTag, `m${uuid}`)
}

export function registrationKey(name: string): KeyBytes {
  return textKey(lambdaTag, `f${name}`)
}

export function lambdaRecordsRange(): KeyRange {
  return prefixRange(Uint8Array.of(lambdaTag))
}

/** What a key of that range is of. */
export function lambdaRecordOf(record: KeyBytes): { readonly kind: 'mapping' | 'registration'; readonly name: string } {
  const text = Buffer.from(record.buffer, record.byteOffset, record.length).toString('utf8', 1)
  return { kind: text.startsWith('m') ? 'mapping' : 'registration', name: text.slice(1) }
}

export function lastResultKey(uuid: string): KeyBytes {
  return textKey(lambdaProgressTag, uuid)
}

export function windowKey(uuid: string, shardNumber: number): KeyBytes {
  const bytes = Buffer.concat([textKey(lambdaProgressTag, `${uuid}\0`), Buffer.alloc(4)])
  bytes.writeUInt32BE(shardNumber, bytes.length - 4)
  return key(bytes)
}

/** How the last batch ended, and all windows. */
export function progressRange(uuid: string): KeyRange {
  return prefixRange(lastResultKey(uuid))
}

function textKey(tag: number, text: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(tag), Buffer.from(text, 'utf8')]))
}
