/**
 * Several nodes over one store in one process: each with a clock of its own, each seeing the store through a network of its own, with
 * everything that the contract of a store allows to be in a node's way. Nodes die in the middle of what they do and are started anew.
 */
import assert from 'node:assert/strict'
import { AssertionFailure } from '../../src/base/assert.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { beatEveryMs } from '../../src/engine/limits.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { resetTables } from '../../src/server/control/reset-tables.ts'
import { regionalEngine } from '../../src/server/control/table-statistics.ts'
import { openService, type Service } from '../../src/server/start.ts'
import { openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { type Store, StoreUnavailable, ViewEnded } from '../../src/storage/store.ts'
import type { Choices } from '../fuzz/choices.ts'
import { checkAnswer, type Reply } from '../harness/check-answer.ts'
import { repeatingStore } from '../harness/repeating-store.ts'
import { targetFor } from '../harness/target-for.ts'
import type { Requests } from './agree-on-metrics.ts'
import { NodeStore } from './node-store.ts'
import type { Schedule } from './schedule.ts'

/** 2026-11-22T10:00:00Z. */
export const startMs = 1_795_341_600_000
export const tableStateDelayMs = 2000
/** A turn of the simulation on the clock that nobody sees: a node beats every eighty, and is dead to the others after two hundred. */
const turnMs = 25
const beatsToSettle = 5
const homeRegion = 'us-east-1'
const jsonType = 'application/x-amz-json-1.0'
const targets: { readonly [service: string]: string } = {
  cloudwatch: 'GraniteServiceVersion20100801',
  'auto-scaling': 'AnyScaleFrontendService',
}

export interface ClusterOptions {
  readonly schedule: Schedule
  readonly choices: Choices
  readonly seed: number
  readonly nodes: number
  readonly shared: Store
  /** Whether nodes meet anything but delays. */
  readonly hasFaults: boolean
  /** Hears of everything that is asked and answered. */
  readonly tell?: ((line: string) => void) | undefined
}

/** What came of a request; undefined: its node died, or failed in a way that it was allowed to, and nobody knows. */
export type Outcome = Reply | undefined

export class Node {
  readonly clock: ManualClock
  readonly service: Service
  readonly #store: NodeStore
  readonly #death: { readonly done: Promise<undefined>; readonly now: () => void }

  constructor(parts: { readonly clock: ManualClock; readonly service: Service; readonly store: NodeStore }) {
    this.clock = parts.clock
    this.service = parts.service
    this.#store = parts.store
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#death = { done: promise, now: () => resolve(undefined) }
  }

  get engine(): MeteredEngine {
    return this.service.controlContext.engine
  }

  die(): void {
    this.#store.die()
    this.#death.now()
  }

  /** Resolves with undefined when the node dies before. */
  async whileAlive<T>(act: Promise<T>): Promise<T | undefined> {
    return await Promise.race([act, this.#death.done])
  }
}

export class Cluster {
  readonly schedule: Schedule
  readonly #options: ClusterOptions
  readonly #clocks: readonly ManualClock[]
  readonly #nodes: (Node | undefined)[]
  readonly #asked: Counts = new Map()
  readonly #succeeded: Counts = new Map()
  #lives = 0
  /** Whether nodes meet anything but delays just now. */
  isDisturbed: boolean
  /** Whether nodes know that the store is shared, and share the jobs; otherwise each does all of them. */
  readonly hasLeases: boolean
  /** Whether each region has its own tables. */
  readonly isIsolated: boolean
  /** Whether nodes ever meet anything but delays. */
  readonly hasFaults: boolean
  /** How far the clocks that nobody sees are ahead of the turns that have gone by. */
  #steadyAheadMs = 0
  /** Whether nodes let global indexes lag, each time for another while. */
  readonly hasLag: boolean

  constructor(options: ClusterOptions) {
    this.#options = options
    this.isDisturbed = options.hasFaults
    this.schedule = options.schedule
    this.#clocks = Array.from({ length: options.nodes }, () => new ManualClock(startMs + options.choices.below(200)))
    this.#nodes = this.#clocks.map(() => undefined)
    this.hasFaults = options.hasFaults
    this.hasLag = options.choices.chance(35)
    this.isIsolated = options.choices.chance(50)
    // A single node that dies every few seconds would wait for its own leases most of the time.
    this.hasLeases = options.nodes > 1 && options.choices.chance(50)
  }

  get size(): number {
    return this.#nodes.length
  }

  /** In this order, whether their nodes are up or not. */
  get clocks(): readonly ManualClock[] {
    return this.#clocks
  }

  /** The time that the fastest clock shows. */
  get latestMs(): number {
    return Math.max(...this.#clocks.map((clock) => clock.now()))
  }

  /** All clocks show the same, so much later than the fastest did. */
  agreeOnTime(laterMs: number): void {
    const nowMs = this.latestMs + laterMs
    for (const clock of this.#clocks) clock.advance(nowMs - clock.now())
  }

  get up(): readonly Node[] {
    return this.#nodes.filter((node) => node !== undefined)
  }

  node(at: number): Node | undefined {
    return this.#nodes[at]
  }

  crash(at: number): void {
    this.#nodes[at]?.die()
    this.#nodes[at] = undefined
  }

  /** What the node asks, and what it is answered, comes a good while later. */
  freeze(at: number, turns: number): void {
    this.schedule.freeze((lane) => lane.includes(` node-${at}.`), turns)
  }

  /** Starts the node, after a crash or for the first time. */
  async start(at: number): Promise<void> {
    const { schedule, choices, seed, shared } = this.#options
    const clock = this.#clocks[at]
    assert.ok(clock !== undefined && this.#nodes[at] === undefined)
    this.#lives += 1
    const random = this.#unlessCalm(seededRandom(seed * 1000 + this.#lives))
    const store = new NodeStore(repeatingStore(shared, random), schedule, `node-${at}.${this.#lives}`)
    const disturbances = { random, repeatedLater: 40, guardsChanged: 12, viewsEnded: 3 }
    const disturbed = openFaultyStore({ open: () => store, nextFault: () => 'none', disturbances })
    const settings = this.drawSettings(choices)
    const service = await openedAtLast(() =>
      openService({
        storage: { kind: 'custom', open: () => disturbed, isShared: this.hasLeases },
        steadyClock: { now: () => schedule.now * turnMs + this.#steadyAheadMs },
        clock,
        random: seededRandom(seed * 2000 + this.#lives),
        // What is told without an error is news.
        log: (message, error) => error !== undefined && this.logged(message, error),
        jobs: 'manual',
        regions: this.isIsolated ? 'isolated' : 'shared',
        tableStateDelayMs,
        ...settings,
      }),
    )
    this.#nodes[at] = new Node({ clock, service, store })
  }

  /** Those that only say when something happens. */
  drawSettings(choices: Choices): {
    readonly indexLagMs: number
    readonly ttlSweepIntervalMs: number
    readonly shardRotationMs: number
  } {
    return {
      indexLagMs: this.hasLag ? choices.pick([0, 500, 5000]) : 0,
      ttlSweepIntervalMs: choices.pick([0, 1000, 60_000]),
      shardRotationMs: choices.pick([0, 0, 3_600_000]),
    }
  }

  /** Some node that is up. Waits for one if need be. */
  async any(choices: Choices): Promise<Node> {
    for (;;) {
      const { up } = this
      if (up.length > 0) return choices.pick(up)
      await this.schedule.turn('clients', 'no node is up')
    }
  }

  async ask(node: Node, operation: string, input: object, region: string = homeRegion): Promise<Outcome> {
    const headers = headersFor('dynamodb', jsonType, region)
    const request = { target: targetFor(operation), headers, body: Buffer.from(JSON.stringify(input)) }
    this.#told(node, operation, input)
    const tables = region === homeRegion ? tablesIn(input) : []
    count(this.#asked, tables, operation)
    const answer = await node.whileAlive(node.service.handle(request))
    this.#told(node, `${operation} answered`, answer?.body)
    if (answer === undefined) return undefined
    const reply = checkAnswer(operation, answer, jsonType)
    if (reply.status === 200) count(this.#succeeded, tables, operation)
    return reply.status >= 500 ? undefined : reply
  }

  /** Of this table at home, by their operation, since they were forgotten. */
  requestsOf(tableName: string): Requests {
    const none = new Map<string, number>()
    return { asked: this.#asked.get(tableName) ?? none, succeeded: this.#succeeded.get(tableName) ?? none }
  }

  forgetRequests(): void {
    this.#asked.clear()
    this.#succeeded.clear()
  }

  /** The same for services beside DynamoDB; a refusal is its exception alone. */
  async askService(node: Node, service: 'cloudwatch' | 'auto-scaling', operation: string, input: object): Promise<ServiceOutcome> {
    const contentType = service === 'cloudwatch' ? jsonType : 'application/x-amz-json-1.1'
    const signedFor = service === 'cloudwatch' ? 'monitoring' : 'application-autoscaling'
    const request = {
      target: `${targets[service]}.${operation}`,
      headers: headersFor(signedFor, contentType),
      body: Buffer.from(JSON.stringify(input)),
    }
    this.#told(node, operation, input)
    const answer = await node.whileAlive(node.service.handle(request))
    this.#told(node, `${operation} answered`, answer?.body)
    if (answer === undefined || answer.status >= 500) return undefined
    const body = answer.body.length === 0 ? {} : (JSON.parse(answer.body) as ServiceBody)
    return {
      isDone: answer.status === 200,
      body,
      exception:
        String(body.__type ?? '')
          .split('#')
          .at(-1) ?? '',
    }
  }

  /** Everything that is due on any node, when nothing is in the way any more. */
  async runAllJobs(): Promise<void> {
    // Leases of those who died come free, are given back, and are taken.
    for (let beat = 0; beat < (this.hasLeases ? beatsToSettle : 1); beat += 1) {
      this.#steadyAheadMs += beatEveryMs
      await Promise.all(this.up.map((node) => this.keepLeases(node)))
      await Promise.all(this.up.map((node) => this.runJobs(node)))
    }
  }

  async keepLeases(node: Node): Promise<void> {
    const keeping = node.service.beat().catch((error: unknown) => this.logged('leases', error))
    await node.whileAlive(keeping)
  }

  /** Everything that is due by the node's clock; what keeps it from ending is allowed to. */
  async runJobs(node: Node): Promise<void> {
    const running = node.service.control.runJobs().catch((error: unknown) => this.logged('jobs', error))
    await node.whileAlive(running)
  }

  /**
   * As control does it in a cluster for tests. The nodes are none: there the jobs of one node wait for those of all others, and here each
   * has its turns by the schedule.
   */
  async reset(node: Node, region: string, recreate: boolean): Promise<true | undefined> {
    const { engine } = node.service.controlContext
    const resetting = async (): Promise<true> => {
      await engine.store.get([])
      await resetTables([regionalEngine(engine, region)], { recreate })
      return true
    }
    return node.whileAlive(resetting().catch((error: unknown) => void this.logged('a reset', error)))
  }

  /** Nothing may go wrong but for what is in the way of the store. */
  logged(message: string, error: unknown): void {
    if (!isAllowed(error)) this.schedule.fail(new Error(`${message}: ${String(inspected(error))}`, { cause: error }))
  }

  #told(node: Node, operation: string, content: unknown): void {
    const { tell } = this.#options
    if (tell !== undefined)
      tell(
        `${this.schedule.now} node ${this.#nodes.indexOf(node)} at ${node.clock.now() - startMs} ms: ${operation} ${typeof content === 'string' ? content : JSON.stringify(content)}`,
      )
  }

  #unlessCalm(random: { bytes(length: number): Uint8Array }): { bytes(length: number): Uint8Array } {
    return { bytes: (length) => (this.isDisturbed ? random.bytes(length) : new Uint8Array(length).fill(255)) }
  }
}

/** Loads all code that is loaded when it is needed first, so that the first run of a process is like any other. */
export async function loadEverything(): Promise<void> {
  const service = await openService({ storage: { kind: 'memory' }, clock: new ManualClock(startMs), log: () => {}, jobs: 'manual' })
  for (const [signedFor, operation, contentType] of [
    ['monitoring', `${targets['cloudwatch']}.DescribeAlarms`, jsonType],
    ['application-autoscaling', `${targets['auto-scaling']}.DescribeScalableTargets`, 'application/x-amz-json-1.1'],
  ] as const) {
    await service.handle({
      target: operation,
      headers: headersFor(signedFor, contentType),
      body: Buffer.from('{"ServiceNamespace":"dynamodb"}'),
    })
  }
  await service.close()
}

type Counts = Map<string, Map<string, number>>

function count(counts: Counts, tables: readonly string[], operation: string): void {
  for (const table of tables) {
    const ofTable = counts.get(table) ?? new Map<string, number>()
    counts.set(table, ofTable.set(operation, (ofTable.get(operation) ?? 0) + 1))
  }
}

interface NamingTables {
  readonly TableName?: string
  readonly TransactItems?: readonly { readonly [action: string]: { readonly TableName: string } }[]
}

/** Of requests on items, whether alone or in a transaction. */
function tablesIn({ TableName, TransactItems = [] }: NamingTables): readonly string[] {
  const ofActions = TransactItems.flatMap((action) => Object.values(action).map((each) => each.TableName))
  return [...new Set([...(TableName === undefined ? [] : [TableName]), ...ofActions])]
}

interface ServiceBody {
  readonly [member: string]: unknown
}

export type ServiceOutcome = { readonly isDone: boolean; readonly body: ServiceBody; readonly exception: string } | undefined

/** A process that cannot open the store is started again. */
async function openedAtLast(open: () => Promise<Service>): Promise<Service> {
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!isAllowed(error)) throw error
    }
  }
}

/** The store was out of order, or a view ended before its reader. */
function isAllowed(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof ViewEnded) return true
  return error instanceof Error && error.cause !== undefined && isAllowed(error.cause)
}

function inspected(error: unknown): unknown {
  const inner = typeof error === 'object' && error !== null && 'error' in error ? error.error : error
  const details = inner instanceof AssertionFailure ? JSON.stringify(inner.context) : ''
  return inner instanceof Error ? `${inner.stack} ${details} ${inner.cause === undefined ? '' : inspected(inner.cause)}` : inner
}

function headersFor(service: string, contentType: string, region: string = homeRegion): { readonly [name: string]: string } {
  const scope = `test/20261122/${region}/${service}/aws4_request`
  return {
    'content-type': contentType,
    'x-amz-date': '20261122T100000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
  }
}
