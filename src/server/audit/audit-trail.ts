/**
 * The audit trail: a line for each request that must be in it, kept for good before the answer leaves. Lines of requests that end at the
 * same time are kept together. While it can't be written nothing is done that would have to be in it, and lines of what was done
 * meanwhile are kept in memory and written first.
 */
import { ServiceError } from '../../api/errors.ts'
import type { Log } from '../../base/log.ts'
import { type Random, uuid } from '../../base/random.ts'
import type { RequestListener, RequestRecord } from '../request-record.ts'
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
  readonly #random: Random
  readonly #log: Log
  /** What comes while another batch is being kept. */
  #collecting: Batch | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Of batches that were not kept. */
  #unwritten = ''
  #trouble: string | undefined

  constructor({ sink, includesData }: AuditOptions, random: Random, log: Log) {
    this.#sink = sink
    this.#includesData = includesData
    this.#random = random
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
    const line = trailLine(record, uuid(this.#random))
    const isDone = record.error === undefined
    const what = isDone ? 'What was asked for is done' : 'What was asked for was refused'
    return this.#keep(line, isDone, `${what}, but the audit trail cannot be written`)
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
