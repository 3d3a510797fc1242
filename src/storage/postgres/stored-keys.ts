/**
 * Keys as they stand in the index. One that is too long for it is cut, with a digest of all of it behind: so keys that begin alike stay
 * neighbours, and those of one group, which are cut at the same place, are put in order by the whole key beside them.
 */
import { hash } from 'node:crypto'
import { afterPrefix } from '../../base/bytes.ts'
import { wholeKeyBytesMax } from '../limits.ts'
import type { KeyBytes } from '../store.ts'

export function isLong(key: Uint8Array): boolean {
  return key.length > wholeKeyBytesMax
}

export function storedKey(key: KeyBytes): Uint8Array {
  return isLong(key) ? Buffer.concat([groupOf(key), hash('sha256', key, 'buffer')]) : key
}

/** The part that all long keys of a group share. */
export function groupOf(key: Uint8Array): Uint8Array {
  return key.subarray(0, wholeKeyBytesMax)
}

/** A key behind all that begin with this; the group of nothing but 0xff is the last there is. */
export function afterGroup(group: Uint8Array): Uint8Array {
  return afterPrefix(group) ?? Buffer.alloc(wholeKeyBytesMax * 2, 0xff)
}

/** The least key behind this one. */
export function afterKey(key: Uint8Array): Uint8Array {
  const after = new Uint8Array(key.length + 1)
  after.set(key)
  return after
}
