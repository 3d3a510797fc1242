/**
 * What HTTP does with a request that has been read, whoever read it: routes, content encodings, limits. It knows nothing of operations
 * and of control: what arrives at `POST /` and below `/_stator` goes to the functions it was given and comes back as an Answer
 * (errors.md §1 and §2, steps 1 to 4).
 */
import { crc32 } from 'node:zlib'
import type { Answer } from '../protocols/answer.ts'
import { checksumHeader, internalServerError, signedAnswer } from '../protocols/answer.ts'
import { answerContentType, isProtocolType } from '../protocols/content-type.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { AnyAnswer } from '../protocols/service-answer.ts'
import type { RequestHeaders, ServiceRequest } from '../protocols/service-request.ts'
import { isControlAddress } from './control/control-address.ts'
import type { CrossOriginPolicy } from './cross-origin.ts'
import { crossOriginHeaders } from './cross-origin.ts'
import { decodeBody } from './decode-body.ts'
import { type AnswerEncoding, acceptedEncoding, encoded } from './encode-answer.ts'
import type { HttpAnswer, HttpRequest } from './http-request.ts'
import type { HttpLimits } from './limits.ts'
import { readSentBody } from './read-body.ts'

export interface AnswerOptions {
  readonly handle: (request: ServiceRequest) => Promise<Answer>
  readonly requestIds: RequestIds
  /** What answers a request of another service's, once its body is there; undefined for a request that is none (ask-wing.ts). */
  readonly otherService?: (head: HttpRequest) => AnswerOther | undefined
  /** Answers what arrives below `/_stator`. Without it there is nothing. */
  readonly control?: (request: HttpRequest) => Promise<Answer>
  /** Answers a GET of `/metrics`. Without it there is nothing. */
  readonly metrics?: (request: HttpRequest) => Answer
  /** Why this server is not to be asked for the time being, in one sentence. */
  readonly unready?: () => string | undefined
  /** The region that the health text names. */
  readonly regionOf: (headers: RequestHeaders, query: string) => string
  readonly crossOrigin: CrossOriginPolicy
  readonly limits: Pick<HttpLimits, 'bodyBytesMax' | 'gzipBytesMin'>
}

/** Takes the body, and the same as it was sent, if that is something else. */
export type AnswerOther = (body: Uint8Array, sentBody?: Uint8Array) => Promise<AnyAnswer>

/** `isClosing`: whether the server is about to end, which those who ask for its readiness are told. */
export async function answerHttp(options: AnswerOptions, request: HttpRequest, isClosing: boolean): Promise<HttpAnswer> {
  const { control, handle, limits, otherService } = options
  const { headers, url } = request
  let answerOther: AnswerOther | undefined
  if (!isServiceRequest(request)) {
    answerOther = otherService?.(request)
    if (answerOther === undefined) {
      const isControl = control !== undefined && request.method !== 'OPTIONS' && isControlAddress(url)
      return written(options, request, isControl ? await control(request) : answerStray(options, request, isClosing))
    }
  }
  const sent = readSentBody(request, limits.bodyBytesMax)
  const sentBody = sent instanceof Promise ? await sent : sent
  const bodyEncoding = headers['content-encoding']
  const body = bodyEncoding === undefined ? sentBody : await decodeBody(sentBody, bodyEncoding, limits.bodyBytesMax)
  if (body === 'too-large' || sentBody === 'too-large') return written(options, request, plain(options, 413, ''))
  if (body === 'broken') {
    return written(options, request, internalServerError(options.requestIds.next(), answerContentType(headers['content-type'])))
  }
  const target = headers['x-amz-target'] as string | undefined
  const answer = await (answerOther === undefined
    ? handle({
        target,
        headers,
        query: url.slice(2),
        repeated: request.repeated,
        remoteAddress: request.socket.remoteAddress,
        isEncrypted: request.socket.encrypted,
        body,
        sentBody,
      })
    : answerOther(body, sentBody))
  const encoding = answer.body.length < limits.gzipBytesMin ? undefined : acceptedEncoding(headers['accept-encoding'])
  return written(options, request, answer, encoding && { encoding, body: await encoded(answer.body, encoding) })
}

/** Whatever is not a request to an operation: health, the question a browser asks beforehand, and strays (steps 1 to 4). */
function answerStray(options: AnswerOptions, request: HttpRequest, isClosing: boolean): Answer {
  const { method, headers, url } = request
  const { crossOrigin, limits, metrics, regionOf } = options
  if (Number(headers['content-length']) > limits.bodyBytesMax) return plain(options, 413, '')
  if (method === 'OPTIONS' && crossOrigin !== false && headers.origin !== undefined) return plain(options, 200, '')
  const path = method === 'GET' || method === 'HEAD' ? pathOf(url) : undefined
  switch (path) {
    case '/':
    case '/ping':
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
function written(options: AnswerOptions, request: HttpRequest, { status, headers, body }: AnyAnswer, compressed?: Compressed): HttpAnswer {
  const bodyBytes = compressed?.body.length ?? Buffer.byteLength(body)
  const lines = ['Server', 'Server']
  for (const name in headers) {
    const isOutdated = compressed !== undefined && name === checksumHeader
    lines.push(name, isOutdated ? String(crc32(compressed.body)) : (headers[name] ?? ''))
  }
  if (compressed !== undefined) lines.push('Content-Encoding', compressed.encoding)
  // An answer without content has no length either (RFC 9110).
  if (status !== 204) lines.push('Content-Length', String(bodyBytes))
  if (options.crossOrigin !== false) lines.push(...crossOriginHeaders(options.crossOrigin, request))
  return { status, lines, body: compressed?.body ?? body, bodyBytes }
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
