/** The keys of metrics (keys.ts: 0x16 and 0x17). */

import { key, prefixRange } from '../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'

const seriesTag = 0x16
const pointTag = 0x17

declare const seriesId: unique symbol

/** What the store knows a series by: 64 bits, as 16 hexadecimal digits. Made by `seriesIdOf` (stored-series.ts). */
export type SeriesId = string & { readonly [seriesId]: true }

/** The last minute that a key can hold, in minutes since the epoch: in the year 10136. */
const minuteMax = 2 ** 32 - 1
/** The last of those who put points. */
export const writerMax: number = 2 ** 16 - 1

/** Tag, series id. */
const seriesBytes = 9
/** The same, then the minute. */
const minuteBytes = 13

export function seriesKey(id: SeriesId): KeyBytes {
  return key(prefix(seriesTag, id, seriesBytes))
}

export function allSeriesRange(): KeyRange {
  return prefixRange(Uint8Array.of(seriesTag))
}

/** The id in a key made by `seriesKey`. */
export function seriesIdIn(series: KeyBytes): SeriesId {
  return Buffer.from(series.buffer, series.byteOffset, series.length).toString('hex', 1, seriesBytes) as SeriesId
}

/** `minute` counts from the epoch. `writer`, 0 … writerMax, tells nodes apart that measure the same series. */
export function pointKey(id: SeriesId, minute: number, writer: number): KeyBytes {
  const bytes = minutePrefix(id, minute, minuteBytes + 2)
  bytes.writeUInt16BE(writer, minuteBytes)
  return key(bytes)
}

/** The points of minutes from `from` (inclusive) to `to` (exclusive), whoever put them. */
export function pointsRange(id: SeriesId, from: number, to: number): KeyRange {
  return { start: key(minutePrefix(id, from, minuteBytes)), end: key(minutePrefix(id, to, minuteBytes)) }
}

/** The minute in a key made by `pointKey`. */
export function minuteIn(point: KeyBytes): number {
  return Buffer.from(point.buffer, point.byteOffset, point.length).readUInt32BE(seriesBytes)
}

function minutePrefix(id: SeriesId, minute: number, lengthBytes: number): Buffer {
  const bytes = prefix(pointTag, id, lengthBytes)
  bytes.writeUInt32BE(Math.min(minuteMax, Math.max(0, minute)), seriesBytes)
  return bytes
}

function prefix(tag: number, id: SeriesId, lengthBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  bytes[0] = tag
  bytes.write(id, 1, 'hex')
  return bytes
}
