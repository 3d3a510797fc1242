/** The keys of CloudWatch alarms and of their history (keys.ts). The history stands under the empty name, which no alarm has. */

import { alarmTag, key, prefixRange } from '../../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../../storage/store.ts'

const numberBytes = 6

/** Neither region nor name has a NUL in it. */
export function alarmKey(region: string, name: string): KeyBytes {
  return key(Buffer.from(`${String.fromCharCode(alarmTag)}${region}\0${name}`))
}

/** The item of that number in the history of all alarms of the region. */
export function alarmHistoryKey(region: string, number: number): KeyBytes {
  const prefix = Buffer.from(`${String.fromCharCode(alarmTag)}${region}\0\0`)
  const bytes = Buffer.alloc(prefix.length + numberBytes)
  prefix.copy(bytes)
  bytes.writeUIntBE(number, prefix.length, numberBytes)
  return key(bytes)
}

/** All alarms and all history, of all regions. */
export function allAlarmsRange(): KeyRange {
  return prefixRange(Uint8Array.of(alarmTag))
}

/** What a key of that range is: an alarm of a region, or the history item of that number. */
export function alarmKeyParts(stored: KeyBytes): { readonly region: string; readonly historyNumber: number | undefined } {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.length)
  const regionEnd = bytes.indexOf(0)
  const isHistory = bytes[regionEnd + 1] === 0
  return {
    region: bytes.toString('utf8', 1, regionEnd),
    historyNumber: isHistory ? bytes.readUIntBE(regionEnd + 2, numberBytes) : undefined,
  }
}
