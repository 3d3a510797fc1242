/**
 * What HTTP does with a request that has been read, whoever read it: routes, content encodings, limits. It knows nothing of operations
 * and of control: what arrives at `POST /` and below `/_stator` goes to the functions it was given and comes back as an Answer
 * (errors.md §1 and §2, steps 1 to 4).
 */
import { crc32 } from 'node:zlib'
import { exceptions, ServiceError } from '../api/errors.ts'
import type { Answer } from '../protocols/answer.ts'
import { checksumHeader, exceptionJson, internalServerError, signedAnswer } from '../protocols/answer.ts'
import { answerContentType, isProtocolType } from '../protocols/content-type.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { RequestHeaders, ServiceRequest } from '../protocols/service-request.ts'
import type { Admission } from './budget/admission.ts'
import { requestWeight } from './budget/request-weight.ts'
import { isConsoleAddress } from './console/console-address.ts'
import { isControlAddress } from './control/control-address.ts'
import { crossOriginHeaders } from './cross-origin.ts'
import { decodeBody } from './decode-body.ts'
import { type AnswerEncoding, acceptedEncoding, encoded } from './encode-answer.ts'
import { letGo } from './growing-bytes.ts'
import type { HttpAnswer, HttpRequest } from './http-request.ts'
import type { HttpLimits } from './limits.ts'
import { readSentBody } from './read-body.ts'
import { pageRefusal, type WebRules } from './web-access.ts'

export interface AnswerOptions extends WebRules {
  readonly handle: (request: ServiceRequest) => Promise<Answer>
  readonly requestIds: RequestIds
  /** What answers a request of another service's, once its body is there; undefined for a request that is none (ask-wing.ts). */
  readonly otherService?: (head: HttpRequest) => AnswerOther | undefined
  /** Answers what arrives below `/_stator`. Without it there is nothing. */
  readonly control?: (request: HttpRequest) => Promise<Answer>
  /** Answers a browser that looks for the console. Without it there is none. */
  readonly console?: (request: HttpRequest) => Promise<HttpAnswer>
  /** Answers a GET of `/metrics`. Without it there is nothing. */
  readonly metrics?: (request: HttpRequest) => Promise<Answer>
  /** Why this server is not to be asked for the time being, in one sentence. */
  readonly unready?: () => string | undefined
  /** The region that the health text names. */
  readonly regionOf: (headers: RequestHeaders, query: string) => string
  /** Which requests to services may begin. Health, metrics and control always may. */
  readonly admission: Admission
  readonly limits: Pick<HttpLimits, 'bodyBytesMax' | 'gzipBytesMin'>
  /** Whether `GET /` is refused, as DynamoDB Local does, which is how some know that it has started. */
  readonly isLikeLocal?: boolean
}

/** Takes the body, and the same as it was sent, if that is something else. */
export type AnswerOther = (body: Uint8Array, sentBody?: Uint8Array) => Promise<AnyAnswer>

/** `isClosing`: whether the server is about to end, which those who ask for its readiness are told. */
export async function answerHttp(options: AnswerOptions, request: HttpRequest, isClosing: boolean): Promise<HttpAnswer> {
  const { control, otherService, console: page, isLikeLocal = false } = options
  if (isServiceRequest(request)) return answerService(options, request, undefined)
  if (page !== undefined && isConsoleAddress(request, isLikeLocal)) return page(request)
  const answerOther = otherService?.(request)
  if (answerOther !== undefined) return answerService(options, request, answerOther)
  const isControl = control !== undefined && request.method !== 'OPTIONS' && isControlAddress(request.url)
  return written(options, request, await (isControl ? control(request) : answerStray(options, request, isClosing)))
}

/** A request to DynamoDB, or with `answerOther` to another service: once its body is there, and when it may begin. */
async function answerService(options: AnswerOptions, request: HttpRequest, answerOther: AnswerOther | undefined): Promise<HttpAnswer> {
  const { admission, limits } = options
  const { headers } = request
  const refusal = pageRefusal(options, request)
  if (refusal !== undefined) return written(options, request, plain(options, 403, `${refusal}\n`))
  const sent = readSentBody(request, limits.bodyBytesMax)
  const body = sent instanceof Promise ? await sent : sent
  if (body === 'too-large') return written(options, request, plain(options, 413, ''))
  if (body === 'no-room') return written(options, request, busy(options, request, answerOther))
  const target = headers['x-amz-target'] as string | undefined
  const isEncoded = headers['content-encoding'] !== undefined
  const weight = requestWeight({ target, bodyBytes: body.length, isEncoded, bodyBytesMax: limits.bodyBytesMax })
  const entered = admission.enter(weight, body.length, request)
  if (!(entered instanceof Promise ? await entered : entered)) {
    letGo(body)
    return written(options, request, busy(options, request, answerOther))
  }
  const onWritten = (): void => admission.leave(weight)
  try {
    return { ...(await answerBegun(options, request, { body, target, answerOther })), onWritten }
  } catch (error) {
    onWritten()
    throw error
  }
}

interface Begun {
  readonly body: Uint8Array
  readonly target: string | undefined
  readonly answerOther: AnswerOther | undefined
}

async function answerBegun(
  options: AnswerOptions,
  request: HttpRequest,
  { body: sentBody, target, answerOther }: Begun,
): Promise<HttpAnswer> {
  const { handle, limits, requestIds } = options
  const { headers, url } = request
  const bodyEncoding = headers['content-encoding']
  const body = bodyEncoding === undefined ? sentBody : await decodeBody(sentBody, bodyEncoding, limits.bodyBytesMax)
  if (typeof body === 'string') {
    letGo(sentBody)
    const isBroken = body === 'broken'
    const refusal = isBroken ? internalServerError(requestIds.next(), answerContentType(headers['content-type'])) : plain(options, 413, '')
    return written(options, request, refusal)
  }
  const { repeated, socket } = request
  const answer = await (answerOther === undefined
    ? handle({
        target,
        headers,
        query: url.slice(2),
        repeated,
        remoteAddress: socket.remoteAddress,
        isEncrypted: socket.encrypted,
        body,
        sentBody,
        isWanted: () => request.isWanted(),
      })
    : answerOther(body, sentBody))
  // What other services read may be parts of the body itself.
  if (answerOther === undefined) {
    letGo(body)
    letGo(sentBody)
  }
  const encoding = answer.body.length < limits.gzipBytesMin ? undefined : acceptedEncoding(headers['accept-encoding'])
  return written(options, request, answer, encoding && { encoding, body: await encoded(answer.body, encoding) })
}

/** For who comes when there is too much to do. AWS's clients ask again for it a while later, whichever the service. */
function busy({ requestIds }: AnswerOptions, { headers }: HttpRequest, answerOther: AnswerOther | undefined): Answer {
  const requestId = requestIds.next()
  const error = new ServiceError('ServiceUnavailable', 'The server has as much to do as it can hold, ask again later.')
  const { status } = exceptions[error.exception]
  if (answerOther !== undefined) return signedAnswer({ requestId, status, body: '' })
  return signedAnswer({
    requestId,
    status,
    contentType: answerContentType(headers['content-type']),
    body: exceptionJson(error, error.message),
  })
}

/** Whatever is not a request to an operation: health, the question a browser asks beforehand, and strays (steps 1 to 4). */
function answerStray(options: AnswerOptions, request: HttpRequest, isClosing: boolean): Answer | Promise<Answer> {
  const { method, headers, url } = request
  const { crossOrigin, limits, metrics, regionOf } = options
  if (Number(headers['content-length']) > limits.bodyBytesMax) return plain(options, 413, '')
  if (method === 'OPTIONS' && crossOrigin !== false && headers.origin !== undefined) return plain(options, 200, '')
  const path = method === 'GET' || method === 'HEAD' ? pathOf(url) : undefined
  switch (path) {
    case '/':
    case '/ping':
      if (path === '/' && options.isLikeLocal === true) return unsignedForLocal(options)
      return plain(options, 200, `healthy: dynamodb.${regionOf(headers, queryOf(url))}.amazonaws.com `)
    case '/health/live':
      return plain(options, 200, 'live\n')
    case '/health/ready':
      return ready(options, isClosing ? 'closing' : options.unready?.())
    case '/metrics':
      return metrics === undefined ? plain(options, 404, '') : metrics(request)
    default:
      return plain(options, 404, '<UnknownOperationException/>\n')
  }
}

function unsignedForLocal({ requestIds }: AnswerOptions): Answer {
  const message = 'Request must contain either a valid (registered) AWS access key ID or X.509 certificate.'
  const body = JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken', message })
  return signedAnswer({ requestId: requestIds.next(), status: 400, contentType: 'application/x-amz-json-1.0', body })
}

function ready(options: AnswerOptions, whyNot: string | undefined): Answer {
  return plain(options, whyNot === undefined ? 200 : 503, `${whyNot ?? 'ready'}\n`)
}

function plain({ requestIds }: AnswerOptions, status: number, body: string): Answer {
  return signedAnswer({ requestId: requestIds.next(), status, body })
}

interface Compressed {
  readonly encoding: AnswerEncoding
  readonly body: Buffer
}

/** `compressed` is what is sent in place of the body; then the checksum is that of its bytes (docs/decisions/0005). */
function written(
  options: AnswerOptions,
  request: HttpRequest,
  { status, headers, body, stream, isLost }: AnyAnswer,
  compressed?: Compressed,
): HttpAnswer {
  const bodyBytes = compressed?.body.length ?? Buffer.byteLength(body)
  const lines = ['Server', 'Server']
  for (const name in headers) {
    const isOutdated = compressed !== undefined && name === checksumHeader
    lines.push(name, isOutdated ? String(crc32(compressed.body)) : (headers[name] ?? ''))
  }
  if (compressed !== undefined) lines.push('Content-Encoding', compressed.encoding)
  // An answer without content has no length either (RFC 9110).
  if (status !== 204 && stream === undefined) lines.push('Content-Length', String(bodyBytes))
  if (options.crossOrigin !== false) lines.push(...crossOriginHeaders(options.crossOrigin, request))
  return { status, lines, body: compressed?.body ?? body, bodyBytes, stream, isLost }
}

/**
 * False for another method or path, and for a body of a type other than the protocol's: such bodies a web page can send anywhere
 * without a browser asking first. An empty body may call itself what it likes.
 */
function isServiceRequest({ method, url, headers }: HttpRequest): boolean {
  if (method !== 'POST' || (url !== '/' && !url.startsWith('/?'))) return false
  if (isProtocolType(headers['content-type'])) return true
  return headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0)
}

function pathOf(url: string): string {
  const question = url.indexOf('?')
  return question < 0 ? url : url.slice(0, question)
}

function queryOf(url: string): string {
  const question = url.indexOf('?')
  return question < 0 ? '' : url.slice(question + 1)
}
