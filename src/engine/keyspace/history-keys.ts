/** Keys of what tables keep of their past (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { dataTag, historyTag, key, prefixRange, tablePrefix, tablePrefixBytes } from './keys.ts'

const entryKind = 0x00
const deletedKind = 0x01
/** Epoch, second. */
const momentBytes = 9

/** As schema/history.ts has it; up to 2^32 − 1 and 2^40 − 1. */
interface Moment {
  readonly epoch: number
  readonly second: number
}

/** Where it stands what the item was before this second. Entries lie in the order of items, those of an item in the order of moments. */
export function historyKey(item: KeyBytes, { epoch, second }: Moment): KeyBytes {
  const bytes = Buffer.allocUnsafe(item.length + momentBytes)
  bytes.set(item)
  bytes[0] = historyTag
  bytes[tablePrefixBytes] = entryKind
  bytes.writeUInt32BE(epoch, item.length)
  bytes.writeUIntBE(Math.max(0, second), item.length + 4, 5)
  return key(bytes)
}

/** Where it stands when the item was deleted. */
export function deletedKey(item: KeyBytes): KeyBytes {
  const bytes = Buffer.from(item)
  bytes[0] = historyTag
  bytes[tablePrefixBytes] = deletedKind
  return key(bytes)
}

/** Where it stands of the items in `data`, a range of items, when they were deleted. The bound behind all items of a table is the one behind all of these. */
export function deletedRange({ start, end, ...direction }: KeyRange): KeyRange {
  return { ...direction, start: deletedBound(start), end: deletedBound(end) }
}

function deletedBound(data: KeyBytes): KeyBytes {
  const bytes = Buffer.from(data)
  bytes[0] = historyTag
  bytes[tablePrefixBytes] = (bytes[tablePrefixBytes] ?? 0) + deletedKind
  return key(bytes)
}

/** The item that was deleted then. */
export function itemOfDeletedKey(deleted: KeyBytes): KeyBytes {
  const bytes = Buffer.from(deleted)
  bytes[0] = dataTag
  bytes[tablePrefixBytes] = 0
  return key(bytes)
}

/** The item that an entry is of. */
export function itemOfHistoryKey(entry: KeyBytes): KeyBytes {
  const bytes = Buffer.from(entry.subarray(0, entry.length - momentBytes))
  bytes[0] = dataTag
  bytes[tablePrefixBytes] = 0
  return key(bytes)
}

export function momentOfHistoryKey(entry: KeyBytes): Moment {
  const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.length)
  return { epoch: bytes.readUInt32BE(entry.length - momentBytes), second: bytes.readUIntBE(entry.length - momentBytes + 4, 5) }
}

/** Whether the key is of an entry, and not of when an item was deleted. */
export function isHistoryEntry(history: KeyBytes): boolean {
  return history[tablePrefixBytes] === entryKind
}

/** The first key that an entry of the item can have behind this moment. */
export function historyAfter(item: KeyBytes, { epoch, second }: Moment): KeyBytes {
  return historyKey(item, { epoch, second: second + 1 })
}

/** The history of the items in `data`, a range of items, behind this one and up to `last` (inclusive), where these are given. */
export function historyBeyond(data: KeyRange, item: KeyBytes | undefined, last: KeyBytes | undefined): KeyRange {
  return {
    start: item === undefined ? entryBound(data.start) : afterHistoryOf(item),
    end: last === undefined ? entryBound(data.end) : afterHistoryOf(last),
  }
}

/** The first key behind the whole history of an item. */
export function afterHistoryOf(item: KeyBytes): KeyBytes {
  return prefixRange(entryPrefix(item)).end
}

/** Where the history begins of what begins here. The bound behind all items of a table is the one behind all their entries. */
function entryBound(data: KeyBytes): KeyBytes {
  const bytes = Buffer.from(data)
  bytes[0] = historyTag
  return key(bytes)
}

/** All that is kept of the past of a table. */
export function tableHistoryRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(historyTag, tableId))
}

/** What all entries of an item begin with. No item's is the beginning of another's, for key values end themselves. */
function entryPrefix(item: KeyBytes): Uint8Array {
  const bytes = Buffer.from(item)
  bytes[0] = historyTag
  bytes[tablePrefixBytes] = entryKind
  return bytes
}
