/** Keys of what is kept for the advisor (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { adviceTag, key, prefixRange } from './keys.ts'

export function mutedKey(fingerprint: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(adviceTag), Buffer.from(fingerprint, 'utf8')]))
}

export function allMutedRange(): KeyRange {
  return prefixRange(Uint8Array.of(adviceTag))
}

export function fingerprintIn(muted: KeyBytes): string {
  return Buffer.from(muted.subarray(1)).toString('utf8')
}
