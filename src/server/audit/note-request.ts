/**
 * What becomes known of a request of DynamoDB's while it is answered, and the record that it makes. Of other services the same becomes
 * known in ask-wing.ts.
 */
import { ClientError } from '../../api/client-error.ts'
import { ServiceError } from '../../api/errors.ts'
import type { Operation, OperationName } from '../../api/operations.ts'
import { shapes } from '../../api/shapes.ts'
import { stopwatchMs } from '../../base/clock.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import type { Caller } from '../../policies/caller.ts'
import type { ServiceRequest } from '../../protocols/service-request.ts'
import type { RequestRecord } from '../request-record.ts'
import { withoutValues } from './without-values.ts'

/** Filled in as it becomes known: everybody who follows what is asked goes by it. What has no caller was not let in, and is nobody's request. */
export class NotedRequest {
  readonly request: ServiceRequest
  readonly requestId: string
  readonly startMs: number = stopwatchMs()
  operation: Operation | undefined = undefined
  /** Of the region that it is for, as soon as that is known. */
  engine: MeteredEngine
  caller: Caller | undefined = undefined
  input: unknown = undefined
  output: unknown = undefined
  error: unknown = undefined
  /** Of the last time that it was asked. */
  usage: RequestUsage
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

const apiVersion = '2012-08-10'
const dataTiers: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ', 'VS'])
/** Of streams; the others that tell of streams manage. */
const recordReads: ReadonlySet<OperationName> = new Set(['GetRecords', 'GetShardIterator'])

export function kindOf({ name, tier }: Operation): RequestRecord['kind'] {
  return dataTiers.has(tier) || recordReads.has(name) ? 'data' : 'management'
}

/** Undefined for what was refused before it was known who asks for what. */
export function recordOf(noted: NotedRequest): RequestRecord | undefined {
  const { request, requestId, durationMs, operation, engine, caller, input, output, error } = noted
  if (operation === undefined || caller === undefined) return undefined
  const { name, access } = operation
  const kind = kindOf(operation)
  return {
    timeMs: engine.clock.now(),
    durationMs,
    requestId,
    ...senderOf(request),
    service: 'dynamodb',
    apiVersion,
    operation: name,
    kind,
    isRead: access === 'read',
    caller,
    region: engine.region,
    resources: input === undefined ? [] : resourcesOf(engine, name, input),
    parameters: withoutValues(shapes, `${name}Input`, input),
    response: kind === 'management' && access !== 'read' ? withoutValues(shapes, `${name}Output`, output) : undefined,
    error: error === undefined ? undefined : toldOf(error),
  }
}

export type Sender = Pick<ServiceRequest, 'headers' | 'remoteAddress' | 'isEncrypted'>

type SenderFacts = Pick<RequestRecord, 'sourceAddress' | 'userAgent' | 'isEncrypted' | 'host'>

export function senderOf({ headers, remoteAddress, isEncrypted = false }: Sender): SenderFacts {
  return { sourceAddress: remoteAddress, userAgent: textOf(headers['user-agent']), isEncrypted, host: textOf(headers.host) }
}

/** A fault of ours is told without its reason, as clients are told of it. */
export function toldOf(error: unknown): NonNullable<RequestRecord['error']> {
  if (error instanceof ClientError) return { exception: error.exception, message: error.message }
  return { exception: 'InternalFailure', message: 'An unknown error occurred' }
}

/** None of what is no request at all: a statement that is none, a name that is none. */
function resourcesOf(engine: MeteredEngine, name: OperationName, input: unknown): readonly string[] {
  const needsOf = accessNeeds[name] as ((engine: MeteredEngine, input: unknown) => readonly AccessNeed[]) | undefined
  try {
    const all = needsOf?.(engine, input).flatMap(({ service, resource }) => (service === undefined ? resource : [])) ?? []
    return [...new Set(all)].filter((resource) => resource !== '*')
  } catch (error) {
    if (error instanceof ServiceError) return []
    throw error
  }
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
