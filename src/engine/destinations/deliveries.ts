/**
 * What is done for destinations of tables, in steps: their states end, and what waits in their outboxes is sent. No step waits for a
 * stream: what it has begun a later one takes up. A stream that takes nothing is left alone for longer and longer; nothing is lost by that.
 */
import type { DataStream, DataStreams } from '../../outbound/data-stream.ts'
import { DataStreamFault } from '../../outbound/data-stream.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import type { OutboxSpace } from '../keyspace/outbox-keys.ts'
import {
  deliveryAgeEveryMs,
  deliveryBudget,
  deliveryRetryFirstMs,
  deliveryRetryMsMax,
  deliveryTroubleToldAfter,
  destinationPatienceMs,
} from '../limits.ts'
import { deleteEntries, type OutboxFigures, readOutbox, readOutboxFigures } from '../outboxes/read-outbox.ts'
import type { Schedule } from '../schedule.ts'
import { isDelivering, isInUse, type KinesisDestination } from '../schema/kinesis-destination.ts'
import type { Table } from '../schema/table.ts'
import { Awaited } from '../transfers/awaited.ts'
import { goOn } from './change-destination.ts'
import { type Sent, sendChanges } from './send-changes.ts'

export interface DestinationEngine extends CatalogHolder {
  readonly region: string
  readonly schedule: Schedule
  readonly dataStreams: DataStreams
}

/** Who wants to know, for metrics. */
export interface DeliveryListener {
  onSent?(tableName: string, sent: Pick<Sent, 'throttled' | 'units'>): void
  /** Records that no stream will ever have. */
  onGivenUp?(tableName: string, count: number): void
  /** How long ago the oldest change was made that waits, every minute. */
  onAge?(tableName: string, ageMs: number): void
  /** A destination took nothing several times in a row, and why. */
  onTrouble?(tableName: string, streamArn: string, trouble: string): void
  /** It takes everything again. */
  onRecovered?(tableName: string, streamArn: string): void
}

/** What goes on for one destination on this node. */
interface Work {
  readonly region: string
  finding: Awaited<void> | undefined
  sending: Awaited<Sent> | undefined
  /** How often in a row nothing came of it. */
  failures: number
  /** Somebody was told that nothing comes of it. */
  isTroubleTold: boolean
}

interface Target {
  readonly engine: DestinationEngine
  readonly table: Table
  readonly destination: KinesisDestination
  readonly outbox: OutboxSpace
  readonly work: Work
  readonly nowMs: number
  readonly listener: DeliveryListener
}

export class Deliveries {
  /** By the ids of their outboxes. */
  readonly #works = new Map<number, Work>()

  /** A bounded piece for each destination of a region. Resolves with whether one has more to do. */
  async step(engine: DestinationEngine, nowMs: number, listener: DeliveryListener = {}): Promise<boolean> {
    const targets = [...this.#targets(engine, nowMs, listener)]
    this.#forget(engine, targets)
    let isBusy = false
    const failures: unknown[] = []
    for (const target of targets) {
      try {
        if (await stepOne(target)) isBusy = true
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return isBusy
  }

  *#targets(engine: DestinationEngine, nowMs: number, listener: DeliveryListener): Iterable<Target> {
    const region = engine.catalog.region
    for (const table of engine.catalog.tables()) {
      for (const destination of table.kinesisDestinations ?? []) {
        const { outboxId } = destination
        if (outboxId === undefined || !isInUse(destination)) continue
        const work = this.#works.get(outboxId) ?? { region, finding: undefined, sending: undefined, failures: 0, isTroubleTold: false }
        this.#works.set(outboxId, work)
        yield { engine, table, destination, outbox: { tableId: table.tableId, outboxId }, work, nowMs, listener }
      }
    }
  }

  #forget({ schedule, catalog }: DestinationEngine, targets: readonly Target[]): void {
    if (this.#works.size === 0) return
    const kept = new Set(targets.map(({ outbox }) => outbox.outboxId))
    for (const [outboxId, { region }] of this.#works) {
      if (region !== catalog.region || kept.has(outboxId)) continue
      this.#works.delete(outboxId)
      schedule.forget(`${scheduleName(outboxId)} `)
    }
  }
}

async function stepOne(target: Target): Promise<boolean> {
  const { destination, work } = target
  if (destination.status === 'ENABLING') return enable(target)
  const { engine, table, nowMs } = target
  if (destination.status === 'UPDATING' && isStateOver(target)) {
    await goOn(engine, table, destination, { status: 'ACTIVE', nowMs })
    return true
  }
  if (!isDelivering(destination)) return false
  await measureAge(target)
  if (work.sending !== undefined) {
    if (await work.sending.isSettled()) await follow(target, await work.sending.result())
    return true
  }
  if (destination.status === 'DISABLING' && (await isToEnd(target))) {
    await goOn(engine, table, destination, { status: 'DISABLED', nowMs })
    return true
  }
  return begin(target)
}

/** ACTIVE when the stream is there, ENABLE_FAILED when it is not, or cannot be found out for long. */
async function enable(target: Target): Promise<boolean> {
  const { engine, table, destination, work, nowMs } = target
  const retry = `${scheduleName(target.outbox.outboxId)} retry`
  if (work.finding === undefined) {
    if (!isStateOver(target) || !engine.schedule.isDue(retry, nowMs)) return false
    work.finding = new Awaited(find(engine.dataStreams.of(destination.streamArn), destination.streamArn))
  }
  if (!(await work.finding.isSettled())) return true
  try {
    await work.finding.result()
    await goOn(engine, table, destination, { status: 'ACTIVE', nowMs })
    forgetTroubles(target)
  } catch (error) {
    if (!(error instanceof DataStreamFault)) throw error
    const { isPassing, message } = error
    if (isPassing && !isOver(target, destinationPatienceMs)) retryLater(target, message)
    else await goOn(engine, table, destination, { status: 'ENABLE_FAILED', nowMs, description: message })
  } finally {
    work.finding = undefined
  }
  return true
}

async function find(stream: DataStream | undefined, streamArn: string): Promise<void> {
  if (stream === undefined) throw new DataStreamFault('Unknown', `This server was not told where records of ${streamArn} go`)
  await stream.find()
}

/** The next piece, unless nothing waits or the stream is left alone. Whoever starts a server without the stream keeps what waits. */
async function begin(target: Target): Promise<boolean> {
  const { engine, table, destination, outbox, work, nowMs } = target
  if (!engine.schedule.isDue(`${scheduleName(outbox.outboxId)} retry`, nowMs)) return false
  const { entries } = await readOutbox(engine.store, outbox, { budget: deliveryBudget })
  if (entries.length === 0) return false
  const stream = engine.dataStreams.of(destination.streamArn)
  if (stream === undefined) {
    retryLater(target, 'this server was not told where its records go')
    return false
  }
  const source = { table, region: engine.region, outboxId: outbox.outboxId, precision: destination.precision }
  work.sending = new Awaited(sendChanges(stream, source, entries))
  return true
}

/** What was sent is not kept any longer. */
async function follow(target: Target, sent: Sent): Promise<void> {
  const { engine, table, work, listener } = target
  const { done, unfit, trouble } = sent
  work.sending = undefined
  if (done.length > 0) await engine.store.write([], (turn) => deleteEntries(turn, done))
  listener.onSent?.(table.name, sent)
  if (unfit > 0) listener.onGivenUp?.(table.name, unfit)
  if (done.length > 0 || trouble === undefined) forgetTroubles(target)
  if (trouble !== undefined) retryLater(target, trouble)
  else if (work.isTroubleTold) {
    work.isTroubleTold = false
    listener.onRecovered?.(table.name, target.destination.streamArn)
  }
}

/** Whether nothing waits any more, or the stream has been told to go for long and takes nothing. */
async function isToEnd(target: Target): Promise<boolean> {
  if (!isStateOver(target)) return false
  const { waiting } = await figuresOf(target)
  if (waiting === 0) return true
  if (target.work.failures === 0 || !isOver(target, destinationPatienceMs)) return false
  target.listener.onGivenUp?.(target.table.name, waiting)
  return true
}

async function measureAge(target: Target): Promise<void> {
  const { engine, table, outbox, nowMs, listener } = target
  const name = `${scheduleName(outbox.outboxId)} age`
  if (!engine.schedule.isDue(name, nowMs, deliveryAgeEveryMs)) return
  const { oldestUs } = await figuresOf(target)
  engine.schedule.ran(name, nowMs)
  listener.onAge?.(table.name, oldestUs === undefined ? 0 : Math.max(0, nowMs - oldestUs / 1000))
}

function figuresOf({ engine, outbox }: Target): Promise<OutboxFigures> {
  return readOutboxFigures(engine.store, outbox)
}

/** Whether its status has lasted as long as those of tables do. */
function isStateOver(target: Target): boolean {
  return isOver(target, target.engine.settings.tableStateDelayMs)
}

function isOver({ engine, destination, outbox, nowMs }: Target, delayMs: number): boolean {
  return engine.schedule.isOver(`${scheduleName(outbox.outboxId)} state`, { sinceMs: destination.sinceMs, delayMs }, nowMs)
}

function retryLater({ engine, table, destination, outbox, work, nowMs, listener }: Target, trouble: string): void {
  const afterMs = Math.min(deliveryRetryMsMax, deliveryRetryFirstMs * 2 ** work.failures)
  work.failures += 1
  if (work.failures === deliveryTroubleToldAfter && !work.isTroubleTold) {
    work.isTroubleTold = true
    listener.onTrouble?.(table.name, destination.streamArn, trouble)
  }
  engine.schedule.ran(`${scheduleName(outbox.outboxId)} retry`, nowMs, nowMs + afterMs)
}

function forgetTroubles({ engine, outbox, work }: Target): void {
  work.failures = 0
  engine.schedule.hasten(`${scheduleName(outbox.outboxId)} retry`)
}

function scheduleName(outboxId: number): string {
  return `outbox ${outboxId}`
}
