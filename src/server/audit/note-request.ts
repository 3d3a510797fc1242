/**
 * What becomes known of a request of DynamoDB's while it is answered, and the record that it makes. Of other services the same becomes
 * known in ask-wing.ts.
 */
import { ClientError } from '../../api/client-error.ts'
import { ServiceError } from '../../api/errors.ts'
import type { Operation, OperationName } from '../../api/operations.ts'
import { shapes } from '../../api/shapes.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import type { Caller } from '../../policies/caller.ts'
import type { ServiceRequest } from '../../protocols/service-request.ts'
import type { RequestRecord } from '../request-record.ts'
import { withoutValues } from './without-values.ts'

/** Filled in as it becomes known. What has no caller was not let in, and is nobody's request. */
export interface NotedRequest {
  operation?: Operation
  engine?: MeteredEngine
  caller?: Caller
  input?: unknown
  output?: unknown
  error?: unknown
  /** Whoever listens has refused it, and knows. */
  isRefused?: boolean
}

const apiVersion = '2012-08-10'
const dataTiers: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ', 'VS'])
/** Of streams; the others that tell of streams manage. */
const recordReads: ReadonlySet<OperationName> = new Set(['GetRecords', 'GetShardIterator'])

export function kindOf({ name, tier }: Operation): RequestRecord['kind'] {
  return dataTiers.has(tier) || recordReads.has(name) ? 'data' : 'management'
}

export interface AnsweredRequest {
  readonly request: ServiceRequest
  readonly requestId: string
  readonly timeMs: number
  readonly durationMs: number
}

/** Undefined for what was refused before it was known who asks for what. */
export function recordOf(noted: NotedRequest, { request, ...answered }: AnsweredRequest): RequestRecord | undefined {
  const { operation, engine, caller, input, output, error } = noted
  if (operation === undefined || engine === undefined || caller === undefined) return undefined
  const { name, access } = operation
  const kind = kindOf(operation)
  return {
    ...answered,
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
