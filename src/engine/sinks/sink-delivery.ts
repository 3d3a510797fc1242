/**
 * What is done for a sink in steps: it begins, what follows in its table is read and handed to it, and how far it has come is noted when it has
 * taken that. No step waits for a sink: what one has begun a later one takes up. A sink that takes nothing is left alone for longer and longer,
 * and the others go on.
 */
import type { Refused, Sink, SinkBatch } from '../../outbound/sinks/sink.ts'
import { isSameValue, type StoredValue } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { storedLevel } from '../catalog/change-level.ts'
import { isServing } from '../catalog/find-table.ts'
import { type FollowedPage, readFollowed } from '../followers/follow-table.ts'
import { sinkKey } from '../keyspace/sink-keys.ts'
import { deliveryRetryFirstMs, deliveryRetryMsMax, followBudgets } from '../limits.ts'
import { outboxLevel } from '../nodes/feature-level.ts'
import { deleteEntries } from '../outboxes/read-outbox.ts'
import type { Schedule } from '../schedule.ts'
import type { Table } from '../schema/table.ts'
import { Awaited } from '../transfers/awaited.ts'
import { beginSink } from './change-sink.ts'
import { decodeSink, encodeSink, type SinkRecord } from './sink-record.ts'

export interface SinkEngine extends CatalogHolder {
  readonly region: string
  readonly schedule: Schedule
}

/** A sink as those make it who know what was asked for. */
export interface DeliveredSink {
  readonly name: string
  /** The name of its table. */
  readonly from: string
  /** Whether it is told of the items that were there before it. */
  readonly loads: boolean
  /** Opens it for a table, whose key it may have to know. */
  openFor(table: Table): Sink
  /** What the sink is told of a page. */
  changesOf(table: Table, page: FollowedPage): SinkBatch['changes']
  /** Keeps what the sink will never take. Rejects when it cannot. */
  keepRefused(batch: SinkBatch, refused: readonly Refused[]): Promise<void>
  /** Is told of what somebody may have to do something about: the first of several troubles in a row, and that something was refused. */
  tell(sentence: string): void
}

interface Taken {
  readonly taken: number
  readonly refused: number
}

/** What a sink was handed, and what came of it. */
interface Sending {
  readonly stored: StoredValue
  readonly record: SinkRecord
  readonly page: FollowedPage
  readonly work: Awaited<Taken>
}

interface Begun {
  readonly table: Table
  readonly stored: StoredValue
  readonly record: SinkRecord
}

export class SinkDelivery {
  readonly sink: DeliveredSink
  readonly #counts = { taken: 0, refused: 0, failures: 0 }
  #opened: { readonly tableId: number; readonly sink: Sink } | undefined
  #sending: Sending | undefined
  /** In a row. */
  #failures = 0
  #trouble: string | undefined

  constructor(sink: DeliveredSink) {
    this.sink = sink
  }

  /** Why it takes nothing now, in a sentence, as far as this node knows. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** Since this process started: changes that were taken, that were refused, and how often nothing came of it. */
  get counts(): Taken & { readonly failures: number } {
    return this.#counts
  }

  /** Resolves with whether it has done something. Rejects as the store does. */
  async step(engine: SinkEngine, nowMs: number): Promise<boolean> {
    if (this.#sending !== undefined) return this.#follow(engine, this.#sending, nowMs)
    const { name, from } = this.sink
    if (!engine.schedule.isDue(this.#retryName, nowMs)) return false
    const table = engine.catalog.find(from)
    if (table === undefined || !isServing(table)) {
      this.#trouble = `there is no table ${from}`
      return false
    }
    const [stored] = await engine.store.get([sinkKey(engine.catalog.region, name)])
    const record = stored === undefined ? undefined : decodeSink(stored)
    if (stored === undefined || record?.sourceId !== table.tableId) return this.#begin(engine, nowMs)
    return this.#send(engine, { table, stored, record }, nowMs)
  }

  /** What was handed to it and is not noted comes again. */
  async close(): Promise<void> {
    await this.#opened?.sink.close?.()
  }

  get #retryName(): string {
    return `sink ${this.sink.name} retry`
  }

  async #begin(engine: SinkEngine, nowMs: number): Promise<boolean> {
    if ((storedLevel(engine.catalog) ?? outboxLevel) < outboxLevel) {
      this.#trouble = 'it begins when all servers of this store have been replaced by ones that know sinks'
      return false
    }
    const { name, from, loads } = this.sink
    this.#trouble = undefined
    return beginSink(engine, { name, from, loads, nowMs })
  }

  async #send(engine: SinkEngine, { table, stored, record }: Begun, nowMs: number): Promise<boolean> {
    const outbox = { tableId: table.tableId, outboxId: record.outboxId }
    const sink = await this.#sinkFor(table)
    const { changes, items } = followBudgets
    const budgets = { changes: { ...changes, entries: sink.changesMax }, items: { ...items, entries: sink.changesMax } }
    const page = await readFollowed(engine, { table, outbox }, record.position, budgets)
    if (page.next === page.from) return false
    const told = this.sink.changesOf(table, page)
    const batch = { table: table.name, epoch: record.outboxId, toNumber: page.next.number, changes: told, nowMs }
    this.#sending = { stored, record, page, work: new Awaited(this.#deliver(sink, batch)) }
    return true
  }

  async #deliver(sink: Sink, batch: SinkBatch): Promise<Taken> {
    const refused = batch.changes.length === 0 ? [] : await sink.put(batch)
    if (refused.length > 0) {
      await this.sink.keepRefused(batch, refused)
      this.sink.tell(
        `Sink ${this.sink.name} refused changes, ${refused.length} of them, which are in the file of dead letters: ${refused[0]?.reason}`,
      )
    }
    return { taken: batch.changes.length - refused.length, refused: refused.length }
  }

  async #follow(engine: SinkEngine, { stored, record, page, work }: Sending, nowMs: number): Promise<boolean> {
    if (!(await work.isSettled())) return true
    const taken = await work.result().catch((error: unknown) => {
      this.#retryLater(engine, error, nowMs)
    })
    if (taken !== undefined) {
      const key = sinkKey(engine.catalog.region, this.sink.name)
      await engine.store.write([key], (turn) => {
        // Another node has noted it, or it began anew: then what was taken comes again, or is nothing.
        if (!isSameValue(turn.get(key), stored)) return
        deleteEntries(turn, page.entries)
        turn.put(key, encodeSink({ ...record, position: page.next }))
      })
      this.#counts.taken += taken.taken
      this.#counts.refused += taken.refused
      this.#failures = 0
      this.#trouble = undefined
    }
    this.#sending = undefined
    return true
  }

  /** A sink that is somebody else's function may throw anything. */
  #retryLater({ schedule }: SinkEngine, error: unknown, nowMs: number): void {
    const afterMs = Math.min(deliveryRetryMsMax, deliveryRetryFirstMs * 2 ** this.#failures)
    this.#failures += 1
    this.#counts.failures += 1
    this.#trouble = error instanceof Error ? error.message : String(error)
    if (this.#failures === 1) this.sink.tell(`Sink ${this.sink.name} takes nothing, and is asked again: ${this.#trouble}`)
    schedule.ran(this.#retryName, nowMs, nowMs + afterMs)
  }

  async #sinkFor(table: Table): Promise<Sink> {
    if (this.#opened?.tableId === table.tableId) return this.#opened.sink
    await this.#opened?.sink.close?.()
    const sink = this.sink.openFor(table)
    this.#opened = { tableId: table.tableId, sink }
    return sink
  }
}
