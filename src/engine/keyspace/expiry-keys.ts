/** Keys of the order in which items expire (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { dataTag, expiryTag, itemPrefixBytes, key, prefixRange, tablePrefix, tablePrefixBytes } from './keys.ts'

/** Tag, table id, second. */
const expiryPrefixBytes = 11

/** The place in the expiry order of its table of an item that expires after `second`, 0 … expirySecondMax since the epoch. */
export function expiryKey(second: number, item: KeyBytes): KeyBytes {
  const bytes = Buffer.allocUnsafe(item.length + expiryPrefixBytes - itemPrefixBytes)
  bytes.set(item.subarray(0, tablePrefixBytes))
  bytes[0] = expiryTag
  bytes.writeUIntBE(second, 5, 6)
  bytes.set(item.subarray(itemPrefixBytes), expiryPrefixBytes)
  return key(bytes)
}

/** The items of a table that expire after `fromSecond` (inclusive) … `toSecond` (exclusive), earliest first. */
export function expiryRange(tableId: number, fromSecond: number, toSecond: number): KeyRange {
  return { start: expiryPrefix(tableId, fromSecond), end: expiryPrefix(tableId, toSecond) }
}

/** The whole expiry order of a table. */
export function tableExpiriesRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(expiryTag, tableId))
}

/** The second in a key made by `expiryKey`. */
export function secondOfExpiryKey(expiry: KeyBytes): number {
  return Buffer.from(expiry.buffer, expiry.byteOffset, expiry.length).readUIntBE(5, 6)
}

/** The item that a key made by `expiryKey` stands for. */
export function itemOfExpiryKey(expiry: KeyBytes): KeyBytes {
  const bytes = Buffer.allocUnsafe(expiry.length - expiryPrefixBytes + itemPrefixBytes)
  bytes.set(expiry.subarray(0, tablePrefixBytes))
  bytes[0] = dataTag
  bytes[5] = 0
  bytes.set(expiry.subarray(expiryPrefixBytes), itemPrefixBytes)
  return key(bytes)
}

function expiryPrefix(tableId: number, second: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(expiryPrefixBytes)
  bytes[0] = expiryTag
  bytes.writeUInt32BE(tableId, 1)
  bytes.writeUIntBE(second, 5, 6)
  return key(bytes)
}
