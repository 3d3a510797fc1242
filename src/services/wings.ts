/**
 * The wings of one open database: loaded and opened when the first request comes for them, or when there is something in the store
 * that they look after.
 */
import type { Log } from '../base/log.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { ProtocolRequest } from '../protocols/service-contract.ts'
import type { KeyRange } from '../storage/store.ts'
import type { Asked } from './answer-request.ts'
import { Records } from './records.ts'
import { services } from './services.ts'
import type { OpenWing, WingJob, WingRow } from './wing.ts'

export interface WingsOptions {
  readonly engine: MeteredEngine
  readonly requestIds: RequestIds
  readonly log: Log
  /** Default: those of services.ts. */
  readonly rows?: readonly WingRow[]
}

export class Wings {
  readonly rows: readonly WingRow[]
  readonly records: Records
  readonly #engine: MeteredEngine
  readonly #requestIds: RequestIds
  readonly #log: Log
  readonly #opening = new Map<WingRow, Promise<OpenWing>>()
  /** Those that are open or have something to look after, in the order of the table. */
  #working: readonly WingRow[]

  private constructor({ engine, requestIds, log }: WingsOptions, rows: readonly WingRow[], working: readonly WingRow[]) {
    this.rows = rows
    this.records = new Records(engine.store)
    this.#engine = engine
    this.#requestIds = requestIds
    this.#log = log
    this.#working = working
  }

  /** Looks which wings have something in the store, and loads none of them. */
  static async open(options: WingsOptions): Promise<Wings> {
    const { engine, rows = services } = options
    const working: WingRow[] = []
    for (const row of rows) if (row.records !== undefined && (await isAnything(engine, row.records))) working.push(row)
    return new Wings(options, rows, working)
  }

  /** `engine` is that of the region the request is signed for. Never rejects, but when the code of a wing is not there. */
  async answer(row: WingRow, request: ProtocolRequest, engine: MeteredEngine): Promise<AnyAnswer> {
    const { answerRequest } = await import('./answer-request.ts')
    return answerRequest(await this.#asked(row, request), engine, () => this.#openWing(row))
  }

  /** The answer to a request that came no further than to `error`. Rejects like `answer`. */
  async refuse(row: WingRow, request: ProtocolRequest, error: unknown): Promise<AnyAnswer> {
    const { refuseRequest } = await import('./answer-request.ts')
    return refuseRequest(await this.#asked(row, request), error)
  }

  /**
   * One step of every job of the wings that are open, those included that have had something in the store since the start. Resolves
   * with whether more is left. Rejects when a job failed, after all others had their step.
   */
  async step(): Promise<boolean> {
    let isMore = false
    const failures: unknown[] = []
    for (const row of this.#working) {
      try {
        const { jobs } = await this.#openWing(row)
        for (const job of jobs) if (await this.#stepOf(job, failures)) isMore = true
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return isMore
  }

  async #stepOf(job: WingJob, failures: unknown[]): Promise<boolean> {
    try {
      return await job.step(this.#engine.clock.now())
    } catch (error) {
      failures.push(new Error(`The job ${job.name} failed`, { cause: error }))
      return false
    }
  }

  /** After the last step, and before the engine. */
  async close(): Promise<void> {
    for (const opening of this.#opening.values()) await (await opening.catch(() => undefined))?.close?.()
  }

  async #asked(row: WingRow, request: ProtocolRequest): Promise<Asked> {
    return { wing: await row.load(), request, requestId: this.#requestIds.next(), log: this.#log }
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
      this.#working = this.rows.filter((each) => each === row || this.#working.includes(each))
    }
    return opening
  }

  async #loadAndOpen(row: WingRow): Promise<OpenWing> {
    const wing = await row.load()
    return wing.open({ engine: this.#engine, records: this.records })
  }
}

async function isAnything({ store }: MeteredEngine, range: KeyRange): Promise<boolean> {
  using snapshot = store.snapshot()
  return (await snapshot.scan(range, { entries: 1, bytes: 1 })).entries.length > 0
}
