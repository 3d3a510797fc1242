/** The record that a request of DynamoDB's makes, once it is answered. */
import { ServiceError } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import { shapes } from '../../api/shapes.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import { withParsedItems } from '../../operations/request/sent-items.ts'
import type { RequestRecord } from '../request-record.ts'
import { kindOf, type NotedRequest, senderOf, toldOf } from '../requests/noted-request.ts'
import { withoutValues } from './without-values.ts'

const apiVersion = '2012-08-10'

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
    parameters: withoutValues(shapes, `${name}Input`, withParsedItems(name, input)),
    response: kind === 'management' && access !== 'read' ? withoutValues(shapes, `${name}Output`, output) : undefined,
    error: error === undefined ? undefined : toldOf(error, { isForItems: kind === 'data' }),
  }
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
