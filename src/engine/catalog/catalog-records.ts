/** The records of the catalog in memory: tables by region and name, streams with their shards, partition maps, settings. */

import { assert } from '../../base/assert.ts'
import { compareBytes, latin1 } from '../../base/bytes.ts'
import type { KeyBytes, KeyRange, StoreDamaged, StoredValue } from '../../storage/store.ts'
import {
  type DataSpace,
  nameOfTableKey,
  recordKindOf,
  regionOfKey,
  spaceNumber,
  spaceNumbered,
  tableKey,
  tableKeyRange,
} from '../keyspace/keys.ts'
import { clusterRecordsRange, featureLevelKey, movedClockKey, settingsKey, settingsKeyRange } from '../keyspace/node-keys.ts'
import { allPartitionMapsRange, partitionMapKey, spaceOfPartitionMapKey } from '../keyspace/partition-keys.ts'
import { allShardsRange, allStreamsRange, shardNumberInKey, streamIdIn } from '../keyspace/stream-keys.ts'
import type { RecordCache, RecordChange } from '../records/versioned-records.ts'
import { partitionCount } from '../schema/partition-count.ts'
import { PartitionMap } from '../schema/partition-map.ts'
import { openShards, type Shard, type Stream, type StreamAddress } from '../schema/stream.ts'
import { decodeShard, decodeStream } from '../schema/stream-text.ts'
import type { Table } from '../schema/table.ts'
import { decodeTable, encodeTable } from '../schema/table-record.ts'

/** The tables of a region. */
export interface TableView {
  find(name: string): Table | undefined
  /** All table names in byte order. */
  names(): readonly string[]
  /** All tables, in no particular order. */
  tables(): Iterable<Table>
  readonly size: number
}

/** What became of one table; one side is missing where it was made or removed. A name may pass from one table to another. */
export interface TableChange {
  readonly region: string
  readonly before: Table | undefined
  readonly after: Table | undefined
}

export interface CatalogChange {
  readonly tables: readonly TableChange[]
  /** Where partitions are others now. */
  readonly partitioned: readonly DataSpace[]
  /** Whether what was set on a shared store is something else now. */
  readonly isSet: boolean
}

export interface StreamView {
  find(region: string, address: StreamAddress): Stream | undefined
  /** The stream that records the changes of the table, with the shards that take them. */
  recording(tableId: number): RecordingStream | undefined
  /** All streams, in no particular order. */
  all(): Iterable<Stream>
  /** The label of the newest stream that a table of this name has had and that is not forgotten. */
  lastLabel(region: string, tableName: string): string | undefined
}

export interface RecordingStream {
  readonly stream: Stream
  /** In the order of their ranges, which together are the hash space. */
  readonly shards: readonly Shard[]
}

export class CatalogRecords implements RecordCache {
  readonly ranges: readonly KeyRange[] = [
    tableKeyRange(),
    allStreamsRange(),
    allShardsRange(),
    allPartitionMapsRange(),
    settingsKeyRange(),
    clusterRecordsRange(),
  ]
  readonly streams: StreamSet = new StreamSet()
  /** By the name of their spaces. */
  readonly partitionMaps: Map<number, PartitionMap> = new Map()
  /** What was set on a shared store, as it stands there. */
  settings: StoredValue | undefined
  /** How the clock of a cluster for tests was moved, as it stands there. */
  movedClock: StoredValue | undefined
  /** The feature level in force, as it stands there. */
  featureLevel: StoredValue | undefined
  /** Records that are there and are not what was written, by their keys. */
  damage: readonly StoreDamaged[] = []
  readonly listeners: ((change: CatalogChange) => void)[] = []
  readonly #byRegion = new Map<string, NamedTables>()
  readonly #tableIds = new Set<number>()

  regions(): readonly string[] {
    return [...this.#byRegion.keys()].sort()
  }

  tablesOf(region: string): TableView {
    return this.#byRegion.get(region) ?? noTables
  }

  hasTable(tableId: number): boolean {
    return this.#tableIds.has(tableId)
  }

  /** Throws what the record of a table was found to be, if it is damaged. */
  requireSound(region: string, name: string): void {
    if (this.damage.length === 0) return
    const key = tableKey(region, name)
    const found = this.damage.find((error) => compareBytes(error.key, key) === 0)
    if (found !== undefined) throw found
  }

  /** The names of tables of a region whose records are damaged. */
  damagedNames(region: string): readonly string[] {
    const keys = this.damage.map(({ key }) => key).filter((key) => recordKindOf(key) === 'table' && regionOfKey(key) === region)
    return keys.map(nameOfTableKey)
  }

  damaged(errors: readonly StoreDamaged[]): void {
    this.damage = errors
    this.streams.damaged(errors.filter(({ key }) => ['stream', 'shard'].includes(recordKindOf(key) ?? '')))
  }

  /** What is as it was stays the same value, and nobody is told of it. */
  replace(all: readonly RecordChange[]): void {
    const known = this.#encoded()
    const changes = all.filter(({ key, value }) => {
      const name = latin1(key)
      const before = known.get(name)
      known.delete(name)
      return before === undefined || before.value !== value
    })
    this.streams.clear()
    this.apply([...[...known.values()].map(({ key }) => ({ key, value: undefined })), ...changes])
    for (const { key } of this.damage) if (recordKindOf(key) === 'partitions') this.#assumePartitions(key)
  }

  /** A space whose map is damaged has the partitions that it had in the beginning, until they change: nothing but limits depends on them. */
  #assumePartitions(key: KeyBytes): void {
    const space = spaceOfPartitionMapKey(key)
    for (const tables of this.#byRegion.values()) {
      for (const table of tables.tables()) {
        if (table.tableId !== space.tableId) continue
        const index = table.indexes.find(({ indexId }) => indexId === space.indexId)
        const count = partitionCount(index?.kind === 'global' ? index : table)
        this.partitionMaps.set(spaceNumber(space), PartitionMap.even(count, table.creationMs))
      }
    }
  }

  apply(changes: readonly RecordChange[]): void {
    const tables: TableChange[] = []
    const partitioned: DataSpace[] = []
    const settingsBefore = this.settings
    for (const change of changes) {
      const kind = recordKindOf(change.key)
      if (kind === 'table') tables.push(this.#applyTable(change))
      else if (kind === 'stream' || kind === 'shard') this.streams.note(kind, change)
      else if (kind === 'settings') this.settings = change.value
      else if (kind === 'clock') this.movedClock = change.value
      else if (kind === 'level') this.featureLevel = change.value
      else {
        assert(kind === 'partitions', 'a record of the catalog is of a kind that it knows')
        partitioned.push(this.#applyPartitions(change))
      }
    }
    this.streams.settle()
    for (const listener of this.listeners) listener({ tables, partitioned, isSet: this.settings !== settingsBefore })
  }

  /** The records of tables, partition maps and settings, as they stand in the store, by their keys. */
  #encoded(): Map<string, RecordChange> {
    const encoded = new Map<string, RecordChange>()
    const note = (key: KeyBytes, value: StoredValue): unknown => encoded.set(latin1(key), { key, value })
    for (const [region, tables] of this.#byRegion) {
      for (const table of tables.tables()) note(tableKey(region, table.name), encodeTable(table))
    }
    for (const [number, map] of this.partitionMaps) note(partitionMapKey(spaceNumbered(number)), map.encode())
    if (this.settings !== undefined) note(settingsKey(), this.settings)
    if (this.movedClock !== undefined) note(movedClockKey(), this.movedClock)
    if (this.featureLevel !== undefined) note(featureLevelKey(), this.featureLevel)
    return encoded
  }

  #applyTable({ key, value }: RecordChange): TableChange {
    const region = regionOfKey(key)
    const name = nameOfTableKey(key)
    const tables = this.#byRegion.get(region) ?? new NamedTables()
    const before = tables.find(name)
    const after = value === undefined ? undefined : decodeTable(value)
    tables.set(name, after)
    if (tables.size === 0) this.#byRegion.delete(region)
    else this.#byRegion.set(region, tables)
    if (before !== undefined) this.#tableIds.delete(before.tableId)
    if (after !== undefined) this.#tableIds.add(after.tableId)
    return { region, before, after }
  }

  #applyPartitions({ key, value }: RecordChange): DataSpace {
    const space = spaceOfPartitionMapKey(key)
    if (value === undefined) this.partitionMaps.delete(spaceNumber(space))
    else this.partitionMaps.set(spaceNumber(space), PartitionMap.decode(value))
    return space
  }
}

class NamedTables implements TableView {
  readonly #byName = new Map<string, Table>()
  #names: readonly string[] | undefined

  get size(): number {
    return this.#byName.size
  }

  find(name: string): Table | undefined {
    return this.#byName.get(name)
  }

  names(): readonly string[] {
    // Table names are ASCII, so the order of code units is the order of bytes.
    this.#names ??= [...this.#byName.keys()].sort()
    return this.#names
  }

  tables(): Iterable<Table> {
    return this.#byName.values()
  }

  set(name: string, table: Table | undefined): void {
    if (table === undefined) this.#byName.delete(name)
    else this.#byName.set(name, table)
    this.#names = undefined
  }
}

/** Of every region without tables. Nobody adds to it. */
const noTables = new NamedTables()

/** The record of a stream and those of its shards, which lie apart. */
interface StreamParts {
  stream: Stream | undefined
  readonly shards: Map<number, Shard>
}

class StreamSet implements StreamView {
  readonly #parts = new Map<string, StreamParts>()
  readonly #byName = new Map<string, Stream>()
  readonly #recording = new Map<number, RecordingStream>()
  readonly #touched = new Set<string>()
  /** Of streams with a damaged record, by the same id as their parts. */
  readonly #damaged = new Map<string, StoreDamaged>()
  /** The same by the ids of tables, and by the names of streams as far as they are known. */
  readonly #damagedOf = new Map<number | string, StoreDamaged>()

  /** Throws StoreDamaged for a stream that is known and not whole. */
  find(region: string, address: StreamAddress): Stream | undefined {
    const name = streamName(region, address)
    this.#requireSound(name)
    return this.#byName.get(name)
  }

  /** Throws StoreDamaged when it is not known whether or where changes of the table are recorded. */
  recording(tableId: number): RecordingStream | undefined {
    this.#requireSound(tableId)
    return this.#recording.get(tableId)
  }

  damaged(errors: readonly StoreDamaged[]): void {
    this.#damaged.clear()
    this.#damagedOf.clear()
    for (const error of errors) {
      const { tableId, labelMs } = streamIdIn(error.key)
      this.#damaged.set(`${tableId}/${labelMs}`, error)
      this.#damagedOf.set(tableId, error)
    }
  }

  #requireSound(name: number | string): void {
    if (this.#damagedOf.size === 0) return
    const found = this.#damagedOf.get(name)
    if (found !== undefined) throw found
  }

  all(): Iterable<Stream> {
    return this.#byName.values()
  }

  lastLabel(region: string, tableName: string): string | undefined {
    let last: string | undefined
    for (const stream of this.#byName.values()) {
      if (stream.region === region && stream.tableName === tableName && (last === undefined || stream.label > last)) last = stream.label
    }
    return last
  }

  clear(): void {
    this.#parts.clear()
    this.#byName.clear()
    this.#recording.clear()
  }

  /** One record of a stream is so now; `settle` follows when all are noted. */
  note(kind: 'stream' | 'shard', { key, value }: RecordChange): void {
    const { tableId, labelMs } = streamIdIn(key)
    const id = `${tableId}/${labelMs}`
    this.#touched.add(id)
    const parts = this.#parts.get(id) ?? { stream: undefined, shards: new Map() }
    this.#parts.set(id, parts)
    if (kind === 'shard') {
      if (value === undefined) parts.shards.delete(shardNumberInKey(key))
      else parts.shards.set(shardNumberInKey(key), decodeShard(value))
      return
    }
    if (value === undefined) this.#remove(parts.stream)
    parts.stream = value === undefined ? undefined : decodeStream(value)
  }

  settle(): void {
    for (const id of [...this.#touched, ...this.#damaged.keys()]) {
      const parts = this.#parts.get(id)
      const damage = this.#damaged.get(id)
      if (damage !== undefined) {
        if (parts?.stream !== undefined) this.#damagedOf.set(streamName(parts.stream.region, parts.stream), damage)
      } else if (parts?.stream === undefined) this.#parts.delete(id)
      else this.#put({ ...parts.stream, shards: [...parts.shards.values()].sort((a, b) => a.number - b.number) })
    }
    this.#touched.clear()
  }

  #put(stream: Stream): void {
    this.#byName.set(streamName(stream.region, stream), stream)
    if (stream.disabledMs === undefined) this.#recording.set(stream.tableId, { stream, shards: openShards(stream) })
    else this.#stopRecording(stream)
  }

  #remove(stream: Stream | undefined): void {
    if (stream === undefined) return
    this.#byName.delete(streamName(stream.region, stream))
    this.#stopRecording(stream)
  }

  #stopRecording({ tableId, label }: Stream): void {
    if (this.#recording.get(tableId)?.stream.label === label) this.#recording.delete(tableId)
  }
}

/** Unique: neither a region nor the name of a table has a slash in it. */
function streamName(region: string, { tableName, label }: StreamAddress): string {
  return `${region}/${tableName}/${label}`
}
