/** The checksum beside each row, which tells whether a row is what was written: crc32 over the value, then over the key. */
import { crc32 } from 'node:zlib'
import type { KeyBytes, StoredValue } from '../store.ts'

export function checksumOf(key: KeyBytes, value: StoredValue): number {
  return crc32(key, crc32(value))
}
