/**
 * Whoever reads a stream to its end and remembers how far: what it has in memory of its positions, reading on from them, and moving them
 * in the store. Positions are moved behind what is handled, so that everything is handled once at the least; who writes what follows
 * from the records into the same store moves them in the same turn, and everything is done exactly once.
 */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { consumerKey, consumerRange, positionKey, shardNumberOfPosition } from '../keyspace/consumer-keys.ts'
import { recordLog } from '../keyspace/stream-keys.ts'
import { forgottenPositionsMax, positionsBudget } from '../limits.ts'
import { wholeRange } from '../records/whole-view.ts'
import type { Shard, Stream } from '../schema/stream.ts'
import { type NumberedRecord, readRecords } from '../streams/read-records.ts'
import { type ConsumerRecord, decodeConsumer, decodePosition, encodePosition, type ShardPosition } from './consumer-record.ts'
import { type ConsumerLag, lagsOf, noLag } from './shard-lag.ts'
import { forgottenShards, isReadToTheEnd, missedRecords, positionIn, readableShards } from './shard-order.ts'

/** Records of one shard that follow each other. */
export interface ShardPage {
  readonly shard: Shard
  readonly records: readonly NumberedRecord[]
  /** Where it was read from. */
  readonly from: ShardPosition
  /** Behind the last of the records, or behind the shard. */
  readonly next: ShardPosition
  /** How many records before the first of these were trimmed before they were read, at the most. */
  readonly missedCount: number
}

/** A position that moves on. */
export interface Move {
  readonly shardNumber: number
  readonly to: ShardPosition
}

/** The positions in the store are not those in memory: somebody else has moved them, and what was in memory is to be forgotten. */
export class ConsumerMoved extends Error {
  constructor() {
    super('the consumer was moved by somebody else')
    this.name = 'ConsumerMoved'
  }
}

type ConsumerEngine = Pick<Engine, 'store' | 'catalog' | 'clock'>

export class StreamConsumer {
  readonly id: string
  readonly record: ConsumerRecord
  readonly #engine: ConsumerEngine
  readonly #positions: Map<number, ShardPosition>

  private constructor(engine: ConsumerEngine, id: string, record: ConsumerRecord, positions: Map<number, ShardPosition>) {
    this.id = id
    this.record = record
    this.#engine = engine
    this.#positions = positions
  }

  /** As the store has it; undefined when nobody of this id was started. On a shared store the engine is one under a lease (jobs/leased-engine.ts). */
  static async open(engine: ConsumerEngine, id: string): Promise<StreamConsumer | undefined> {
    const entries = await wholeRange(engine.store, consumerRange(id), positionsBudget)
    let record: ConsumerRecord | undefined
    const positions = new Map<number, ShardPosition>()
    for (const { key, value } of entries) {
      const shardNumber = shardNumberOfPosition(id, key)
      if (shardNumber === undefined) record = decodeConsumer(value)
      else positions.set(shardNumber, decodePosition(value))
    }
    return record && new StreamConsumer(engine, id, record, positions)
  }

  /** As the catalog has it now; undefined when it is forgotten. */
  get stream(): Stream | undefined {
    const { region, tableId } = this.record
    const stream = this.#engine.catalog.streams.find(region, this.record)
    return stream?.tableId === tableId ? stream : undefined
  }

  /** Nothing follows: the stream is disabled and read to its end, or forgotten. */
  get isAtEnd(): boolean {
    const { stream } = this
    return stream === undefined || isReadToTheEnd(stream, this.#positions)
  }

  positionOf(shardNumber: number): ShardPosition {
    return positionIn(this.#positions, shardNumber)
  }

  /** The shards that can be read now: parents before their children. */
  readableShards(): readonly Shard[] {
    const { stream } = this
    return stream === undefined ? [] : readableShards(stream, this.#positions)
  }

  /**
   * Those of the shards that something follows in, behind the position that `positionOf` says (default: this consumer's own): a record, or
   * that the shard has ended. One round trip for all.
   */
  async shardsWithMore(positionOf: (shard: Shard) => ShardPosition = ({ number }) => this.positionOf(number)): Promise<readonly Shard[]> {
    const { stream } = this
    const shards = stream === undefined ? [] : readableShards(stream, this.#positions)
    if (stream === undefined || shards.length === 0) return []
    const logs = shards.map(({ number }) => recordLog(stream, number))
    const lasts = await this.#engine.store.view(async (view) => view.lasts(logs))
    return shards.filter((shard, at) => {
      const { next, isEnd } = positionOf(shard)
      return !isEnd && (shard.closed !== undefined || (lasts[at] ?? 0) >= Math.max(next, shard.firstNumber))
    })
  }

  /** What follows in the shard behind a position (default: this consumer's own): a page of at most so many records, and of 1 MB. */
  async read(
    shard: Shard,
    { from = this.positionOf(shard.number), recordsMax }: { readonly from?: ShardPosition; readonly recordsMax?: number } = {},
  ): Promise<ShardPage> {
    const { stream } = this
    // What is closed now has all its records in every later view of the store.
    const current = stream?.shards.find(({ number }) => number === shard.number)
    if (stream === undefined || current === undefined || from.isEnd) {
      return { shard, records: [], from, next: { next: from.next, isEnd: true }, missedCount: 0 }
    }
    const { records, isEnd } = await readRecords(this.#engine, stream, current, { fromNumber: from.next, recordsMax })
    const last = records.at(-1)
    const next = { next: last === undefined ? from.next : last.number + 1, isEnd }
    return { shard: current, records, from, next, missedCount: missedRecords(current, from) }
  }

  /** Moves positions in a turn of their own; `also` puts what else belongs to it. Rejects with ConsumerMoved. */
  async move(moves: readonly Move[], also?: { readonly reads?: readonly KeyBytes[]; put(turn: WriteTurn): void }): Promise<void> {
    if (moves.length === 0 && also === undefined) return
    await this.#engine.store.write([...this.readsFor(moves), ...(also?.reads ?? [])], (turn) => {
      this.moveIn(turn, moves)
      also?.put(turn)
    })
  }

  /** The keys that a turn has to read in which positions are moved. */
  readsFor(moves: readonly Move[]): readonly KeyBytes[] {
    return [consumerKey(this.id), ...moves.map(({ shardNumber }) => positionKey(this.id, shardNumber))]
  }

  /**
   * Puts into a turn that these positions have moved, one for a shard; memory follows when that is durable. Throws ConsumerMoved, before it
   * puts anything, when they are not in the store what they are in memory, or the consumer is not there any more.
   */
  moveIn(turn: WriteTurn, moves: readonly Move[]): void {
    if (turn.get(consumerKey(this.id)) === undefined) throw new ConsumerMoved()
    for (const { shardNumber } of moves) {
      const stored = decodePosition(turn.get(positionKey(this.id, shardNumber)))
      const known = this.positionOf(shardNumber)
      if (stored.next !== known.next || stored.isEnd !== known.isEnd) throw new ConsumerMoved()
    }
    for (const { shardNumber, to } of moves) turn.put(positionKey(this.id, shardNumber), encodePosition(to))
    turn.follow({
      durable: () => {
        for (const { shardNumber, to } of moves) this.#positions.set(shardNumber, to)
      },
    })
  }

  /** Forgets the positions in shards that are not there any more. Costs nothing while there are none. */
  async forgetShards(): Promise<void> {
    const { stream } = this
    const numbers = stream === undefined ? [] : forgottenShards(stream, this.#positions).slice(0, forgottenPositionsMax)
    if (numbers.length === 0) return
    await this.#engine.store.write([], (turn) => {
      turn.makesRoom()
      for (const number of numbers) turn.delete(positionKey(this.id, number))
    })
    for (const number of numbers) this.#positions.delete(number)
  }

  /** How far behind it is. */
  async lag(): Promise<ConsumerLag> {
    const { stream } = this
    if (stream === undefined) return noLag
    const unread = stream.shards.filter(({ number }) => !this.positionOf(number).isEnd)
    const places = unread.map((shard) => ({ shard, position: this.positionOf(shard.number) }))
    const lags = await lagsOf(this.#engine, stream, places)
    return {
      recordsMax: lags.reduce((sum, { recordsMax }) => sum + recordsMax, 0),
      ageMs: lags.reduce((max, { ageMs }) => Math.max(max, ageMs), 0),
    }
  }
}
