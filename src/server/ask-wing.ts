/**
 * The door to the services beside DynamoDB: whose a request is (services/services.ts), who is asking and for which region; then the
 * service has it. What is not plausibly signed comes no further than here, and is refused in the words of the service.
 */
import { ServiceError } from '../api/errors.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { type Caller, webIdentityOf } from '../policies/caller.ts'
import type { Answer } from '../protocols/answer.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { ProtocolRequest } from '../protocols/service-contract.ts'
import type { ServiceRequest } from '../protocols/service-request.ts'
import { serviceSignedFor } from '../protocols/sigv4/read-signature.ts'
import type { SignedRequest } from '../protocols/sigv4/signed-request.ts'
import type { AskedBy } from '../services/answer-request.ts'
import { type Addressed, type RequestHead, serviceOfHead, serviceOfTarget } from '../services/services.ts'
import type { WingNeed, WingRow } from '../services/wing.ts'
import type { Wings } from '../services/wings.ts'
import type { AnswerOther } from './answer-http.ts'
import { HeardCall } from './audit/heard-call.ts'
import type { Authenticated } from './auth/authentication.ts'
import { type AccessContext, refusalOfCall } from './auth/authorize.ts'
import { type Circumstances, circumstantialKeys } from './auth/circumstances.ts'
import type { Need } from './auth/weigh-need.ts'
import { type AskingContext, whoAsks } from './auth/who-asks.ts'
import { engineFor } from './dispatch.ts'
import type { HttpRequest } from './http-request.ts'
import type { RequestListener } from './request-record.ts'
import { noteRefused } from './requests/note-answered.ts'
import type { RequestFeed } from './requests/request-feed.ts'

export interface WingsContext extends AskingContext, AccessContext {
  /** Hears of requests. */
  readonly listener?: RequestListener | undefined
  readonly feed: RequestFeed
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
  const { headers, query = '', repeated, body, sentBody = body } = request
  const asked = { method: 'POST', path: '/', query, headers, body }
  const { remoteAddress, isEncrypted } = request
  const signed = { ...asked, repeated, sentBody, remoteAddress, isEncrypted }
  return ask(context, addressed, { ...said(addressed), ...asked }, signed) as Promise<Answer>
}

/** What answers a request that HTTP would refuse for its path or its type, once its body is there; undefined if nothing does. */
export function answererOf(
  context: WingsContext,
  head: RequestHead & Partial<Pick<HttpRequest, 'repeated' | 'socket'>>,
): AnswerOther | undefined {
  const { method = '', url = '', headers, repeated, socket } = head
  const addressed = serviceOfHead(context.wings.rows, head, serviceSignedFor(headers))
  if (addressed === undefined) return undefined
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const query = question < 0 ? '' : url.slice(question + 1)
  return (body, sentBody = body) => {
    const asked = { method, path, query, headers, body }
    const signed = { ...asked, repeated, sentBody, remoteAddress: socket?.remoteAddress, isEncrypted: socket?.encrypted }
    return ask(context, addressed, { ...said(addressed), ...asked }, signed)
  }
}

function said({ protocol, operation }: Addressed): Pick<ProtocolRequest, 'protocol' | 'operation'> {
  return { protocol, operation }
}

interface AskedService {
  readonly row: WingRow
  readonly caller: Caller
  /** Of the region that the request is signed for. */
  readonly engine: MeteredEngine
  readonly circumstances: Circumstances
}

/** What the wing is told of who may do what: nothing where everybody may do everything. */
function accessOf(context: AccessContext, asked: AskedService): Pick<AskedBy, 'keys' | 'authorize'> {
  if (context.policiesOf === undefined) return {}
  const { row, caller, engine } = asked
  const policies = context.policiesOf(caller)
  const keys = circumstantialKeys({ ...asked, policies, region: engine.region, nowMs: engine.clock.now() })
  const service = row.actionPrefix ?? row.signingName
  const needOf = ({ action, resource, keys: own }: WingNeed): Need => ({
    action: `${service}:${action}`,
    resource,
    keys: (key) => own?.get(key),
  })
  const authorize = (needs: readonly WingNeed[]): void => {
    const refusal = refusalOfCall(context, { ...asked, needs: needs.map(needOf) })
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal)
  }
  return { keys, authorize }
}

/** Nobody knows yet who it is, and no scope names a region. */
function unsigned({ account, region }: MeteredEngine): Authenticated {
  return { caller: webIdentityOf(account), region }
}

async function ask(
  context: WingsContext,
  { row, isUnsigned }: Addressed,
  request: ProtocolRequest,
  signed: SignedRequest,
): Promise<AnyAnswer> {
  const { engine, wings } = context
  let asked: AskedBy
  try {
    if (context.authentication?.catchUp !== undefined) await context.authentication.catchUp()
    const { caller, region } = isUnsigned ? unsigned(engine) : whoAsks(context, signed, row.signingName)
    const regional = engineFor(engine, region)
    asked = {
      engine: regional,
      caller,
      unsignedOperations: isUnsigned && row.unsignedOperations,
      ...accessOf(context, { row, caller, engine: regional, circumstances: signed }),
    }
  } catch (error) {
    const answer = await wings.refuse(row, request, error)
    noteRefused(context, { service: row.signingName, sender: signed, answer, error })
    return answer
  }
  const call = new HeardCall(context, { ...asked, service: row.signingName, sender: signed })
  const answer = await wings.answer(row, request, { ...asked, observer: call })
  try {
    await call.tell(answer)
    return answer
  } catch (error) {
    return wings.refuse(row, request, error)
  }
}
