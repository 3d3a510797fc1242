/** What becomes known of a request of DynamoDB's while it is answered. Of other services the same becomes known in ask-wing.ts. */
import { ClientError } from '../../api/client-error.ts'
import type { Operation, OperationName } from '../../api/operations.ts'
import { stopwatchMs } from '../../base/clock.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Caller } from '../../policies/caller.ts'
import type { ServiceRequest } from '../../protocols/service-request.ts'
import type { FacedFaults } from '../faults/faced-faults.ts'
import type { RequestRecord } from '../request-record.ts'

/** Filled in as it becomes known: everybody who follows what is asked goes by it. What has no caller was not let in, and is nobody's request. */
export class NotedRequest {
  readonly request: ServiceRequest
  readonly requestId: string
  readonly startMs: number = stopwatchMs()
  /** The same by the stopwatch of the advisor, if there is one. */
  heardFromMs = 0
  operation: Operation | undefined = undefined
  /** Of the region that it is for, as soon as that is known. */
  engine: MeteredEngine
  caller: Caller | undefined = undefined
  input: unknown = undefined
  output: unknown = undefined
  error: unknown = undefined
  /** Of the last time that it was asked. */
  usage: RequestUsage
  /** Undefined when there are none to meet. */
  faults: FacedFaults | undefined = undefined
  /** Whoever listens has refused it, and knows. */
  isRefused = false

  constructor(request: ServiceRequest, requestId: string, engine: MeteredEngine) {
    this.request = request
    this.requestId = requestId
    this.engine = engine
    this.usage = new RequestUsage(request.isWanted)
  }

  get durationMs(): number {
    return stopwatchMs() - this.startMs
  }
}

const dataTiers: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ', 'VS'])
/** Of streams; the others that tell of streams manage. */
const recordReads: ReadonlySet<OperationName> = new Set(['GetRecords', 'GetShardIterator'])

export function kindOf({ name, tier }: Operation): RequestRecord['kind'] {
  return dataTiers.has(tier) || recordReads.has(name) ? 'data' : 'management'
}

export type Sender = Pick<ServiceRequest, 'headers' | 'remoteAddress' | 'isEncrypted'>

type SenderFacts = Pick<RequestRecord, 'sourceAddress' | 'userAgent' | 'isEncrypted' | 'host'>

export function senderOf({ headers, remoteAddress, isEncrypted = false }: Sender): SenderFacts {
  return { sourceAddress: remoteAddress, userAgent: programOf(headers), isEncrypted, host: textOf(headers.host) }
}

/** Exceptions whose messages may repeat what a request holds. */
const repeating: ReadonlySet<string> = new Set(['SerializationException', 'ValidationException'])
const messageNotKept = '(not kept, as it may tell what items hold)'

/**
 * A fault of ours is told without its reason, as clients are told of it. `isForItems`: of a request that reads or writes items, what may
 * repeat their values is left out.
 */
export function toldOf(error: unknown, { isForItems }: { readonly isForItems: boolean }): NonNullable<RequestRecord['error']> {
  if (!(error instanceof ClientError)) return { exception: 'InternalFailure', message: 'An unknown error occurred' }
  const { exception, message } = error
  return { exception, message: isForItems && repeating.has(exception) ? messageNotKept : message }
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}

/** Which program asks. In a browser it may name itself in no other header than that of AWS's clients. */
function programOf(headers: Sender['headers']): string | undefined {
  const agent = textOf(headers['user-agent'])
  return agent?.startsWith('Mozilla/') === true ? (textOf(headers['x-amz-user-agent']) ?? agent) : agent
}
