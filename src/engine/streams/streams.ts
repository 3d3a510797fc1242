/**
 * Which streams there are, in memory, seen in two ways like tables in the catalog: *latest* holds what every turn so far decided
 * and is where writes find the shard of a record; *durable* holds what is on disk and is what clients are told.
 * `changeStreams` and `changeTables` are the only ones who change them.
 */
import type { Clock } from '../../base/clock.ts'
import type { Entry, KeyRange, Store } from '../../storage/store.ts'
import { allShardsRange, allStreamsRange, keyAfter, streamIdIn } from '../keyspace/keys.ts'
import { RecordNumbers } from './record-numbers.ts'
import { openShards, type Shard, type Stream, type StreamAddress, type StreamId } from './stream.ts'
import { decodeShard, decodeStream } from './stream-text.ts'

/** One of the two views. */
export interface StreamView {
  find(region: string, address: StreamAddress): Stream | undefined
  /** The stream that records the changes of the table, with the shards that take them. */
  recording(tableId: number): RecordingStream | undefined
  /** All streams, in no particular order. */
  all(): Iterable<Stream>
}

export interface RecordingStream {
  readonly stream: Stream
  /** In the order of their ranges, which together are the hash space. */
  readonly shards: readonly Shard[]
}

/** New values of some streams, decided by one turn, under the names that `streamName` gives; undefined means gone. */
export type StreamChange = ReadonlyMap<string, Stream | undefined>

const loadBudget = { entries: 1000, bytes: 1 << 20 }

export class Streams {
  readonly numbers: RecordNumbers = new RecordNumbers()
  readonly #clock: Clock
  readonly #latest = new StreamSet()
  readonly #durable = new StreamSet()
  /** What turns decided and no commit has made durable yet, in turn order. */
  #pending: StreamChange[] = []
  readonly #undone = new WeakSet<StreamChange>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get latest(): StreamView {
    return this.#latest
  }

  get durable(): StreamView {
    return this.#durable
  }

  now(): number {
    return this.#clock.now()
  }

  /** Reads every stream and shard: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    await this.numbers.load(store)
    const shards = new Map<string, Shard[]>()
    await eachEntry(store, allShardsRange(), ({ key, value }) => {
      const name = idText(streamIdIn(key))
      const known = shards.get(name)
      if (known === undefined) shards.set(name, [decodeShard(value)])
      else known.push(decodeShard(value))
    })
    await eachEntry(store, allStreamsRange(), ({ value }) => {
      const stream = decodeStream(value)
      const whole = { ...stream, shards: shards.get(idText(stream)) ?? [] }
      const change = new Map([[streamName(whole.region, whole), whole]])
      this.#latest.apply(change)
      this.#durable.apply(change)
    })
  }

  /** The label of the newest stream that a table of this name has had and that is not forgotten. */
  lastLabel(region: string, tableName: string): string | undefined {
    let last: string | undefined
    for (const stream of this.#latest.all()) {
      if (stream.region === region && stream.tableName === tableName && (last === undefined || stream.label > last)) last = stream.label
    }
    return last
  }

  /** A turn decided this. Called inside the turn. */
  decided(change: StreamChange): void {
    this.#pending.push(change)
    this.#latest.apply(change)
  }

  /** As Catalog.becameDurable: the word may come after `rolledBack` undid the change in memory. */
  becameDurable(change: StreamChange): void {
    const at = this.#pending.indexOf(change)
    for (const earlier of this.#pending.splice(0, at + 1)) this.#durable.apply(earlier)
    if (!this.#undone.delete(change)) return
    this.#durable.apply(change)
    this.#latest.apply(change)
    for (const later of this.#pending) this.#latest.apply(later)
  }

  /** The store undid every turn since its last durable commit. */
  rolledBack(): void {
    for (const change of this.#pending) this.#undone.add(change)
    this.#pending = []
    this.#latest.replaceBy(this.#durable)
    this.numbers.rolledBack()
  }
}

/** Unique: neither a region nor the name of a table has a slash in it. */
export function streamName(region: string, { tableName, label }: StreamAddress): string {
  return `${region}/${tableName}/${label}`
}

class StreamSet implements StreamView {
  readonly #byName = new Map<string, Stream>()
  readonly #recording = new Map<number, RecordingStream>()

  find(region: string, address: StreamAddress): Stream | undefined {
    return this.#byName.get(streamName(region, address))
  }

  recording(tableId: number): RecordingStream | undefined {
    return this.#recording.get(tableId)
  }

  all(): Iterable<Stream> {
    return this.#byName.values()
  }

  apply(change: StreamChange): void {
    for (const [name, stream] of change) {
      if (stream === undefined) this.#byName.delete(name)
      else this.#put(name, stream)
    }
  }

  replaceBy(other: StreamSet): void {
    this.#byName.clear()
    this.#recording.clear()
    for (const [name, stream] of other.#byName) this.#put(name, stream)
  }

  #put(name: string, stream: Stream): void {
    this.#byName.set(name, stream)
    const { tableId, label } = stream
    if (stream.disabledMs === undefined) this.#recording.set(tableId, { stream, shards: openShards(stream) })
    else if (this.#recording.get(tableId)?.stream.label === label) this.#recording.delete(tableId)
  }
}

function idText({ tableId, labelMs }: StreamId): string {
  return `${tableId}/${labelMs}`
}

async function eachEntry(store: Store, range: KeyRange, visit: (entry: Entry) => void): Promise<void> {
  using snapshot = store.snapshot()
  let rest = range
  for (;;) {
    const { entries, exhausted } = await snapshot.scan(rest, loadBudget)
    for (const entry of entries) visit(entry)
    const last = entries.at(-1)
    if (exhausted || last === undefined) return
    rest = { ...range, start: keyAfter(last.key) }
  }
}
