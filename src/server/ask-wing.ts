/**
 * The door to the services beside DynamoDB: whose a request is (services/services.ts), who is asking and for which region; then the
 * service has it. What is not plausibly signed comes no further than here, and is refused in the words of the service.
 */
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { Answer } from '../protocols/answer.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { ProtocolRequest } from '../protocols/service-contract.ts'
import type { ServiceRequest } from '../protocols/service-request.ts'
import { type Addressed, type RequestHead, serviceOfHead, serviceOfTarget } from '../services/services.ts'
import type { Wings } from '../services/wings.ts'
import { checkPlausiblySigned, serviceSignedFor } from './auth.ts'
import { engineFor } from './dispatch.ts'

export interface WingsContext {
  readonly engine: MeteredEngine
  readonly wings: Wings
}

/**
 * The answer of the service that the target names, if it is another than DynamoDB; undefined if the request is DynamoDB's to
 * answer or to refuse. The answer is text, as everything in AWS JSON is.
 */
export function answerByTarget(context: WingsContext, request: ServiceRequest): Promise<Answer> | undefined {
  const { target } = request
  if (target === undefined || target.startsWith('DynamoDB')) return undefined
  const addressed = serviceOfTarget(context.wings.rows, target)
  if (addressed === undefined) return undefined
  const { headers, query = '', body } = request
  return ask(context, addressed, { ...said(addressed), method: 'POST', path: '/', query, headers, body }) as Promise<Answer>
}

/** What answers a request that HTTP would refuse for its path or its type, once its body is there; undefined if nothing does. */
export function answererOf(context: WingsContext, head: RequestHead): ((body: Uint8Array) => Promise<AnyAnswer>) | undefined {
  const { method = '', url = '', headers } = head
  const addressed = serviceOfHead(context.wings.rows, head, serviceSignedFor(headers))
  if (addressed === undefined) return undefined
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const query = question < 0 ? '' : url.slice(question + 1)
  return (body) => ask(context, addressed, { ...said(addressed), method, path, query, headers, body })
}

function said({ protocol, operation }: Addressed): Pick<ProtocolRequest, 'protocol' | 'operation'> {
  return { protocol, operation }
}

async function ask({ engine, wings }: WingsContext, { row }: Addressed, request: ProtocolRequest): Promise<AnyAnswer> {
  let regional: MeteredEngine
  try {
    regional = engineFor(engine, checkPlausiblySigned(request.headers, request.query))
  } catch (error) {
    return wings.refuse(row, request, error)
  }
  return wings.answer(row, request, regional)
}
