/** Keys of deleted tables whose data is still to be swept (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { key, prefixRange, sweepTag, tablePrefix } from './keys.ts'

export function sweepKey(tableId: number): KeyBytes {
  return key(tablePrefix(sweepTag, tableId))
}

export function sweepKeyRange(): KeyRange {
  return prefixRange(Uint8Array.of(sweepTag))
}

/** The table id in a key made by `sweepKey`. */
export function sweptTableId(sweep: KeyBytes): number {
  return Buffer.from(sweep.buffer, sweep.byteOffset, sweep.length).readUInt32BE(1)
}
