/**
 * The wings of one open database: loaded and opened when the first request comes for them, or when there is something in the store
 * that they look after.
 */
import { assert } from '../base/assert.ts'
import type { Log } from '../base/log.ts'
import type { CarryOver } from '../engine/format/carry-over.ts'
import { type Job, stepFirst } from '../engine/jobs/run-due-jobs.ts'
import { versionKey } from '../engine/keyspace/keys.ts'
import { wholeView } from '../engine/records/whole-view.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { TableScaling } from '../metering/table-scaling.ts'
import type { Identities } from '../policies/identities.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { ProtocolRequest } from '../protocols/service-contract.ts'
import { type KeyRange, StoreDamaged } from '../storage/store.ts'
import type { Asked, AskedBy } from './answer-request.ts'
import { lookForRecordsEveryMs } from './limits.ts'
import { Records } from './records.ts'
import { services } from './services.ts'
import type { OpenWing, WingHouse, WingRow } from './wing.ts'

export interface WingsOptions {
  readonly engine: MeteredEngine
  readonly requestIds: RequestIds
  readonly log: Log
  /** The keys under which wings seal secrets (WingHouse). */
  readonly sealingKeys?: WingHouse['sealingKeys']
  /** Where policies decide who may do what (WingHouse). */
  readonly access?: WingHouse['access']
  /** The functions that wings may invoke (WingHouse). */
  readonly functions?: WingHouse['functions']
  /** Default: those of services.ts. */
  readonly rows?: readonly WingRow[]
}

/** The job as the schedule knows it. */
export const openServicesJob = 'open services'

export class Wings {
  readonly rows: readonly WingRow[]
  readonly records: Records
  /** For runDueJobs: those of the wings that are open by now, in the order of the table, behind the one that opens them. */
  readonly jobs: Iterable<Job>
  readonly #engine: MeteredEngine
  readonly #requestIds: RequestIds
  readonly #log: Log
  readonly #sealingKeys: WingHouse['sealingKeys']
  readonly #access: WingHouse['access']
  readonly #functions: WingHouse['functions']
  readonly #openJob: Job
  readonly #opening = new Map<WingRow, Promise<OpenWing>>()
  readonly #open = new Map<WingRow, OpenWing>()
  /** Those that have, or had, something in the store to look after. */
  readonly #needed = new Set<WingRow>()

  private constructor({ engine, requestIds, log, sealingKeys, access, functions, rows = services }: WingsOptions) {
    this.rows = rows
    this.records = new Records(engine.store)
    this.jobs = { [Symbol.iterator]: () => this.#jobsNow() }
    this.#openJob = { name: openServicesJob, isPerNode: true, step: (nowMs) => this.#openNeeded(nowMs) }
    this.#engine = engine
    this.#requestIds = requestIds
    this.#log = log
    this.#sealingKeys = sealingKeys
    this.#access = access
    this.#functions = functions
  }

  /** Looks which wings have something in the store, and loads none of them. */
  static async open(options: WingsOptions): Promise<Wings> {
    const wings = new Wings(options)
    const { schedule, clock } = options.engine
    options.engine.metering.scaling.lead(() => wings.#tableScaling())
    await wings.#lookForRecords(wings.rows)
    schedule.ran(wings.#openJob.name, clock.now())
    return wings
  }

  /** Never rejects, but when the code of a wing is not there. */
  async answer(row: WingRow, request: ProtocolRequest, by: AskedBy): Promise<AnyAnswer> {
    const { answerRequest } = await import('./answer-request.ts')
    return answerRequest(await this.#asked(row, request), by, () => this.#openWing(row))
  }

  /** The answer to a request that came no further than to `error`. Rejects like `answer`. */
  async refuse(row: WingRow, request: ProtocolRequest, error: unknown): Promise<AnyAnswer> {
    const { refuseRequest } = await import('./answer-request.ts')
    return refuseRequest(await this.#asked(row, request), error)
  }

  /** Whom the server knows, by the wing that keeps identities, which is opened for that. Rejects as that does. */
  async identities(): Promise<Identities> {
    const row = this.rows.find(({ keepsIdentities }) => keepsIdentities)
    const identities = row && (await this.#openWing(row)).identities
    assert(identities !== undefined, 'a server that asks who somebody is has a wing that knows it')
    return identities
  }

  /** What jobs of wings began and did not wait for: resolves when nothing of it is under way, with whether anything was. */
  async rest(): Promise<boolean> {
    const rested = await Promise.all([...this.#open.values()].map((open) => open.rest?.() ?? false))
    return rested.some((was) => was)
  }

  /** What is under way, in a few words each. */
  get underWay(): readonly string[] {
    return [...this.#open.values()].flatMap((open) => open.underWay?.() ?? [])
  }

  /** What scales tables, by the wing that does, which is opened for that. */
  async #tableScaling(): Promise<TableScaling | undefined> {
    const row = this.rows.find(({ scalesTables }) => scalesTables)
    return row && (await this.#openWing(row)).tableScaling?.()
  }

  /** After the last step, and before the engine. */
  async close(): Promise<void> {
    for (const opening of this.#opening.values()) await (await opening.catch(() => undefined))?.close?.()
  }

  async #asked(row: WingRow, request: ProtocolRequest): Promise<Asked> {
    return { wing: await row.load(), request, requestId: this.#requestIds.next(), log: this.#log }
  }

  *#jobsNow(): Generator<Job, void, undefined> {
    yield this.#openJob
    for (const row of this.rows) yield* this.#open.get(row)?.jobs ?? []
  }

  /** Those that it opens have the first step of their jobs in the same round. */
  async #openNeeded(nowMs: number): Promise<false> {
    if (this.#engine.schedule.isDue(this.#openJob.name, nowMs, lookForRecordsEveryMs)) await this.#lookAgain(nowMs)
    await stepFirst(this.#needed, async (row) => {
      if (!this.#open.has(row)) await this.#openWing(row)
      return false
    })
    return false
  }

  /** Other processes put records there, too. */
  async #lookAgain(nowMs: number): Promise<void> {
    const { store, schedule } = this.#engine
    const unopened = this.rows.filter((row) => !this.#needed.has(row) && !this.#open.has(row))
    const versioned = unopened.flatMap((row) => (row.recordsId === undefined ? [] : [{ row, key: versionKey(row.recordsId) }]))
    const versions = await store.get(versioned.map(({ key }) => key))
    await this.#lookForRecords(versioned.filter((_, at) => versions[at] !== undefined).map(({ row }) => row))
    schedule.ran(this.#openJob.name, nowMs)
  }

  async #lookForRecords(rows: readonly WingRow[]): Promise<void> {
    for (const row of rows) {
      const { records } = row
      if (records !== undefined && (await this.#isAnyIn(records))) this.#needed.add(row)
    }
  }

  /** A row that is damaged is one, too: the wing that it belongs to says so, and the others open. */
  async #isAnyIn(records: KeyRange): Promise<boolean> {
    try {
      const { entries } = await wholeView(this.#engine.store, async (view) => view.scan(records, { entries: 1, bytes: 1 }))
      return entries.length > 0
    } catch (error) {
      if (error instanceof StoreDamaged) return true
      throw error
    }
  }

  /** Once, unless it failed. Those that it uses are opened first. */
  async #openWing(row: WingRow): Promise<OpenWing> {
    for (const name of row.uses ?? []) {
      const used = this.rows.find((each) => each.name === name)
      if (used !== undefined) await this.#openWing(used)
    }
    let opening = this.#opening.get(row)
    if (opening === undefined) {
      opening = this.#loadAndOpen(row)
      this.#opening.set(row, opening)
      opening.catch(() => this.#opening.delete(row))
    }
    return opening
  }

  async #loadAndOpen(row: WingRow): Promise<OpenWing> {
    const wing = await row.load()
    const given = { sealingKeys: this.#sealingKeys, access: this.#access, functions: this.#functions }
    const open = await wing.open({ engine: this.#engine, records: this.records, ...given })
    this.#open.set(row, open)
    return open
  }
}

/** For openEngine, which asks for it when it opens what an older version wrote: only then is the code of the wings loaded before it is needed. */
export function carryOversOf(rows: readonly WingRow[] = services): readonly CarryOver[] {
  return rows.map(({ load }) => ({ carry: async (store) => (await load()).carryOver?.(store) }))
}
