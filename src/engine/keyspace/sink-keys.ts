/** Keys of sinks (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { key, prefixRange, regionPrefix, sinkTag } from './keys.ts'

/** Neither has a NUL in it; the region is the empty text where all share their tables. */
export function sinkKey(region: string, name: string): KeyBytes {
  return key(Buffer.concat([regionPrefix(sinkTag, region), Buffer.from(name, 'utf8')]))
}

/** All sinks of a region that have begun, in the order of their names. */
export function sinksRange(region: string): KeyRange {
  return prefixRange(sinkKey(region, ''))
}

/** The name in a key of that range. */
export function nameOfSinkKey(sink: KeyBytes): string {
  return Buffer.from(sink.buffer, sink.byteOffset, sink.length).toString('utf8', sink.indexOf(0) + 1)
}
