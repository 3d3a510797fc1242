/** The ways to change streams: a turn of their own, or the turn in which a table changes and its stream follows. */
import type { KeyBytes } from '../../storage/store.ts'
import { recordLog } from '../keyspace/stream-keys.ts'
import type { RecordTurn } from '../records/versioned-records.ts'
import { PartitionMap } from '../schema/partition-map.ts'
import { disabledStream, newStream, openShards, type ShardTimes, type Stream, type StreamAddress } from '../schema/stream.ts'
import { putStream } from '../schema/stream-text.ts'
import type { Table } from '../schema/table.ts'
import type { EngineSettings } from '../settings.ts'
import type { CatalogHolder } from './catalog-holder.ts'
import type { StreamView } from './catalog-records.ts'

/**
 * Calls `decide` in a turn of the store. `streams` are those it may look at or change, of the region they say. Resolves with what
 * `decide` returned, when that is durable and the catalog shows it.
 */
export function changeStreams<T>(
  { store, catalog, clock }: CatalogHolder,
  streams: readonly (StreamAddress & { readonly region: string })[],
  decide: (turn: StreamTurn) => T,
): Promise<T> {
  const found = (): readonly Stream[] => streams.flatMap((address) => catalog.streams.find(address.region, address) ?? [])
  return catalog.change(
    store,
    () => found().flatMap(logsOf),
    (turn) => {
      const own = new StreamTurn(catalog.streams, turn, clock.now())
      const result = decide(own)
      own.write()
      return result
    },
  )
}

/** The logs of a stream's open shards: what closes them must read them. */
export function logsOf(stream: Stream): readonly KeyBytes[] {
  return openShards(stream).map(({ number }) => recordLog(stream, number))
}

/** What one turn sees and decides of streams. Nothing is written before `decide` has returned (law 5). */
export class StreamTurn {
  readonly streams: StreamView
  readonly #turn: RecordTurn
  readonly #nowMs: number
  readonly #changes = new Map<Stream | undefined, Stream | undefined>()
  readonly #added: Stream[] = []
  readonly #removedRecords: KeyBytes[] = []

  constructor(streams: StreamView, turn: RecordTurn, nowMs: number) {
    this.streams = streams
    this.#turn = turn
    this.#nowMs = nowMs
  }

  /** For what closes shards of this stream. */
  timesOf(stream: Stream): ShardTimes {
    return { nowMs: this.#nowMs, close: ({ number }) => this.#turn.turn.close(recordLog(stream, number)) }
  }

  add(stream: Stream): void {
    this.#added.push(stream)
  }

  /** Another value for a stream that is there; undefined: it is forgotten. */
  replace(before: Stream, after: Stream | undefined): void {
    this.#changes.set(before, after)
  }

  removeRecords(keys: readonly KeyBytes[]): void {
    for (const key of keys) this.#removedRecords.push(key)
  }

  /** Puts everything decided into the turn. */
  write(): void {
    for (const key of this.#removedRecords) this.#turn.turn.delete(key)
    for (const [before, after] of this.#changes) putStream(this.#turn, before, after)
    for (const stream of this.#added) putStream(this.#turn, undefined, stream)
  }
}

/** What a turn makes of tables of a region. */
export interface TableChanges {
  readonly region: string
  readonly changed: readonly { readonly before: Table | undefined; readonly after: Table | undefined }[]
  /** The partitions of a table: a stream starts with a shard for each, as far as they are whole item collections. */
  readonly partitionsOf: (table: Table) => PartitionMap
  readonly settings: Pick<EngineSettings, 'streamShards'>
  readonly nowMs: number
}

/** Part of `changeTables`: opens and closes streams as the tables say. */
export function followTables(
  streams: StreamView,
  turn: RecordTurn,
  { region, changed, partitionsOf, settings, nowMs }: TableChanges,
): void {
  const own = new StreamTurn(streams, turn, nowMs)
  const firstHashes = (table: Table): readonly number[] => {
    const { startHashes } = settings.streamShards > 0 ? PartitionMap.even(settings.streamShards, nowMs) : partitionsOf(table)
    return startHashes
  }
  for (const { before, after } of changed) {
    for (const table of differentTables(before, after)) {
      const recording = streams.recording(table.tableId)?.stream
      const wanted = table === after && isRecorded(table) ? table : undefined
      if (recording?.label === wanted?.streamLabel) continue
      if (recording !== undefined) own.replace(recording, disabledStream(recording, own.timesOf(recording)))
      if (wanted !== undefined) own.add(firstState(region, wanted, firstHashes(wanted), nowMs))
    }
  }
  own.write()
}

/** A name may have passed from one table to another in one turn. */
function differentTables(before: Table | undefined, after: Table | undefined): readonly Table[] {
  if (after === undefined) return before === undefined ? [] : [before]
  return before === undefined || before.tableId === after.tableId ? [after] : [before, after]
}

function isRecorded({ stream, streamLabel, status }: Table): boolean {
  return stream !== undefined && streamLabel !== undefined && status !== 'DELETING'
}

function firstState(region: string, table: Table, startHashes: readonly number[], nowMs: number): Stream {
  const { tableId, name: tableName, key, streamLabel: label = '', stream: { viewType } = { viewType: 'KEYS_ONLY' } } = table
  const labelMs = Date.parse(`${label}Z`)
  const stream = { tableId, labelMs, region, tableName, label, viewType, key, creationMs: nowMs }
  return newStream(stream, startHashes, nowMs)
}
