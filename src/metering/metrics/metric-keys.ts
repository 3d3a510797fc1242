/** The keys of metrics (keys.ts: 0x0d and 0x0e). */

import { key, prefixRange } from '../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'

const seriesTag = 0x0d
const pointTag = 0x0e

/** The last minute that a key can hold, in minutes since the epoch: in the year 10136. */
const minuteMax = 2 ** 32 - 1

export function seriesKey(id: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = seriesTag
  bytes.writeUInt32BE(id, 1)
  return key(bytes)
}

export function allSeriesRange(): KeyRange {
  return prefixRange(Uint8Array.of(seriesTag))
}

/** The number in a key made by `seriesKey`. */
export function seriesIdIn(series: KeyBytes): number {
  return Buffer.from(series.buffer, series.byteOffset, series.length).readUInt32BE(1)
}

/** `minute` counts from the epoch. */
export function pointKey(seriesId: number, minute: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(9)
  bytes[0] = pointTag
  bytes.writeUInt32BE(seriesId, 1)
  bytes.writeUInt32BE(Math.min(minuteMax, Math.max(0, minute)), 5)
  return key(bytes)
}

/** The points of minutes from `from` (inclusive) to `to` (exclusive). */
export function pointsRange(seriesId: number, from: number, to: number): KeyRange {
  return { start: pointKey(seriesId, from), end: pointKey(seriesId, to) }
}

/** The minute in a key made by `pointKey`. */
export function minuteIn(point: KeyBytes): number {
  return Buffer.from(point.buffer, point.byteOffset, point.length).readUInt32BE(5)
}
