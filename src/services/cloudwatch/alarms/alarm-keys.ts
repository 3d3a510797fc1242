/**
 * The keys of CloudWatch alarms and of their history (keys.ts). The history of a region is a log that stands under the empty name,
 * which no alarm has.
 */

import { alarmTag, key, prefixRange, regionPrefix } from '../../../engine/keyspace/keys.ts'
import { type KeyBytes, type KeyRange, logEntryNumber } from '../../../storage/store.ts'

/** Neither region nor name has a NUL in it. */
export function alarmKey(region: string, name: string): KeyBytes {
  return key(Buffer.concat([regionPrefix(alarmTag, region), Buffer.from(name, 'utf8')]))
}

/** The log of what happened to the alarms of a region. */
export function alarmHistoryLog(region: string): KeyBytes {
  return alarmKey(region, '\0')
}

/** All alarms and all history, of all regions. */
export function allAlarmsRange(): KeyRange {
  return prefixRange(Uint8Array.of(alarmTag))
}

/** Whose a key of that range is. The name is empty for everything of the history. */
export function alarmKeyParts(stored: KeyBytes): { readonly region: string; readonly name: string } {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.length)
  const regionEnd = bytes.indexOf(0)
  const isHistory = bytes[regionEnd + 1] === 0
  return { region: bytes.toString('utf8', 1, regionEnd), name: isHistory ? '' : bytes.toString('utf8', regionEnd + 1) }
}

export interface AlarmHistoryHead {
  readonly log: KeyBytes
  /** 0 … 2^48 − 1. */
  readonly lastNumber: number
}

/** The logs whose entries are among these keys of `allAlarmsRange`, and the last number that each of them has there. */
export function alarmHistoryHeads(keys: Iterable<KeyBytes>): readonly AlarmHistoryHead[] {
  const heads = new Map<string, AlarmHistoryHead>()
  for (const each of keys) {
    const { region, name } = alarmKeyParts(each)
    const log = alarmHistoryLog(region)
    // The head of a log is no entry of it.
    if (name !== '' || each.length === log.length) continue
    heads.set(region, { log, lastNumber: Math.max(logEntryNumber(each), heads.get(region)?.lastNumber ?? 0) })
  }
  return [...heads.values()]
}
