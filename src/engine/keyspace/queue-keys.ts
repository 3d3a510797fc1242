/** Keys of the queues of lagging indexes (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { type DataSpace, itemPrefixBytes, key, prefixRange, queueTag, spacePrefix, tablePrefix } from './keys.ts'

/** The log of what a lagging index waits for. */
export function queueLog(space: DataSpace): KeyBytes {
  return key(spacePrefix(queueTag, space))
}

/** The queue of an index, its head included. */
export function queueRange(space: DataSpace): KeyRange {
  return prefixRange(spacePrefix(queueTag, space))
}

/** The queues of all indexes of a table, their heads included. */
export function tableQueuesRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(queueTag, tableId))
}

/** Whether a key of that range is the head of a queue, and no entry. */
export function isQueueLog(queued: KeyBytes): boolean {
  return queued.length === itemPrefixBytes
}
