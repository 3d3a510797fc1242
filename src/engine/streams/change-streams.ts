/** The ways to change streams: a store turn of their own, or the turn in which a table changes and its stream follows. */
import type { KeyBytes, Store, WriteTurn } from '../../storage/store.ts'
import type { TableView } from '../catalog/catalog.ts'
import type { Table } from '../catalog/table.ts'
import { partitionMapKey } from '../keyspace/partition-keys.ts'
import type { PartitionMap } from '../partitions/partition-map.ts'
import { disabledStream, newStream, type ShardTimes, type Stream } from './stream.ts'
import { putStream } from './stream-text.ts'
import { type StreamChange, type Streams, type StreamView, streamName } from './streams.ts'

/**
 * Calls `decide` in a turn of the store. What it does through StreamTurn becomes part of `streams.latest` at once, and of the
 * store and `streams.durable` together. Resolves with what `decide` returned, when that is durable.
 */
export async function changeStreams<T>(
  { store, streams }: { readonly store: Store; readonly streams: Streams },
  decide: (turn: StreamTurn) => T,
): Promise<T> {
  const { result, change } = await store.write([], (turn) => {
    const own = new StreamTurn(streams)
    const decided = decide(own)
    return { result: decided, change: own.write(turn) }
  })
  streams.becameDurable(change)
  return result
}

/** What one turn sees and decides of streams. Nothing is written before `decide` has returned (law 4). */
export class StreamTurn {
  readonly latest: StreamView
  readonly times: ShardTimes
  readonly #streams: Streams
  readonly #changes = new Map<string, Stream | undefined>()
  readonly #before = new Map<string, Stream | undefined>()
  readonly #removedRecords: KeyBytes[] = []

  constructor(streams: Streams) {
    this.#streams = streams
    this.latest = streams.latest
    this.times = { nowMs: streams.now(), nextNumber: () => streams.numbers.next() }
  }

  /** A new stream, or another value for one that is there. */
  put(stream: Stream): void {
    this.#change(stream, stream)
  }

  remove(stream: Stream): void {
    this.#change(stream, undefined)
  }

  removeRecords(keys: readonly KeyBytes[]): void {
    for (const key of keys) this.#removedRecords.push(key)
  }

  /** Puts everything decided into the turn. */
  write(turn: WriteTurn): StreamChange {
    for (const key of this.#removedRecords) turn.delete(key)
    for (const [name, stream] of this.#changes) putStream(turn, this.#before.get(name), stream)
    this.#streams.decided(this.#changes)
    return this.#changes
  }

  #change(stream: Stream, after: Stream | undefined): void {
    const name = streamName(stream.region, stream)
    this.#before.set(name, this.latest.find(stream.region, stream))
    this.#changes.set(name, after)
  }
}

/** What a turn makes of tables of a region, while `before` still shows what they were. */
export interface TableChanges {
  readonly region: string
  readonly before: TableView
  readonly changed: ReadonlyMap<string, Table | undefined>
  /** The partitions of a table: a stream starts with a shard for each, as far as they are whole item collections. */
  readonly partitionsOf: (table: Table) => PartitionMap
}

/** Part of `changeTables`: opens and closes streams as the tables say. Undefined when nothing changes for any stream. */
export function followTables(streams: Streams, turn: WriteTurn, tables: TableChanges): StreamChange | undefined {
  const { region, before, changed, partitionsOf } = tables
  const own = new StreamTurn(streams)
  let hasChanged = false
  for (const [name, after] of changed) {
    for (const table of differentTables(before.find(name), after)) {
      const recording = streams.latest.recording(table.tableId)?.stream
      const wanted = table === after && isRecorded(table) ? table : undefined
      if (recording?.label === wanted?.streamLabel) continue
      if (recording !== undefined) own.put(disabledStream(recording, own.times))
      if (wanted !== undefined) {
        const partitions = partitionsOf(wanted)
        own.put(firstState(region, wanted, partitions, own.times))
        // A new table's: whatever its throughput is when they would be stored, there are shards for these by now.
        if (before.find(name)?.tableId !== wanted.tableId)
          turn.put(partitionMapKey({ tableId: wanted.tableId, indexId: 0 }), partitions.encode())
      }
      hasChanged = true
    }
  }
  return hasChanged ? own.write(turn) : undefined
}

/** A name may have passed from one table to another in one turn. */
function differentTables(before: Table | undefined, after: Table | undefined): readonly Table[] {
  if (after === undefined) return before === undefined ? [] : [before]
  return before === undefined || before.tableId === after.tableId ? [after] : [before, after]
}

function isRecorded({ stream, streamLabel, status }: Table): boolean {
  return stream !== undefined && streamLabel !== undefined && status !== 'DELETING'
}

function firstState(region: string, table: Table, partitions: PartitionMap, times: ShardTimes): Stream {
  const { tableId, name: tableName, key, streamLabel: label = '', stream: { viewType } = { viewType: 'KEYS_ONLY' } } = table
  const labelMs = Date.parse(`${label}Z`)
  const stream = { tableId, labelMs, region, tableName, label, viewType, key, creationMs: times.nowMs }
  return newStream(stream, partitions.startHashes, times)
}
