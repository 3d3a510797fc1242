/** One call of another service's operation, followed until it can be told of. */

import { stopwatchMs } from '../../base/clock.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Caller } from '../../policies/caller.ts'
import type { AnyAnswer } from '../../protocols/service-answer.ts'
import type { ServiceContract } from '../../protocols/service-contract.ts'
import type { CallObserver } from '../../services/answer-request.ts'
import type { RequestListener, RequestRecord } from '../request-record.ts'
import { noteRecord } from '../requests/note-answered.ts'
import { type Sender, senderOf, toldOf } from '../requests/noted-request.ts'
import type { RequestFeed } from '../requests/request-feed.ts'
import { withoutValues } from './without-values.ts'

export interface AskedCall {
  readonly engine: MeteredEngine
  readonly caller: Caller
  readonly service: string
  readonly sender: Sender
}

/** What CloudTrail takes for data events of services other than DynamoDB. */
const dataOperations: ReadonlySet<string> = new Set(['GetMetricData', 'PutMetricData'])
const reading = /^(Describe|Get|List|Lookup|Simulate)/

interface Began {
  readonly contract: ServiceContract
  readonly operation: string
  readonly raw: unknown
}

export interface HeardBy {
  readonly listener?: RequestListener | undefined
  readonly feed: RequestFeed
}

export class HeardCall implements CallObserver {
  readonly #by: HeardBy
  readonly #asked: AskedCall
  readonly #startMs = stopwatchMs()
  #began: Began | undefined
  #isRefused = false
  #output: unknown
  #error: unknown

  constructor(by: HeardBy, asked: AskedCall) {
    this.#by = by
    this.#asked = asked
  }

  began(contract: ServiceContract, operation: string, raw: unknown): Promise<void> | undefined {
    this.#began = { contract, operation, raw }
    const { listener } = this.#by
    if (listener?.wants(kindOf(operation)) !== true) return undefined
    return listener.ready()?.catch((error: unknown) => {
      this.#isRefused = true
      throw error
    })
  }

  done(output: unknown): void {
    this.#output = output
  }

  failed(error: unknown): void {
    this.#error = error
  }

  /** Resolves when it is kept, if it is to be. */
  async tell({ status, headers }: AnyAnswer): Promise<void> {
    const began = this.#began
    // What named no operation did nothing, and nobody may want to know.
    const { listener, feed } = this.#by
    if (began === undefined || (listener === undefined && !feed.isWanted)) return
    const record = this.#record(began, headers['x-amzn-RequestId'] ?? '')
    noteRecord(feed, record, status)
    // What the listener refused it knows.
    if (listener === undefined || this.#isRefused) return
    const isDenied = record.error?.exception === 'AccessDeniedException'
    if (isDenied || listener.wants(record.kind)) await listener.heard(record)
  }

  #record({ contract, operation, raw }: Began, requestId: string): RequestRecord {
    const { engine, caller, service, sender } = this.#asked
    const isRead = reading.test(operation)
    return {
      ...senderOf(sender),
      timeMs: engine.clock.now(),
      durationMs: stopwatchMs() - this.#startMs,
      requestId,
      service,
      apiVersion: contract.apiVersion,
      operation,
      kind: kindOf(operation),
      isRead,
      caller,
      region: engine.region,
      resources: [],
      parameters: withoutValues(contract.shapes, `${operation}Input`, raw),
      response: isRead ? undefined : withoutValues(contract.shapes, `${operation}Output`, this.#output),
      error: this.#error === undefined ? undefined : toldOf(this.#error, { isForItems: false }),
    }
  }
}

function kindOf(operation: string): RequestRecord['kind'] {
  return dataOperations.has(operation) ? 'data' : 'management'
}
