/** Keys of outboxes: the logs of what changes in a table, one for each destination (keys.ts has the whole table of keys). */
import { type KeyBytes, type KeyRange, logRange } from '../../storage/store.ts'
import { copyOfKey, key, outboxTag, prefixRange, tablePrefix, tablePrefixBytes } from './keys.ts'

/** Which outbox: its id is never given twice, to no other outbox of any table. */
export interface OutboxSpace {
  readonly tableId: number
  readonly outboxId: number
}

/** The log of an outbox: its changes are the entries. In memory of its own, as stores know it from then on. */
export function outboxLog({ tableId, outboxId }: OutboxSpace): KeyBytes {
  const bytes = Buffer.allocUnsafe(logBytes)
  bytes.set(tablePrefix(outboxTag, tableId))
  bytes.writeUInt32BE(outboxId, tablePrefixBytes)
  return copyOfKey(key(bytes))
}

/** All changes of an outbox, or those from one number (inclusive) on. */
export function outboxRange(outbox: OutboxSpace, fromNumber = 0): KeyRange {
  return logRange(outboxLog(outbox), fromNumber)
}

/** The same, its head included. */
export function wholeOutboxRange(outbox: OutboxSpace): KeyRange {
  return prefixRange(outboxLog(outbox))
}

/** All outboxes of a table, their heads included. */
export function tableOutboxesRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(outboxTag, tableId))
}

/** Whether a key of these ranges is the head of an outbox, and no change. */
export function isOutboxLog(logged: KeyBytes): boolean {
  return logged.length === logBytes
}

/** Tag, table id, outbox id. */
const logBytes = 9
