/**
 * Everything between HTTP and the operations, without a socket: errors.md §2, steps 5 to 13, in that order. This is the one place
 * where errors are caught and become answers.
 */
import type { Advisor } from '../advice/advisor.ts'
import { checkInput } from '../api/check-input.ts'
import { exceptions, ServiceError } from '../api/errors.ts'
import type { Operation, OperationName } from '../api/operations.ts'
import { findOperation } from '../api/operations.ts'
import { isRegionName } from '../api/region-name.ts'
import { checkSearchVectorsBody } from '../api/search-vectors-body.ts'
import { writeOutput } from '../api/write-output.ts'
import { AssertionFailure } from '../base/assert.ts'
import type { Log } from '../base/log.ts'
import { NobodyWaits, type Pace } from '../base/pace.ts'
import { engineOf } from '../engine/regions.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { recordRequest } from '../metering/metrics/record-request.ts'
import { admitControlRequest } from '../metering/throughput/admit-control.ts'
import type { RequestUsage } from '../metering/traffic/request-usage.ts'
import type { handlers as registeredHandlers } from '../operations/registry.ts'
import type { AskedRequest } from '../operations/request/asked-request.ts'
import { parseAround, withParsedItems } from '../operations/request/sent-items.ts'
import type { Answer } from '../protocols/answer.ts'
import { exceptionJson, internalServerError, signedAnswer } from '../protocols/answer.ts'
import { answerContentType } from '../protocols/content-type.ts'
import { scannedAtOnceBytesMax } from '../protocols/limits.ts'
import { notJson, parseBody, parseLargeBody } from '../protocols/parse-body.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { RequestHeaders, ServiceRequest } from '../protocols/service-request.ts'
import type { SignedRequest } from '../protocols/sigv4/signed-request.ts'
import { hearAnswered } from './advice/hear-answered.ts'
import { recordOf } from './audit/record-of-request.ts'
import { type AccessContext, authorize, looksAtAccess } from './auth/authorize.ts'
import { checkPlausiblySigned } from './auth/plausibly-signed.ts'
import { type AskingContext, whoAsks } from './auth/who-asks.ts'
import { bodyBounds } from './body-bounds.ts'
import { checkArns } from './check-arns.ts'
import { FacedFaults, LostRequest } from './faults/faced-faults.ts'
import type { Faults } from './faults/faults.ts'
import { onCurrentCatalog } from './on-current-catalog.ts'
import { storeTrouble } from './outside-reason.ts'
import type { RequestListener } from './request-record.ts'
import { noteAnswered } from './requests/note-answered.ts'
import { kindOf, NotedRequest } from './requests/noted-request.ts'
import type { RequestFeed } from './requests/request-feed.ts'
import { noteStreamRead } from './streams/note-stream-read.ts'
import type { StreamReaders } from './streams/stream-readers.ts'

/** What answering takes besides the request. One for the life of a server. */
export interface DispatchContext extends AskingContext, AccessContext {
  readonly engine: MeteredEngine
  readonly handlers: typeof registeredHandlers
  readonly requestIds: RequestIds
  readonly log: Log
  /** Hears of requests. */
  readonly listener?: RequestListener | undefined
  readonly feed: RequestFeed
  /** What tests want requests to meet. Left out: nothing. */
  readonly faults?: Faults | undefined
  /** Remembers who reads streams. Left out: nobody is remembered. */
  readonly streamReaders?: StreamReaders | undefined
  /** Hears what is asked for items. Left out: nobody wants advice. */
  readonly advisor?: Advisor | undefined
  /** Called when a request that writes was answered with what it asked for: the store works. */
  readonly onWritten?: () => void
}

/** The service in the scope of credentials, for tables and streams alike. */
const signingName = 'dynamodb'
const envelope = /^\d+ validation errors? detected: /

/** Answers one request. Never rejects: what goes wrong is an answer, and in the log if the fault is ours. */
export function handle(context: DispatchContext, request: ServiceRequest): Promise<Answer> {
  const { engine, listener, requestIds, advisor } = context
  const noted = new NotedRequest(request, requestIds.next(), engine)
  if (advisor !== undefined) noted.heardFromMs = advisor.stopwatch.now()
  return listener === undefined ? answer(context, noted) : answerHeard(context, listener, noted)
}

/** What must be heard of is told before the answer leaves; what can't be kept is no answer. */
async function answerHeard(context: DispatchContext, listener: RequestListener, noted: NotedRequest): Promise<Answer> {
  const given = await answer(context, noted)
  const { operation, error, isRefused } = noted
  const isDenied = error instanceof ServiceError && error.exception === 'AccessDeniedException'
  if (operation === undefined || isRefused || error instanceof LostRequest || !(isDenied || listener.wants(kindOf(operation)))) return given
  try {
    const record = recordOf(noted)
    if (record !== undefined) await listener.heard(record)
    return given
  } catch (fault) {
    return errorAnswer(context, noted, fault)
  }
}

async function answer(context: DispatchContext, noted: NotedRequest): Promise<Answer> {
  const { request, requestId } = noted
  try {
    const operation = request.target === undefined ? undefined : findOperation(request.target)
    noted.operation = operation
    if (context.authentication?.catchUp !== undefined) await context.authentication.catchUp()
    // Where signatures are verified nothing that strangers send is parsed; elsewhere it is AWS's order that counts.
    const asker = context.authentication && whoAsks(context, signedPart(request, operation), signingName)
    if (asker !== undefined) noted.caller = asker.caller
    const isLarge = request.body.length > scannedAtOnceBytesMax
    const parsed = isLarge ? await parseLarge(request, operation, noted.usage.pace) : parseSmall(request, operation)
    if (operation === undefined) throw unknownOperation()
    const handler = context.handlers[operation.name]
    // AWS has no such case; a sentence helps whoever meets a gap of ours. [I]
    if (handler === undefined) throw new ServiceError('UnknownOperationException', `Stator does not offer ${operation.name} yet.`)
    const { caller, region } = asker ?? whoAsks(context, signedPart(request, operation), signingName)
    noted.caller = caller
    const engine = engineFor(context.engine, region)
    noted.engine = engine
    admitControlRequest(engine, operation)
    if (parsed === undefined) throw notJson()
    if (operation.name === 'SearchVectors') checkSearchVectorsBody(parsed, request.body)
    const input = checkWhole(operation, parsed)
    noted.input = input
    checkArns(engine, input as object)
    const asked: AskedRequest = { host: hostOf(request.headers), caller, principals: context.principals }
    const { name } = operation
    const faced =
      context.faults?.isEmpty === false ? new FacedFaults(context.faults, { engine, operation, caller: caller.arn, input }) : undefined
    noted.faults = faced
    const ask = (attempt: RequestUsage): Promise<unknown> => {
      const denied = looksAtAccess(context) ? authorize(context, { engine, caller, name, input, circumstances: request }) : undefined
      const told = denied === undefined ? asked : { ...asked, denied }
      if (faced !== undefined) return faced.face(attempt, () => handler(engine, input as never, attempt, told))
      return handler(engine, input as never, attempt, told)
    }
    if (context.listener?.wants(kindOf(operation))) await readyFor(context.listener, noted)
    const { usage } = noted
    noted.output = await onCurrentCatalog({ engine, operation, usage, ask, onAgain: (attempt) => (noted.usage = attempt) })
    const durationMs = count(noted, name, undefined)
    if (operation.access !== 'read') context.onWritten?.()
    const contentType = answerContentType(request.headers['content-type'])
    const given = signedAnswer({ requestId, status: 200, contentType, body: writeOutput(name, noted.output) })
    noteAnswered(context.feed, noted, { answer: given, durationMs })
    hearAnswered(context.advisor, noted)
    if (name === 'GetRecords') noteStreamRead(context.streamReaders, noted)
    return arriving(noted, given)
  } catch (thrown) {
    const isGone = thrown instanceof NobodyWaits
    const isUncounted = isGone || thrown instanceof LostRequest
    const error = isGone ? abandoned() : thrown
    noted.error = error
    const { operation } = noted
    const spoken = error instanceof ServiceError ? error : 'fault'
    const durationMs = isUncounted || operation === undefined ? noted.durationMs : count(noted, operation.name, spoken)
    const given = errorAnswer(context, noted, error)
    noteAnswered(context.feed, noted, { answer: given, durationMs })
    hearAnswered(context.advisor, noted)
    return arriving(noted, given)
  }
}

/** What is to be sent, unless a fault breaks the connection first. */
function arriving({ faults, error }: NotedRequest, given: Answer): Answer {
  return faults?.isAnswerLost === true || error instanceof LostRequest ? { ...given, isLost: true } : given
}

async function readyFor(listener: RequestListener, noted: NotedRequest): Promise<void> {
  noted.isRefused = true
  await listener.ready()
  noted.isRefused = false
}

/** What the metrics say of it. Returns how long it took. */
function count(noted: NotedRequest, operation: OperationName, error: ServiceError | 'fault' | undefined): number {
  const { engine, usage, durationMs: latencyMs } = noted
  recordRequest(engine, { operation, usage, latencyMs, error })
  return latencyMs
}

/** Nobody hears it; who is in between may, and asks again. */
function abandoned(): ServiceError {
  return new ServiceError('ServiceUnavailable', 'Nobody seemed to wait for the answer any more.')
}

function parseSmall({ body }: ServiceRequest, operation: Operation | undefined): unknown {
  return body.length === 0 ? undefined : (parseAround(operation?.name, body) ?? parseBody(body))
}

/** What is said of a wrong input may repeat its items, which are then parsed, too. */
function checkWhole(operation: Operation, parsed: unknown): ReturnType<typeof checkInput> {
  try {
    return checkInput(operation, parsed)
  } catch {
    return checkInput(operation, withParsedItems(operation.name, parsed))
  }
}

function parseLarge({ body }: ServiceRequest, operation: Operation | undefined, pace: Pace): Promise<unknown> {
  return parseLargeBody(body, bodyBounds(operation?.name), pace)
}

/** What a signature covers, of a request for an operation that there is. */
function signedPart(
  { headers, query = '', repeated, remoteAddress, isEncrypted, body, sentBody = body }: ServiceRequest,
  operation: Operation | undefined,
): SignedRequest {
  if (operation === undefined) throw unknownOperation()
  return { method: 'POST', path: '/', query, headers, repeated, remoteAddress, isEncrypted, sentBody }
}

function unknownOperation(): ServiceError {
  return new ServiceError('UnknownOperationException', '')
}

/** Under which the server was reached, with the port if it has one. */
function hostOf({ host }: RequestHeaders): string | undefined {
  return typeof host === 'string' && host !== '' ? host : undefined
}

/** The engine of the region that a request is signed for. While regions share their tables, any text will do for one. */
export function engineFor(engine: MeteredEngine, region: string): MeteredEngine {
  if (engine.regions === 'isolated' && !isRegionName(region)) {
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to a valid region, not '${region}'. `)
  }
  return engineOf(engine, region)
}

/** The region whose tables a request would see; the server's own for a request that is not signed for any. */
export function regionSeenBy(engine: MeteredEngine, headers: RequestHeaders, query: string): string {
  try {
    return engineFor(engine, checkPlausiblySigned(headers, query)).region
  } catch (error) {
    if (error instanceof ServiceError) return engine.region
    throw error
  }
}

function errorAnswer(context: DispatchContext, { request, requestId, operation }: NotedRequest, error: unknown): Answer {
  const contentType = answerContentType(request.headers['content-type'])
  if (error instanceof ServiceError) {
    const body = exceptionJson(error, spokenMessage(error, operation))
    return signedAnswer({ requestId, status: exceptions[error.exception].status, contentType, body })
  }
  const details = error instanceof AssertionFailure ? error.context : undefined
  context.log(`${operation?.name ?? 'A request'} failed, request id ${requestId}`, details === undefined ? error : { error, details })
  // AWS has no such case: who runs the server is told what can be done about it. [I]
  const why = storeTrouble(error) === 'away' ? context.engine.store.unguarded.trouble?.() : undefined
  return internalServerError(requestId, contentType, why)
}

/** The message, in the envelope that some operations put around what is wrong with the request alone (errors.md §4.3). */
function spokenMessage(error: ServiceError, operation: Operation | undefined): string {
  const { message } = error
  if (!error.inRequest || error.exception !== 'ValidationException' || !operation?.enveloped || envelope.test(message)) return message
  return `1 validation error detected: ${message}`
}
