/**
 * What one event source mapping does: it reads on, has its function invoked for what is due, and moves its positions behind what is done. It
 * works in passes, which a job asks for and every answer that comes; what a pass does follows from what is in memory, the store and the
 * clock (lane.ts decides), so that a pass may be done again and a process may end at any moment.
 */

import { streamArn } from '../../../api/table-name.ts'
import { uuid } from '../../../base/random.ts'
import { LeasedConsumer } from '../../../engine/consumers/step-consumer.ts'
import { ConsumerMoved, type Move, type StreamConsumer } from '../../../engine/consumers/stream-consumer.ts'
import { LeaseLost } from '../../../engine/nodes/under-lease.ts'
import { shardIdOf } from '../../../engine/schema/stream.ts'
import { sequenceNumber } from '../../../engine/streams/sequence-number.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { compileEventPattern, type EventTest } from '../../../patterns/event-pattern.ts'
import type { Guard, WriteTurn } from '../../../storage/store.ts'
import { functionArn } from '../contract/function-name.ts'
import { invocationsMax, passesMax, retentionMs } from '../contract/limits.ts'
import { invokeFunction } from '../functions.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { lastResultKey, windowKey } from '../records/lambda-keys.ts'
import { consumerIdOf, type Mapping } from '../records/mapping.ts'
import { batchEvent } from './batch-event.ts'
import { deliverFailure } from './deliver-failure.ts'
import { judgeResult } from './judge-result.ts'
import {
  type Afterwards,
  afterFailedDelivery,
  afterGivingUp,
  afterInvocation,
  decideLane,
  type GivenUp,
  type Lane,
  type LaneDecision,
} from './lane.ts'
import { countEvents, noteIteratorAge } from './mapping-metrics.ts'
import { readShards } from './read-shards.ts'
import type { PlacedRecord, ShardWork } from './shard-work.ts'

/** Something that was waited for has ended: what becomes of its lane. */
interface Ended {
  readonly work: ShardWork
  readonly lane: number
  after(state: Lane): Afterwards
  readonly result?: string
}

export class MappingPump {
  readonly #context: LambdaContext
  readonly #engine: MeteredEngine
  readonly #uuid: string
  readonly #leased: LeasedConsumer
  readonly #jobName: string
  #lease: Guard | undefined
  #works = new Map<number, ShardWork>()
  /** As it was when what is in memory began. */
  #mapping: Mapping | undefined
  #filters: readonly EventTest[] = []
  #ended: Ended[] = []
  #underWay = 0
  /** Another one whenever what was under way is nobody's any more. */
  #generation = 0
  #running: Promise<boolean> | undefined
  #isAskedAgain = false
  #lastResult: string | undefined
  #storedResult: string | undefined
  #restWaiters: (() => void)[] = []

  /** `engine`: of the region that keeps the stream. */
  constructor(context: LambdaContext, engine: MeteredEngine, mappingId: string, jobName: string) {
    this.#context = context
    this.#engine = engine
    this.#uuid = mappingId
    this.#jobName = jobName
    this.#leased = new LeasedConsumer(engine, consumerIdOf(mappingId))
  }

  /** Nothing is under way, and no pass is. */
  get isAtRest(): boolean {
    return this.#underWay === 0 && this.#running === undefined
  }

  /**
   * Passes until there is nothing to do but wait, or many of them. Resolves with whether there may be more; rejects when one of them fails,
   * which is tried again the next time.
   */
  step(lease: Guard | undefined): Promise<boolean> {
    this.#lease = lease
    return this.#ask()
  }

  /** Resolves when it is at rest, or has been told to give up waiting. */
  rest(): Promise<void> {
    return this.isAtRest ? Promise.resolve() : new Promise((resolve) => this.#restWaiters.push(resolve))
  }

  /** What is under way is nobody's any more, and what is in memory is read again. */
  abandon(): void {
    this.#generation += 1
    this.#underWay = 0
    this.#ended = []
    this.#works = new Map()
    this.#mapping = undefined
    this.#leased.forget()
    this.#noteRest()
  }

  #ask(): Promise<boolean> {
    if (this.#running !== undefined) {
      this.#isAskedAgain = true
      return this.#running
    }
    this.#running = this.#passes().finally(() => {
      this.#running = undefined
      // What ended when the last pass had just looked is nobody else's to take.
      if (this.#ended.length > 0 && this.#isOurs()) this.#ask().catch(() => {})
      else this.#noteRest()
    })
    return this.#running
  }

  async #passes(): Promise<boolean> {
    try {
      for (let count = 0; count < passesMax; count += 1) {
        this.#isAskedAgain = false
        const hasDone = await this.#pass()
        if (!hasDone && !this.#isAskedAgain) return false
      }
      return true
    } catch (error) {
      if (error instanceof ConsumerMoved || error instanceof LeaseLost) this.abandon()
      throw error
    }
  }

  /** Resolves with whether anything was done, so that there may be more to do. */
  async #pass(): Promise<boolean> {
    const mapping = this.#context.records.mapping(this.#uuid)
    const hasEnded = this.#takeEnded()
    if (mapping === undefined) return hasEnded
    if (this.#mapping !== mapping && this.#underWay === 0) await this.#beginWith(mapping)
    const consumer = await this.#leased.at(this.#lease)
    const isPolled = this.#mapping === mapping && mapping.state === 'Enabled'
    if (consumer === undefined) return hasEnded
    const hasRead = isPolled && (await readShards(this.#reading(mapping), consumer))
    const hasBegun = isPolled && this.#begin(mapping)
    const hasMoved = await this.#move(consumer)
    await consumer.forgetShards()
    return hasEnded || hasRead || hasBegun || hasMoved
  }

  /** With a mapping that is another than before: what was read is read again. */
  async #beginWith(mapping: Mapping): Promise<void> {
    const consumer = await this.#leased.at(this.#lease)
    if (consumer !== undefined) await this.#move(consumer)
    this.#works = new Map()
    this.#filters = mapping.settings.filters.map(compileEventPattern)
    this.#mapping = mapping
  }

  #reading(mapping: Mapping) {
    return { engine: this.#engine, mapping, streamArn: this.#streamArn(mapping), filters: this.#filters, works: this.#works }
  }

  #streamArn({ region, tableName, label }: Mapping): string {
    return streamArn({ region, account: this.#engine.account, tableName }, label)
  }

  #takeEnded(): boolean {
    const ended = this.#ended
    this.#ended = []
    for (const { work, lane, after, result } of ended) {
      const { lane: state, doneCount } = after(work.state(lane))
      work.keep(lane, state)
      work.lanes.done(lane, doneCount)
      work.end(lane)
      if (result !== undefined) this.#lastResult = result
    }
    return ended.length > 0
  }

  /** Begins what is due in all lanes. */
  #begin(mapping: Mapping): boolean {
    let hasBegun = false
    const nowMs = this.#engine.clock.now()
    for (const work of this.#works.values()) {
      for (const lane of work.freeLanes()) {
        if (this.#underWay >= invocationsMax) return hasBegun
        const records = work.lanes.first(lane, mapping.settings.batchSize)
        const view = { records, isEnd: work.lanes.read.isEnd, nowMs }
        const { lane: state, decision } = decideLane(work.state(lane), view, mapping.settings)
        work.keep(lane, state)
        if (decision.kind === 'nothing' || decision.kind === 'wait') continue
        hasBegun = true
        const place = { mapping, work, lane, records: records.slice(0, decision.count) }
        if (decision.kind === 'invoke') this.#invoke(place, decision)
        else this.#giveUp(place, decision.givenUp)
      }
    }
    return hasBegun
  }

  #invoke(place: Place, { window }: Extract<LaneDecision, { readonly kind: 'invoke' }>): void {
    const { mapping, work, records } = place
    const { functionName: name, qualifier, region, settings } = mapping
    const sequenceNumbers = records.map(({ number }) => sequenceNumber(number))
    const payload = batchEvent(records, window, { shardId: shardIdOf(work.shard), streamArn: this.#streamArn(mapping) })
    const requestId = uuid(this.#engine.random)
    countEvents(this.#engine, mapping, 'invoked', records.length)
    this.#follow(place, async () => {
      const result = await invokeFunction({ ...this.#context, engine: this.#engine }, { name, qualifier, payload, requestId, region })
      const outcome = judgeResult(result, { settings, sequenceNumbers, window })
      const last = records.at(-1)
      if (last !== undefined) noteIteratorAge(this.#engine, mapping, last.creationMs)
      if (outcome.kind === 'failed') countEvents(this.#engine, mapping, 'failed', records.length - outcome.from)
      const nowMs = this.#engine.clock.now()
      const chance = chanceOf(this.#engine)
      return {
        result:
          outcome.kind === 'done' ? 'OK' : outcome.kind === 'failed' ? 'PROBLEM: Function call failed' : `PROBLEM: ${refusalOf(result)}`,
        after: (state) => afterInvocation(state, outcome, settings, { nowMs, chance, window }),
      }
    })
  }

  #giveUp(place: Place, givenUp: GivenUp): void {
    const { mapping, work, records } = place
    const { failureDestination } = mapping.settings
    countEvents(this.#engine, mapping, 'dropped', records.length)
    this.#follow(place, async () => {
      if (failureDestination === undefined || records.length === 0) return { after: afterGivingUp }
      const nowMs = this.#engine.clock.now()
      const { account } = this.#engine
      const failure = {
        requestId: uuid(this.#engine.random),
        functionArn: functionArn({ region: mapping.region, account }, { name: mapping.functionName, qualifier: mapping.qualifier }),
        mappingId: mapping.uuid,
        shardId: shardIdOf(work.shard),
        streamArn: this.#streamArn(mapping),
        records,
        givenUp,
        nowMs,
      }
      try {
        await deliverFailure(this.#engine, this.#context.functions, failureDestination, failure)
        countEvents(this.#engine, mapping, 'delivered', records.length)
        return { after: afterGivingUp }
      } catch {
        const chance = chanceOf(this.#engine)
        const last = records.at(-1)
        // Nobody is told of what left the stream a day ago: what is behind it goes on.
        if (last !== undefined && nowMs - last.creationMs > 2 * retentionMs) return { after: afterGivingUp }
        return {
          result: 'PROBLEM: The failure destination cannot be reached',
          after: (state) => ({ lane: afterFailedDelivery(state, { nowMs, chance }), doneCount: 0 }),
        }
      }
    })
  }

  /** What is waited for, until it has ended. `wait` never rejects. */
  #follow({ work, lane }: Place, wait: () => Promise<Pick<Ended, 'after' | 'result'>>): void {
    const generation = this.#generation
    work.begin(lane)
    this.#underWay += 1
    void wait().then((ended) => {
      if (generation !== this.#generation) return
      this.#underWay -= 1
      this.#ended.push({ work, lane, ...ended })
      if (this.#isOurs()) this.#ask().catch(() => {})
      else this.#noteRest()
    })
  }

  /** What ended is followed by the next step only, if another node does the job by now. */
  #isOurs(): boolean {
    const { leases } = this.#engine
    return leases === undefined || leases.of(this.#jobName)?.value === this.#lease?.value
  }

  /** Positions, windows and how the last batch ended, in one turn. Resolves with whether anything was another. */
  async #move(consumer: StreamConsumer): Promise<boolean> {
    const works = [...this.#works.values()]
    const moves: Move[] = works.flatMap((work) => {
      const { number: shardNumber } = work.shard
      const { position: to } = work
      const from = consumer.positionOf(shardNumber)
      return from.next === to.next && from.isEnd === to.isEnd ? [] : [{ shardNumber, to }]
    })
    const windows = works.flatMap((work) => (work.window === work.storedWindow ? [] : [{ work, window: work.window }]))
    const result = this.#lastResult
    if (moves.length === 0 && windows.length === 0 && result === this.#storedResult) return false
    await consumer.move(moves, {
      put: (turn: WriteTurn) => {
        if (result !== undefined) turn.put(lastResultKey(this.#uuid), result)
        for (const { work, window } of windows) {
          const key = windowKey(this.#uuid, work.shard.number)
          if (window === undefined) turn.delete(key)
          else turn.put(key, window)
        }
      },
    })
    this.#storedResult = result
    for (const { work, window } of windows) work.storedWindow = window
    for (const { shardNumber, to } of moves) if (to.isEnd) this.#works.delete(shardNumber)
    return moves.length > 0
  }

  #noteRest(): void {
    if (!this.isAtRest) return
    for (const resolve of this.#restWaiters.splice(0)) resolve()
  }
}

interface Place {
  readonly mapping: Mapping
  readonly work: ShardWork
  readonly lane: number
  readonly records: readonly PlacedRecord[]
}

/** From 0 to 1. */
function chanceOf({ random }: MeteredEngine): number {
  return (random.bytes(1)[0] ?? 0) / 256
}

function refusalOf(result: { readonly kind: string; readonly reason?: string }): string {
  return result.kind === 'throttled' ? 'Function call was throttled' : (result.reason ?? 'Function call failed')
}
