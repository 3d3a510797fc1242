/**
 * Every key of the store, in one table. No prefix is a prefix of another, and all data of a table is one contiguous range.
 *
 * | first byte | then                                                        | value                                        |
 * | ---------- | ----------------------------------------------------------- | -------------------------------------------- |
 * | 0x01       | –                                                           | the next free table id, decimal text         |
 * | 0x02       | table name                                                  | table record (catalog/table-record.ts)       |
 * | 0x03       | table id (4)                                                | deleted table whose data is still to be swept |
 * | 0x04       | table id (4), index id (1)                                  | item count and size (changes/counts.ts)      |
 * | 0x10       | table id (4), index id (1), hash (4), partition key, sort key | item (keyspace/stored-item.ts) or index entry |
 *
 * Integers are big-endian. Index id 0 is the table itself. `hash` is hash32 of the encoded partition key, so a partition, a
 * Scan segment and the whole table are ranges, and Scan order is hash order. Key values are encoded by values/key-bytes.ts.
 */
import { assert } from '../../base/assert.ts'
import { afterPrefix } from '../../base/bytes.ts'
import { hash32 } from '../../base/hash.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'

const nextTableIdTag = 0x01
const tableTag = 0x02
const sweepTag = 0x03
const countsTag = 0x04
const dataTag = 0x10

/** Partition keys hash to 0 … hashSpace − 1. */
export const hashSpace = 0x1_0000_0000

/** Where the data of a table (index id 0) or of one of its indexes lies. */
export interface DataSpace {
  readonly tableId: number
  readonly indexId: number
}

export function nextTableIdKey(): KeyBytes {
  return key(Uint8Array.of(nextTableIdTag))
}

export function tableKey(tableName: string): KeyBytes {
  return key(Buffer.from(`${String.fromCharCode(tableTag)}${tableName}`, 'utf8'))
}

/** All table records, in the byte order of the table names. */
export function tableKeyRange(): KeyRange {
  return prefixRange(Uint8Array.of(tableTag))
}

export function sweepKey(tableId: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = sweepTag
  bytes.writeUInt32BE(tableId, 1)
  return key(bytes)
}

export function sweepKeyRange(): KeyRange {
  return prefixRange(Uint8Array.of(sweepTag))
}

/** The table id in a key made by `sweepKey`. */
export function sweptTableId(sweep: KeyBytes): number {
  return Buffer.from(sweep.buffer, sweep.byteOffset, sweep.length).readUInt32BE(1)
}

export function countsKey(space: DataSpace): KeyBytes {
  return key(spacePrefix(countsTag, space))
}

/** The counts of a table and of all its indexes. */
export function countsRange(tableId: number): KeyRange {
  return prefixRange(spacePrefix(countsTag, { tableId, indexId: 0 }).subarray(0, 5))
}

/** All items and index entries of a table. */
export function tableDataRange(tableId: number): KeyRange {
  return prefixRange(spacePrefix(dataTag, { tableId, indexId: 0 }).subarray(0, 5))
}

/** The key of an item or index entry; `partitionKey` and `rest` are encoded key values. */
export function dataKey(space: DataSpace, partitionKey: Uint8Array, rest: Uint8Array): KeyBytes {
  const bytes = Buffer.allocUnsafe(collectionPrefixBytes + partitionKey.length + rest.length)
  writeCollectionPrefix(bytes, space, partitionKey)
  bytes.set(rest, collectionPrefixBytes + partitionKey.length)
  return key(bytes)
}

/** The range of one item collection, or of that part whose sort keys lie between two encoded bounds. */
export function collectionRange(
  space: DataSpace,
  partitionKey: Uint8Array,
  bounds: { readonly from?: Uint8Array | undefined; readonly to?: Uint8Array | undefined } = {},
): KeyRange {
  const start = dataKey(space, partitionKey, bounds.from ?? noBytes)
  if (bounds.to !== undefined) return { start, end: dataKey(space, partitionKey, bounds.to) }
  return { start, end: prefixEnd(dataKey(space, partitionKey, noBytes)) }
}

/** All data whose partition key hashes to `fromHash` (inclusive) … `toHash` (exclusive, at most hashSpace). */
export function hashRange(space: DataSpace, fromHash: number, toHash: number): KeyRange {
  const start = hashPrefix(space, fromHash)
  return { start, end: toHash >= hashSpace ? prefixEnd(start.subarray(0, 6)) : hashPrefix(space, toHash) }
}

/** The hash that a data key carries. */
export function hashOf(dataKeyBytes: KeyBytes): number {
  return Buffer.from(dataKeyBytes.buffer, dataKeyBytes.byteOffset, dataKeyBytes.length).readUInt32BE(6)
}

/** The least key after this one. */
export function keyAfter(before: KeyBytes): KeyBytes {
  const bytes = Buffer.allocUnsafe(before.length + 1)
  bytes.set(before)
  bytes[before.length] = 0
  return key(bytes)
}

/** Tag, table id, index id, hash. */
const collectionPrefixBytes = 10
const noBytes = new Uint8Array(0)

function hashPrefix(space: DataSpace, hash: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(collectionPrefixBytes)
  bytes.set(spacePrefix(dataTag, space))
  bytes.writeUInt32BE(hash, 6)
  return key(bytes)
}

function writeCollectionPrefix(bytes: Buffer, { tableId, indexId }: DataSpace, partitionKey: Uint8Array): void {
  bytes[0] = dataTag
  bytes.writeUInt32BE(tableId, 1)
  bytes[5] = indexId
  bytes.writeUInt32BE(hash32(partitionKey), 6)
  bytes.set(partitionKey, collectionPrefixBytes)
}

function spacePrefix(tag: number, { tableId, indexId }: DataSpace): Buffer {
  const bytes = Buffer.allocUnsafe(6)
  bytes[0] = tag
  bytes.writeUInt32BE(tableId, 1)
  bytes[5] = indexId
  return bytes
}

function prefixRange(prefix: Uint8Array): KeyRange {
  return { start: key(prefix), end: prefixEnd(prefix) }
}

function prefixEnd(prefix: Uint8Array): KeyBytes {
  const end = afterPrefix(prefix)
  assert(end !== undefined, 'every key prefix starts with a tag below 0xff')
  return key(end)
}

/** The one maker of the brand. */
function key(bytes: Uint8Array): KeyBytes {
  return bytes as KeyBytes
}
