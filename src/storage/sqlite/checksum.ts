/** The checksum beside each row, which tells whether a row is what was written: crc32 over the value, then over the key. */
import { crc32 } from 'node:zlib'
import { type KeyBytes, StoreDamaged, type StoredValue } from '../store.ts'

export function checksumOf(key: KeyBytes, value: StoredValue): number {
  return crc32(key, crc32(value))
}

/** The value of a row as it was read. Null stands beside rows of format 1, which are taken as they are. Throws StoreDamaged. */
export function checkedValue(key: KeyBytes, value: StoredValue, checksum: number | null): StoredValue {
  if (checksum !== null && checksum !== checksumOf(key, value)) throw new StoreDamaged(key)
  return value
}
