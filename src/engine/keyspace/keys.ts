/**
 * Every key of the store, in one table. No prefix is a prefix of another, and all data of a table is one contiguous range.
 *
 * | first byte | then                                                        | value                                        |
 * | ---------- | ----------------------------------------------------------- | -------------------------------------------- |
 * | 0x01       | –                                                           | the next free table id, decimal text         |
 * | 0x02       | region, 0x00, table name                                    | table record (engine/schema/table-record.ts)       |
 * | 0x03       | table id (4)                                                | deleted table whose data is still to be swept (schema/sweep-record.ts) |
 * | 0x04       | table id (4), index id (1)                                  | item count and size (changes/counts.ts)      |
 * | 0x05       | table id (4), index id (1)                                  | how far a backfill has come (changes/backfill-progress.ts) |
 * | 0x05       | table id (4), index id (1), key of an item                  | empty: an index that is being filled counts the item already |
 * | 0x06       | table id (4), index id (1), number (6)                      | change that a lagging index waits for (changes/index-queue.ts); a log |
 * | 0x0b       | table id (4), second (6), hash (4), partition key, sort key | empty: the item expires when this second is over (expiry/expiry-order.ts) |
 * | 0x07       | period (4), name of a client token                          | transaction that is done (transactions/client-tokens.ts) |
 * | 0x08       | table id (4), label (6)                                     | stream (engine/schema/stream-text.ts)              |
 * | 0x09       | table id (4), label (6), shard number (4)                   | shard of a stream                            |
 * | 0x0a       | table id (4), label (6), shard number (4), record number (6) | stream record (streams/stored-record.ts); a log |
 * | 0x0c       | table id (4), index id (1)                                  | partitions of the table or index (schema/partition-map.ts) |
 * | 0x0d       | number (4)                                                  | format 1: metric series (metering/metrics/metrics-of-format-1.ts) |
 * | 0x0e       | number (4), minute (4)                                      | format 1: what a metric series measured in a minute (the same) |
 * | 0x0f       | region, 0x00, name                                          | alarm (services/cloudwatch/alarms/alarms.ts) |
 * | 0x0f       | region, 0x00, 0x00, number (6)                              | what happened to alarms (services/cloudwatch/alarms/alarm-history.ts); a log |
 * | 0x11       | region, 0x00, resource, 0x00, dimension                     | what auto scaling scales; behind one more 0x00 what it did (services/auto-scaling/targets/scalable-target.ts) |
 * | 0x12       | which records (1)                                           | their version (records/versioned-records.ts)  |
 * | 0x13       | which records (1)                                           | which of them changed lately (records/versioned-records.ts) |
 * | 0x14       | table id (4), index id (1), upper bits of the hash (1), number (6) | key of a vector entry that changed (vectors/apply-vector-changes.ts); a log |
 * | 0x15       | table id (4), index id (1), upper bits of the hash (1)      | how far that log is trimmed (vectors/vector-log.ts) |
 * | 0x18       | id of a node                                                | a node that has the store open (nodes/node-record.ts) |
 * | 0x19       | name of a job                                               | who holds its lease (the same)               |
 * | 0x1a       | –                                                           | what was set on a shared store (catalog/change-settings.ts) |
 * | 0x1b       | id of a node                                                | what it took from limits lately (metering/throughput/shared-usage.ts) |
 * | 0x1c       | kind (1), then as its kind asks                             | what a node tells the others of its traffic (metering/reports/report-keys.ts) |
 * | 0x1d       | kind (1), name in lower case                                | identity (services/iam/identities/entity.ts) |
 * | 0x1e       | 0x01                                                        | what the first start on a shared store fixed (nodes/first-start.ts) |
 * | 0x1e       | 0x02                                                        | how the clock of a cluster for tests was moved (catalog/change-clock.ts) |
 * | 0x1e       | 0x03                                                        | the feature level in force (catalog/change-level.ts) |
 * | 0x1f       | –                                                           | the format of all records (format/open-format.ts) |
 * | 0x20       | table id (4), 0x00, hash (4), partition key, sort key, epoch (4), second (5) | what the item was before it was changed in this second, empty if it was not there (history/keep-history.ts) |
 * | 0x20       | table id (4), 0x01, hash (4), partition key, sort key       | when the item was deleted (the same)         |
 * | 0x21       | region, 0x00, id                                            | backup (schema/backup-record.ts)             |
 * | 0x22       | table id (4)                                                | JSON: which backup or export copies a table, under this id (backups/make-backup.ts) |
 * | 0x23       | region, 0x00, kind, path                                    | export, import or bulk operation (schema/transfer.ts) |
 * | 0x24       | region, 0x00, kind, path                                    | empty: it is under way                       |
 * | 0x25       | region, 0x00, kind, path, 0x00, list (1), number (4)        | JSON: a line of what it tells: a data file, a fault (transfers/transfer-lines.ts) |
 * | 0x26       | region, 0x00, kind, client token                            | JSON: what was asked for with it (transfers/client-token.ts) |
 * | 0x27       | fingerprint                                                 | JSON: why a finding of the advisor is not told, and since when (advice/muted.ts) |
 * | 0x28       | table id (4), outbox id (4), number (6)                     | change that a destination is still to be told of (outboxes/outbox-entry.ts); a log |
 * | 0x29       | table id (4), index id (1), rule (1), minute (4)            | which keys came to most in a minute (metering/insights/minute-contributors.ts) |
 * | 0x2a       | table id (4), 0x00, hash (4), partition key, sort key       | that a replica's item was deleted, and when (replicas/tombstones.ts) |
 * | 0x2b       | table id (4)                                                | JSON: how far old tombstones are looked through (jobs/trim-tombstones.ts) |
 * | 0x2c       | table id (4), table id of another replica (4)               | JSON: how far its items are copied from there (jobs/copy-to-replicas.ts) |
 * | 0x2e       | table id (4)                                                | empty: a replica with strong consistency has missed something (replicas/strong-reach.ts) |
 * | 0x2d       | table id (4), table id of another replica (4), number (6)   | change that it is still to have from there (replicas/link-log.ts); a log |
 * | 0x30       | id of a consumer, 0x00                                      | a consumer of a stream: which stream it reads (consumers/consumer-record.ts) |
 * | 0x30       | id of a consumer, 0x00, shard number (4)                    | how far it has come in a shard (the same)    |
 * | 0x31       | kind (1), then as its kind asks                             | event source mapping, registered function (services/lambda/records/lambda-keys.ts) |
 * | 0x32       | uuid, then as its kind asks                                 | how far an event source mapping has come (the same) |
 * | 0x38       | 0x01, region, 0x00, name                                    | JSON: a view (views/view-record.ts)          |
 * | 0x38       | 0x02, view id (4)                                           | empty: what was kept for a view is still to be swept |
 * | 0x39       | view id (4), what (1), then as it asks                      | what is kept beside the rows of a view (keyspace/view-keys.ts) |
 * | 0x3a       | region, 0x00, name                                          | JSON: a sink (sinks/sink-record.ts)          |
 * | 0x16       | series id (8)                                               | metric series (metering/metrics/stored-series.ts) |
 * | 0x17       | series id (8), minute (4), writer (2)                       | what one node measured of a metric series in a minute (metering/metrics/metric-point.ts) |
 * | 0x10       | table id (4), index id (1), hash (4), partition key, sort key | item (keyspace/stored-item.ts) or index entry (the same, or vectors/vector-entries.ts) |
 *
 * Index id 0 is the table itself; under index id 255 lie, by partition key alone, the sizes of its item collections
 * (changes/item-collections.ts). A region is the empty text for tables that all regions share. Integers are big-endian.
 * `hash` is hash32 of the encoded partition key, so a partition, a Scan segment and the whole table are ranges, and Scan order
 * is hash order. Key values are encoded by values/key-bytes.ts.
 */
import { assert } from '../../base/assert.ts'
import { afterPrefix, noBytes } from '../../base/bytes.ts'
import { hash32 } from '../../base/hash.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'

const nextTableIdTag = 0x01
const tableTag = 0x02
/** For sweep-keys.ts. */
export const sweepTag = 0x03
const countsTag = 0x04
const backfillTag = 0x05
/** For queue-keys.ts. */
export const queueTag = 0x06
/** For expiry-keys.ts. */
export const expiryTag = 0x0b
/** For token-keys.ts. */
export const tokenTag = 0x07
/** For stream-keys.ts. */
export const streamTag = 0x08
export const shardTag = 0x09
export const recordTag = 0x0a
export const dataTag = 0x10
/** For partition-keys.ts. */
export const partitionsTag = 0x0c
const versionTag = 0x12
/** For vector-keys.ts. */
export const vectorLogTag = 0x14
export const vectorTrimTag = 0x15
const formatTag = 0x1f
const recentTag = 0x13
/** For node-keys.ts. */
export const nodeTag = 0x18
export const leaseTag = 0x19
export const settingsTag = 0x1a
export const usageTag = 0x1b
export const clusterTag = 0x1e

/** For history-keys.ts. */
export const historyTag = 0x20
/** For backup-keys.ts. */
export const backupTag = 0x21
export const copyTag = 0x22

/** For transfer-keys.ts. */
export const transferTag = 0x23
export const runningTransferTag = 0x24
export const transferLineTag = 0x25
export const transferTokenTag = 0x26
/** For advice-keys.ts. */
export const adviceTag = 0x27
/** For outbox-keys.ts. */
export const outboxTag = 0x28
/** For insight-keys.ts. */
export const insightTag = 0x29
/** For consumer-keys.ts. */
export const consumerTag = 0x30
/** For view-keys.ts. */
export const viewTag = 0x38
export const viewDataTag = 0x39
/** For sink-keys.ts. */
export const sinkTag = 0x3a

/** For metering/reports/report-keys.ts. */
export const reportTag = 0x1c

type CatalogRecordKind = 'table' | 'stream' | 'shard' | 'partitions' | 'settings' | 'clock' | 'level'

const recordKinds: ReadonlyMap<number, CatalogRecordKind> = new Map([
  [tableTag, 'table'],
  [streamTag, 'stream'],
  [shardTag, 'shard'],
  [partitionsTag, 'partitions'],
  [settingsTag, 'settings'],
])

/** By the byte behind `clusterTag`; 0x01 is no record of the catalog. */
const clusterRecordKinds: ReadonlyMap<number, CatalogRecordKind> = new Map([
  [0x02, 'clock'],
  [0x03, 'level'],
])

/** What wings keep: how their keys go on stands with them (services/). */
export const alarmTag = 0x0f
export const scalingTag = 0x11
export const iamTag = 0x1d
export const lambdaTag = 0x31
export const lambdaProgressTag = 0x32

/** The index id under which the sizes of item collections lie; no index has it. */
export const collectionSizesId = 0xff

/** Partition keys hash to 0 … hashSpace − 1. */
export const hashSpace = 0x1_0000_0000

/** Where the data of a table (index id 0) or of one of its indexes lies. */
export interface DataSpace {
  readonly tableId: number
  readonly indexId: number
}

/** What maps in memory know a space by: unique, as table ids and the index ids of a table are. */
export function spaceNumber({ tableId, indexId }: DataSpace): number {
  return tableId * 256 + indexId
}

/** The inverse of `spaceNumber`. */
export function spaceNumbered(number: number): DataSpace {
  return { tableId: Math.floor(number / 256), indexId: number % 256 }
}

/** Which record of the catalog a key is of; undefined for everything else. */
export function recordKindOf(record: KeyBytes): CatalogRecordKind | undefined {
  return record[0] === clusterTag ? clusterRecordKinds.get(record[1] ?? 0) : recordKinds.get(record[0] ?? 0)
}

/** Which records have a version of their own, by the number that stands in its key: never given twice. */
export const versionedRecordsIds = { catalog: 1, alarms: 2, scalableTargets: 3, metricSeries: 4, identities: 5, lambda: 8 } as const

/** The version of versioned records (records/versioned-records.ts), and what was changed lately. */
export function versionKey(recordsId: number): KeyBytes {
  return key(Uint8Array.of(versionTag, recordsId))
}

export function recentKey(recordsId: number): KeyBytes {
  return key(Uint8Array.of(recentTag, recordsId))
}

/** The format of all records (format/open-format.ts). */
export function formatKey(): KeyBytes {
  return key(Uint8Array.of(formatTag))
}

export function nextTableIdKey(): KeyBytes {
  return key(Uint8Array.of(nextTableIdTag))
}

/** Neither name has a NUL in it. */
export function tableKey(region: string, tableName: string): KeyBytes {
  return key(Buffer.concat([regionPrefix(tableTag, region), Buffer.from(tableName, 'utf8')]))
}

/** What the keys of this kind of a region begin with. */
export function regionPrefix(tag: number, region: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(tag), Buffer.from(`${region}\0`, 'utf8')])
}

/** The region in a key that begins so. */
export function regionOfKey(bytes: KeyBytes): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', 1, bytes.indexOf(0))
}

/** The name in a key made by `tableKey`. */
export function nameOfTableKey(table: KeyBytes): string {
  return Buffer.from(table.buffer, table.byteOffset, table.length).toString('utf8', table.indexOf(0) + 1)
}

/** All table records, in the byte order of regions, then of table names. */
export function tableKeyRange(): KeyRange {
  return prefixRange(Uint8Array.of(tableTag))
}

/** In memory of its own, as stores know it from then on. */
export function countsKey(space: DataSpace): KeyBytes {
  return copyOfKey(key(spacePrefix(countsTag, space)))
}

export function backfillKey(space: DataSpace): KeyBytes {
  return key(spacePrefix(backfillTag, space))
}

/** Of an index that is being filled: that it counts the item with this data key already. */
export function countedMark(space: DataSpace, item: KeyBytes): KeyBytes {
  const bytes = Buffer.allocUnsafe(itemPrefixBytes + item.length)
  bytes.set(spacePrefix(backfillTag, space))
  bytes.set(item, itemPrefixBytes)
  return key(bytes)
}

/** All marks of an index, and not how far its backfill has come. */
export function countedMarksRange(space: DataSpace): KeyRange {
  const { start, end } = prefixRange(spacePrefix(backfillTag, space))
  return { start: keyAfter(start), end }
}

/** The backfills of all indexes of a table. */
export function backfillRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(backfillTag, tableId))
}

/** The last second that an expiry key can hold. */
export const expirySecondMax: number = 2 ** 48 - 1

/** All items and index entries of all tables, by the ids of these. */
export function allDataRange(): KeyRange {
  return prefixRange(Uint8Array.of(dataTag))
}

/** The table id in a key of that range. */
export function tableIdOfDataKey(dataKeyBytes: KeyBytes): number {
  return Buffer.from(dataKeyBytes.buffer, dataKeyBytes.byteOffset, dataKeyBytes.length).readUInt32BE(1)
}

/** All items and index entries of a table. */
export function tableDataRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(dataTag, tableId))
}

/** All items of a table, or all entries of an index. */
export function spaceRange(space: DataSpace): KeyRange {
  return prefixRange(spacePrefix(dataTag, space))
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
  return { start, end: toHash >= hashSpace ? prefixEnd(start.subarray(0, itemPrefixBytes)) : hashPrefix(space, toHash) }
}

/** The hash that a data key carries. Without a Buffer on the way: this is asked for each item that is read or written. */
export function hashOf(dataKeyBytes: KeyBytes): number {
  const high = ((dataKeyBytes[6] ?? 0) << 8) | (dataKeyBytes[7] ?? 0)
  const low = ((dataKeyBytes[8] ?? 0) << 8) | (dataKeyBytes[9] ?? 0)
  return ((high << 16) | low) >>> 0
}

/** What a data key has behind the hash: the encoded partition key, then the rest. A view of it, not a copy. */
export function afterHash(dataKeyBytes: KeyBytes): Uint8Array {
  return dataKeyBytes.subarray(collectionPrefixBytes)
}

/** Whether a data key goes on behind the hash: where a Scan begins it may be the hash alone. */
export function hasPartitionKey(dataKeyBytes: KeyBytes): boolean {
  return dataKeyBytes.length > collectionPrefixBytes
}

/** A copy, which holds no other memory than its own. */
export function copyOfKey(original: KeyBytes): KeyBytes {
  return key(new Uint8Array(original))
}

/** The least key after this one. */
export function keyAfter(before: KeyBytes): KeyBytes {
  const bytes = Buffer.allocUnsafe(before.length + 1)
  bytes.set(before)
  bytes[before.length] = 0
  return key(bytes)
}

/** The part of a range that comes after one of its keys, in its direction. */
export function rangeBeyond(range: KeyRange, last: KeyBytes): KeyRange {
  return range.reverse ? { ...range, end: last } : { ...range, start: keyAfter(last) }
}

/** Tag, table id. */
export const tablePrefixBytes = 5
/** Tag, table id, index id. */
export const itemPrefixBytes = 6
/** Tag, table id, index id, hash. */
export const collectionPrefixBytes = 10

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

/** What the keys of this kind of all indexes of a table begin with. */
export function tablePrefix(tag: number, tableId: number): Buffer {
  const bytes = Buffer.allocUnsafe(tablePrefixBytes)
  bytes[0] = tag
  bytes.writeUInt32BE(tableId, 1)
  return bytes
}

export function spacePrefix(tag: number, { tableId, indexId }: DataSpace): Buffer {
  const bytes = Buffer.allocUnsafe(itemPrefixBytes)
  bytes[0] = tag
  bytes.writeUInt32BE(tableId, 1)
  bytes[5] = indexId
  return bytes
}

/** Everything whose key begins so. */
export function prefixRange(prefix: Uint8Array): KeyRange {
  return { start: key(prefix), end: prefixEnd(prefix) }
}

/** The first key behind all that begin so. */
export function prefixEnd(prefix: Uint8Array): KeyBytes {
  const end = afterPrefix(prefix)
  assert(end !== undefined, 'every key prefix starts with a tag below 0xff')
  return key(end)
}

/** The one maker of the brand, for the files of this room. */
export function key(bytes: Uint8Array): KeyBytes {
  return bytes as KeyBytes
}
