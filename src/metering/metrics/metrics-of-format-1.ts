/**
 * Series and points as stores of format 1 have them, and the same as they are kept now: for the migration, which carries them over.
 *
 * | key of format 1                      | value                                               |
 * | ------------------------------------ | --------------------------------------------------- |
 * | 0x0d, number (4)                     | definition; the words at its end may be missing     |
 * | 0x0e, number (4), minute (4)         | point, as it is now (metric-point.ts)               |
 *
 * The number was given by the process that measured the series first; what its definition says now follows from the definition.
 */
import { assert } from '../../base/assert.ts'
import { prefixRange } from '../../engine/keyspace/keys.ts'
import type { Entry, KeyRange } from '../../storage/store.ts'
import { pointKey, type SeriesId, seriesKey } from './metric-keys.ts'
import { seriesIdOf } from './stored-series.ts'

export const seriesRangeOfFormat1: KeyRange = prefixRange(Uint8Array.of(0x0d))
/** The points of the series of this number, in the order of minutes. */
export function pointsOfFormat1(number: number): KeyRange {
  const prefix = Buffer.alloc(5)
  prefix[0] = 0x0e
  prefix.writeUInt32BE(number, 1)
  return prefixRange(prefix)
}

export interface SeriesOfFormat1 {
  readonly number: number
  /** Also that of a metric which this version does not know. */
  readonly text: string
}

export function decodeSeriesOfFormat1({ key, value }: Entry): SeriesOfFormat1 {
  assert(typeof value === 'string', 'series are stored as text')
  const words = value.split(' ')
  while (words.length < definitionWords) words.push('')
  return { number: numberAt(key, 1), text: words.join(' ') }
}

export interface PointOfFormat1 {
  /** Of its series. */
  readonly number: number
  /** Since the epoch. */
  readonly minute: number
  readonly value: Entry['value']
}

export function decodePointOfFormat1({ key, value }: Entry): PointOfFormat1 {
  return { number: numberAt(key, 1), minute: numberAt(key, 5), value }
}

/** The series as it is stored now. */
export function carriedSeries({ text }: SeriesOfFormat1): Entry & { readonly id: SeriesId } {
  const id = seriesIdOf(text)
  return { id, key: seriesKey(id), value: text }
}

/**
 * The point as it is stored now. `writer` is that of the single node; should two numbers have one definition, those of the second
 * get the next writer, and whoever reads sums them up.
 */
export function carriedPoint(id: SeriesId, { minute, value }: PointOfFormat1, writer = 0): Entry {
  return { key: pointKey(id, minute, writer), value }
}

/** From the name to the vector index. */
const definitionWords = 7

function numberAt(key: Uint8Array, at: number): number {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readUInt32BE(at)
}
