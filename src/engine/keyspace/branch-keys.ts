/** Keys of items of a branch, and where these lie in its parent (keys.ts has the whole table of keys). */
import type { KeyBytes } from '../../storage/store.ts'
import { itemPrefixBytes, key } from './keys.ts'

/** The data key of the item that a mark is of. */
export function itemOfMark(mark: KeyBytes): KeyBytes {
  return key(mark.subarray(itemPrefixBytes))
}

/** The same data key in another table with the same key. */
export function keyInTable(dataKeyBytes: KeyBytes, tableId: number): KeyBytes {
  const bytes = Buffer.from(dataKeyBytes)
  bytes.writeUInt32BE(tableId, 1)
  return key(bytes)
}
