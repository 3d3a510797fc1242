/**
 * A way in which clients ask: an operation on a table or an index with a normalised key condition, filter and projection. Requests
 * that differ in values alone are one pattern, and it counts what they came to.
 */
import { LogHistogram } from '../../base/log-histogram.ts'

/** Names as they are, `?` for values. What a pattern does not say is undefined. */
export interface PatternClauseTexts {
  readonly keyCondition?: string | undefined
  readonly filter?: string | undefined
  readonly projection?: string | undefined
  readonly condition?: string | undefined
  readonly update?: string | undefined
  /** Of PartiQL. */
  readonly statement?: string | undefined
  /** What a batch or a transaction is made of, each kind of member once. */
  readonly members?: readonly string[] | undefined
}

export interface PatternName {
  readonly operation: string
  readonly region: string
  /** The table's, or of several tables the first one's; empty for what is left over of all tables. */
  readonly table: string
  /** Of all its tables. */
  readonly tableIds: readonly number[]
  readonly index: string | undefined
  readonly clauses: PatternClauseTexts
  /** Stands for all patterns of the operation and table, or of the operation, that there was no room for. */
  readonly isOther: boolean
}

/** The part of a RequestUsage that is counted. */
interface CountedUsage {
  readonly readUnits: number
  readonly writeUnits: number
  readonly evaluatedItems: number
  readonly returnedItems: number | undefined
  readonly continues: boolean
  readonly hasMore: boolean
  readonly refusedMembers: number
}

/** What became of a request: the part of an AnsweredRequest (metering/metrics/record-request.ts) that is counted. */
export interface AnsweredAccess {
  readonly usage: CountedUsage
  readonly latencyMs: number
  readonly error: { readonly exception: string } | 'fault' | undefined
}

/** What is counted of a pattern, in the order in which it is told. */
export const patternCounters = [
  'requests',
  'errors',
  'failedConditions',
  'throttled',
  'readUnits',
  'writeUnits',
  'evaluatedItems',
  'returnedItems',
  'answeredWithMore',
  'continued',
] as const

export class AccessPattern {
  /** Unique as long as the process lives. */
  readonly id: number
  readonly name: PatternName
  requests = 0
  /** Requests that were answered with an error; among them conditions that failed. */
  errors = 0
  failedConditions = 0
  /** Requests of which something was, or in observe mode would have been, refused. */
  throttled = 0
  readUnits = 0
  writeUnits = 0
  evaluatedItems = 0
  returnedItems = 0
  /** Pages that were not the last one, and requests that went on behind a page. */
  answeredWithMore = 0
  continued = 0
  /** In milliseconds. */
  readonly latency: LogHistogram = new LogHistogram()
  /** Times of the clock; zero before the first request. */
  firstMs = 0
  lastMs = 0

  constructor(id: number, name: PatternName) {
    this.id = id
    this.name = name
  }

  count({ usage, latencyMs, error }: AnsweredAccess, nowMs: number): void {
    if (this.requests === 0) this.firstMs = nowMs
    this.lastMs = nowMs
    this.requests += 1
    if (error !== undefined) this.errors += 1
    if (error !== undefined && error !== 'fault' && error.exception === 'ConditionalCheckFailedException') this.failedConditions += 1
    if (usage.refusedMembers > 0) this.throttled += 1
    this.readUnits += usage.readUnits
    this.writeUnits += usage.writeUnits
    this.evaluatedItems += usage.evaluatedItems
    this.returnedItems += usage.returnedItems ?? 0
    if (usage.hasMore) this.answeredWithMore += 1
    if (usage.continues) this.continued += 1
    this.latency.add(latencyMs)
  }

  /** The same pattern as another node met it: counts and latencies are added up, and so exact. */
  add(other: AccessPattern): void {
    if (other.requests === 0) return
    this.firstMs = this.requests === 0 ? other.firstMs : Math.min(this.firstMs, other.firstMs)
    this.lastMs = Math.max(this.lastMs, other.lastMs)
    for (const name of patternCounters) this[name] += other[name]
    this.latency.addAll(other.latency)
  }
}
