/**
 * Keys of views: their records, and what is kept beside their rows under the id of a view (keys.ts has the whole table of keys).
 *
 * | behind 0x39 and the view id | then                                               | value                                       |
 * | --------------------------- | -------------------------------------------------- | ------------------------------------------- |
 * | 0x00                        | –                                                  | JSON: how far the view has come (views/view-record.ts) |
 * | 0x01                        | digest of a row's key (16)                         | JSON: what the row is reckoned from (views/group-state.ts) |
 * | 0x02                        | digest (16), measure (1), type (1), value, hash (4), key of an item | JSON: what the row shows if this entry is the first, or the last |
 *
 * The value by which entries are ordered, and the key of the item of the source, are encoded as in keys of items.
 */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { itemPrefixBytes, key, prefixRange, regionPrefix, tablePrefix, viewDataTag, viewTag } from './keys.ts'

/** The id of the outbox that a view reads: never given twice. */
export type ViewId = number

const recordKind = 0x01
const sweepKind = 0x02
const progressKind = 0x00
const groupKind = 0x01
const orderKind = 0x02

/** Neither has a NUL in it; the region is the empty text where all share their tables. */
export function viewKey(region: string, name: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(viewTag, recordKind), regionPrefix(0, region).subarray(1), Buffer.from(name, 'utf8')]))
}

/** All views of a region, in the order of their names. */
export function viewsRange(region: string): KeyRange {
  return prefixRange(viewKey(region, ''))
}

export function viewSweepKey(viewId: ViewId): KeyBytes {
  const bytes = Buffer.from([viewTag, sweepKind, 0, 0, 0, 0])
  bytes.writeUInt32BE(viewId, 2)
  return key(bytes)
}

export function viewSweepRange(): KeyRange {
  return prefixRange(Uint8Array.of(viewTag, sweepKind))
}

/** The id in a key made by `viewSweepKey`. */
export function sweptViewId(sweep: KeyBytes): ViewId {
  return Buffer.from(sweep.buffer, sweep.byteOffset, sweep.length).readUInt32BE(2)
}

/** All that is kept beside the rows of a view. */
export function viewDataRange(viewId: ViewId): KeyRange {
  return prefixRange(tablePrefix(viewDataTag, viewId))
}

export function viewProgressKey(viewId: ViewId): KeyBytes {
  return key(Buffer.concat([tablePrefix(viewDataTag, viewId), Uint8Array.of(progressKind)]))
}

/** `digest` is of the row's key. */
export function groupKey(viewId: ViewId, digest: Uint8Array): KeyBytes {
  return key(Buffer.concat([tablePrefix(viewDataTag, viewId), Uint8Array.of(groupKind), digest]))
}

/** Of which row, and by which of its measures. */
export interface OrderPlace {
  readonly viewId: ViewId
  readonly digest: Uint8Array
  readonly measure: number
}

/** All entries of a measure of a row, in their order: numbers, then strings, then binaries. */
export function orderRange(place: OrderPlace): KeyRange {
  return prefixRange(orderPrefix(place))
}

/** The entry of an item of the source, under a number, string or binary, or none where the items' own order is meant. */
export function orderKey(place: OrderPlace, by: AttributeValue | undefined, itemKey: KeyBytes): KeyBytes {
  const type = by === undefined ? 0 : 'N' in by ? 1 : 'S' in by ? 2 : 3
  const value = by === undefined ? new Uint8Array(0) : encodeScalar(by)
  return key(Buffer.concat([orderPrefix(place), Uint8Array.of(type), value, itemKey.subarray(itemPrefixBytes)]))
}

function orderPrefix({ viewId, digest, measure }: OrderPlace): Uint8Array {
  return Buffer.concat([tablePrefix(viewDataTag, viewId), Uint8Array.of(orderKind), digest, Uint8Array.of(measure)])
}
