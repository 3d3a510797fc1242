/** Keys of what client tokens of transactions remember (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { key, tokenTag } from './keys.ts'

export function tokenKey(period: number, name: string): KeyBytes {
  return key(Buffer.concat([tokenPrefix(period), Buffer.from(name, 'utf8')]))
}

/** The tokens of all periods from `from` (inclusive) to `to` (exclusive). */
export function tokenPeriodsRange(from: number, to: number): KeyRange {
  return { start: key(tokenPrefix(from)), end: key(tokenPrefix(to)) }
}

function tokenPrefix(period: number): Buffer {
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = tokenTag
  bytes.writeUInt32BE(period, 1)
  return bytes
}
