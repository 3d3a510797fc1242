/**
 * The audit trail: a line for each request that must be in it, kept for good before the answer leaves. Lines of requests that end at the
 * same time are kept together. While it can't be written nothing is done that would have to be in it, and lines of what was done
 * meanwhile are kept in memory and written first.
 */
import { ServiceError } from '../../api/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { uuid } from '../../base/random.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { refusedLinesEveryMs, refusedLinesMax } from '../limits.ts'
import type { RefusedRequest, RequestListener, RequestRecord } from '../request-record.ts'
import { refusedLine } from './refused-event.ts'
import { trailLine } from './trail-event.ts'

/** Where lines are kept. */
export interface AuditSink {
  /** Resolves when they are kept for good; rejects when none of them is. One call at a time. */
  append(lines: string): Promise<void>
}

export interface AuditOptions {
  readonly sink: AuditSink
  /** Whether requests for items are in it, too, and not only those that are refused. */
  readonly includesData: boolean
}

type TrailHome = Pick<MeteredEngine, 'account' | 'random' | 'region'> & { readonly clock: Clock }

/** Lines that are kept together, and what came of it: why they were not. */
interface Batch {
  lines: string
  /** Those of them that tell of something that was done. */
  doneLines: string
  trouble: Promise<string | undefined>
}

export class AuditTrail implements RequestListener {
  readonly #sink: AuditSink
  readonly #includesData: boolean
  readonly #engine: TrailHome
  readonly #log: Log
  /** What comes while another batch is being kept. */
  #collecting: Batch | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Of batches that were not kept. */
  #unwritten = ''
  #trouble: string | undefined
  /** Of the minute that began then, and before: requests that were not let in and have no line. */
  #refusals = { sinceMs: Number.NEGATIVE_INFINITY, told: 0, untold: 0 }

  constructor({ sink, includesData }: AuditOptions, engine: TrailHome, log: Log) {
    this.#sink = sink
    this.#includesData = includesData
    this.#engine = engine
    this.#log = log
  }

  wants(kind: RequestRecord['kind']): boolean {
    return kind === 'management' || this.#includesData
  }

  ready(): Promise<void> | undefined {
    if (this.#trouble === undefined) return undefined
    return this.#keep('', false, 'The audit trail cannot be written, and nothing is done meanwhile that must be in it')
  }

  heard(record: RequestRecord): Promise<void> {
    const line = trailLine(record, uuid(this.#engine.random))
    const isDone = record.error === undefined
    const what = isDone ? 'What was asked for is done' : 'What was asked for was refused'
    return this.#keep(line, isDone, `${what}, but the audit trail cannot be written`)
  }

  /**
   * A request that was not let in. Nobody waits for its line, and there are so many in a minute: the next one tells how many are missing.
   * While the trail can't be written they are not kept.
   */
  refused(request: RefusedRequest): void {
    const { clock, random } = this.#engine
    const nowMs = clock.now()
    const refusals = this.#refusals
    if (Math.abs(nowMs - refusals.sinceMs) >= refusedLinesEveryMs) this.#refusals = { sinceMs: nowMs, told: 0, untold: refusals.untold }
    if (this.#refusals.told >= refusedLinesMax || this.#trouble !== undefined) {
      this.#refusals.untold += 1
      return
    }
    const line = refusedLine(request, { ...this.#engine, timeMs: nowMs, eventId: uuid(random), untold: this.#refusals.untold })
    this.#refusals.told += 1
    this.#refusals.untold = 0
    // Why it could not be kept the log says.
    this.#keep(line, false, '').catch(() => {})
  }

  /** Rejects with a ServiceError that begins with `otherwise`. */
  async #keep(line: string, isDone: boolean, otherwise: string): Promise<void> {
    let batch = this.#collecting
    if (batch === undefined) {
      const next: Batch = { lines: '', doneLines: '', trouble: this.#last.then(() => this.#append(next)) }
      this.#last = next.trouble
      this.#collecting = next
      batch = next
    }
    batch.lines += line
    if (isDone) batch.doneLines += line
    const trouble = await batch.trouble
    if (trouble !== undefined) throw new ServiceError('ServiceUnavailable', `${otherwise}: ${trouble}`)
  }

  async #append(batch: Batch): Promise<string | undefined> {
    this.#collecting = undefined
    const before = this.#trouble
    try {
      await this.#sink.append(this.#unwritten + batch.lines)
      this.#unwritten = ''
      this.#trouble = undefined
      if (before !== undefined) this.#log('The audit trail is written again')
    } catch (error) {
      // What was refused may be asked for again without end.
      this.#unwritten += batch.doneLines
      this.#trouble = error instanceof Error ? error.message : String(error)
      if (before === undefined) this.#log(`The audit trail cannot be written, and nothing is done that must be in it: ${this.#trouble}`)
    }
    return this.#trouble
  }
}
