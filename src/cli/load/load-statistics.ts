/** What a run has met so far: counted as answers come, read once a second for the progress line and once at the end. */

import { LogHistogram } from '../../base/log-histogram.ts'
import { outcomeKindsMax } from '../limits.ts'
import { KeyCounts } from './key-counts.ts'
import type { LoadOperation, LoadRequest } from './request-maker.ts'
import { loadOperations } from './request-maker.ts'

export interface ThrottleReason {
  readonly reason: string
  readonly resource: string
}

/** How a request ended. A failure that never got an answer has the name of its network error, such as ECONNREFUSED. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly units: number }
  | { readonly kind: 'throttled'; readonly exception: string; readonly reasons: readonly ThrottleReason[] }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly answered: boolean; readonly mayPass: boolean }

export interface OperationCounts {
  /** Milliseconds, of what succeeded. */
  readonly latencies: LogHistogram
  requests: number
  succeeded: number
}

export interface ThrottleCount extends ThrottleReason {
  readonly exception: string
  count: number
}

export interface ErrorCount {
  readonly name: string
  /** Of the first of them. */
  readonly message: string
  count: number
}

export class LoadStatistics {
  readonly keys: KeyCounts = new KeyCounts()
  readonly operations: ReadonlyMap<LoadOperation, OperationCounts> = new Map(
    loadOperations.map((operation) => [operation, { latencies: new LogHistogram(), requests: 0, succeeded: 0 }]),
  )
  /** The same of all operations, since the last progress line. */
  readonly recent: LogHistogram = new LogHistogram()
  requests = 0
  succeeded = 0
  /** Requests that ended throttled. */
  throttled = 0
  failed = 0
  retries = 0
  /** Answers that were throttles, those that were tried again included. */
  throttles = 0
  readUnits = 0
  writeUnits = 0
  readonly #throttles = new Map<string, ThrottleCount>()
  readonly #errors = new Map<string, ErrorCount>()

  /** The request was answered, or will not be, after its last try. */
  addRequest({ operation, partitionKey }: LoadRequest, outcome: Outcome, latencyMs: number): void {
    const counts = this.operations.get(operation)
    if (counts === undefined) return
    this.requests += 1
    counts.requests += 1
    this.keys.addRequest(partitionKey)
    this.#addAnswer(partitionKey, outcome)
    this[outcome.kind] += 1
    if (outcome.kind !== 'succeeded') return
    counts.succeeded += 1
    counts.latencies.add(latencyMs)
    this.recent.add(latencyMs)
    if (operation === 'get' || operation === 'query') this.readUnits += outcome.units
    else this.writeUnits += outcome.units
  }

  /** A try that will be followed by another. */
  addRetry({ partitionKey }: LoadRequest, outcome: Outcome): void {
    this.retries += 1
    this.#addAnswer(partitionKey, outcome)
  }

  /** Most first. */
  throttleCounts(): readonly ThrottleCount[] {
    return [...this.#throttles.values()].sort((a, b) => b.count - a.count)
  }

  /** Most first. */
  errorCounts(): readonly ErrorCount[] {
    return [...this.#errors.values()].sort((a, b) => b.count - a.count)
  }

  #addAnswer(partitionKey: string, outcome: Outcome): void {
    if (outcome.kind === 'failed') {
      const { name, message } = outcome
      countOf(this.#errors, name, () => ({ name, message, count: 0 })).count += 1
    } else if (outcome.kind === 'throttled') {
      this.throttles += 1
      this.keys.addThrottle(partitionKey)
      const reasons = outcome.reasons.length === 0 ? [{ reason: '', resource: '' }] : outcome.reasons
      for (const { reason, resource } of reasons) {
        const { exception } = outcome
        const kind = `${exception} ${reason} ${resource}`
        countOf(this.#throttles, kind, () => ({ exception, reason, resource, count: 0 })).count += 1
      }
    }
  }
}

function countOf<T>(counts: Map<string, T>, kind: string, make: () => T): T {
  const known = counts.get(kind)
  if (known !== undefined) return known
  const made = make()
  if (counts.size < outcomeKindsMax) counts.set(kind, made)
  return made
}
