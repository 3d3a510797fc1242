/** Keys of the store in records that are text. */
import type { KeyBytes } from '../../storage/store.ts'

/** Base64. */
export function keyText(key: KeyBytes): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64')
}

/** The inverse of `keyText`. */
export function keyOfText(text: string): KeyBytes {
  return Buffer.from(text, 'base64') as Uint8Array as KeyBytes
}
