/**
 * HTTP, by node:http: limits, routes, content encodings, keep-alive, and an end in good order. It knows nothing of operations
 * and of control: what arrives at `POST /` and below `/_stator` goes to the functions it was given and comes back as an Answer
 * (errors.md §1 and §2, steps 1 to 4).
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import type { Log } from '../base/log.ts'
import type { Answer } from '../protocols/answer.ts'
import { checksumHeader, internalServerError, signedAnswer } from '../protocols/answer.ts'
import { answerContentType, isProtocolType } from '../protocols/content-type.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { RequestHeaders, ServiceRequest } from '../protocols/service-request.ts'
import { isControlAddress } from './control/control-address.ts'
import type { CrossOriginPolicy } from './cross-origin.ts'
import { crossOriginHeaders } from './cross-origin.ts'
import { type AnswerEncoding, acceptedEncoding, encoded, firstHeader } from './encode-answer.ts'
import type { HttpLimits } from './limits.ts'
import { readBody } from './read-body.ts'

export interface HttpOptions {
  readonly handle: (request: ServiceRequest) => Promise<Answer>
  readonly requestIds: RequestIds
  /** What answers a request of another service's, once its body is there; undefined for a request that is none (ask-wing.ts). */
  readonly otherService?: (head: IncomingMessage) => ((body: Uint8Array) => Promise<AnyAnswer>) | undefined
  /** Answers what arrives below `/_stator`. Without it there is nothing. */
  readonly control?: (request: IncomingMessage) => Promise<Answer>
  /** Answers a GET of `/metrics`. Without it there is nothing. */
  readonly metrics?: (request: IncomingMessage) => Answer
  /** The region that the health text names. */
  readonly regionOf: (headers: RequestHeaders, query: string) => string
  readonly crossOrigin: CrossOriginPolicy
  readonly limits: HttpLimits
  readonly log: Log
}

type AnyAnswer = Answer<string | Uint8Array>

interface Compressed {
  readonly encoding: AnswerEncoding
  readonly body: Buffer
}

/** A listening socket and everything that is said over it. */
export class HttpServer {
  readonly #options: HttpOptions
  readonly #server: Server
  /** Requests that came in and whose connection has not been done with yet. */
  #inFlight = 0
  #closed: Promise<void> | undefined

  constructor(options: HttpOptions) {
    const { limits } = options
    this.#options = options
    this.#server = createServer(
      {
        headersTimeout: limits.headersTimeoutMs,
        requestTimeout: limits.requestTimeoutMs,
        connectionsCheckingInterval: limits.timeoutCheckMs,
        keepAliveTimeout: limits.keepAliveMs,
      },
      (request, response) => this.#receive(request, response),
    )
    // What is not HTTP is answered and hung up on by node:http itself; no `clientError` listener is the way to ask for that.
  }

  /** Resolves with the port once connections are accepted. Rejects with Node's error when the address can't be had. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        this.#server.on('error', (error) => this.#options.log('The listening socket failed', error))
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  /** Accepts nothing new, answers what is being asked, hangs up. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      const lastCall = setTimeout(() => this.#server.closeAllConnections(), this.#options.limits.closeMs)
      this.#server.close(() => {
        clearTimeout(lastCall)
        resolve()
      })
      this.#hangUpWhenIdle()
    })
    return this.#closed
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    this.#inFlight += 1
    response.on('close', () => {
      this.#inFlight -= 1
      if (this.#closed !== undefined) this.#hangUpWhenIdle()
    })
    this.#answer(request, response).catch((error: unknown) => {
      this.#options.log('A request could not be answered', error)
      request.socket.destroy()
    })
  }

  /** While closing: connections that are not in the middle of a request are of no use any more. */
  #hangUpWhenIdle(): void {
    this.#server.closeIdleConnections()
    if (this.#inFlight === 0) this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { control, handle, limits, otherService, requestIds } = this.#options
    const { headers, url = '' } = request
    let answerOther: ((body: Uint8Array) => Promise<AnyAnswer>) | undefined
    if (!isServiceRequest(request)) {
      answerOther = otherService?.(request)
      if (answerOther === undefined) {
        const isControl = control !== undefined && request.method !== 'OPTIONS' && isControlAddress(url)
        this.#send(request, response, isControl ? await control(request) : this.#answerStray(request))
        return
      }
    }
    const body = await readBody(request, limits.bodyBytesMax)
    if (body === 'too-large') {
      this.#send(request, response, this.#plain(413, ''))
      return
    }
    if (body === 'broken') {
      this.#send(request, response, internalServerError(requestIds.next(), answerContentType(headers['content-type'])))
      return
    }
    const target = headers['x-amz-target'] as string | undefined
    const answer = await (answerOther === undefined ? handle({ target, headers, query: url.slice(2), body }) : answerOther(body))
    const pays = answer.body.length >= limits.gzipBytesMin
    const encoding = pays ? acceptedEncoding(firstHeader(request.rawHeaders, 'accept-encoding')) : undefined
    this.#send(request, response, answer, encoding && { encoding, body: await encoded(answer.body, encoding) })
  }

  /** Whatever is not a request to an operation: health, the question a browser asks beforehand, and strays (steps 1 to 4). */
  #answerStray(request: IncomingMessage): Answer {
    const { method, headers, url = '' } = request
    const { crossOrigin, limits, metrics, regionOf } = this.#options
    if (Number(headers['content-length']) > limits.bodyBytesMax) return this.#plain(413, '')
    if (method === 'OPTIONS' && crossOrigin !== false && headers.origin !== undefined) return this.#plain(200, '')
    const path = method === 'GET' || method === 'HEAD' ? pathOf(url) : undefined
    const closing = this.#closed !== undefined
    switch (path) {
      case '/':
      case '/ping':
        return this.#plain(200, `healthy: dynamodb.${regionOf(headers, queryOf(url))}.amazonaws.com `)
      case '/health/live':
        return this.#plain(200, 'live\n')
      case '/health/ready':
        return this.#plain(closing ? 503 : 200, closing ? 'closing\n' : 'ready\n')
      case '/metrics':
        return metrics === undefined ? this.#plain(404, '') : metrics(request)
      default:
        return this.#plain(404, '<UnknownOperationException/>\n')
    }
  }

  #plain(status: number, body: string): Answer {
    return signedAnswer({ requestId: this.#options.requestIds.next(), status, body })
  }

  /** `compressed` is what is sent in place of the body; then the checksum is that of its bytes (docs/decisions/0005). */
  #send(request: IncomingMessage, response: ServerResponse, answer: AnyAnswer, compressed?: Compressed): void {
    const lines = ['Server', 'Server']
    for (const name in answer.headers) {
      const isOutdated = compressed !== undefined && name === checksumHeader
      lines.push(name, isOutdated ? String(crc32(compressed.body)) : (answer.headers[name] ?? ''))
    }
    if (compressed !== undefined) lines.push('Content-Encoding', compressed.encoding)
    // An answer without content has no length either (RFC 9110).
    if (answer.status !== 204) lines.push('Content-Length', String(compressed?.body.length ?? Buffer.byteLength(answer.body)))
    if (this.#closed !== undefined) lines.push('Connection', 'close')
    if (this.#options.crossOrigin !== false) lines.push(...crossOriginHeaders(this.#options.crossOrigin, request))
    response.writeHead(answer.status, lines)
    response.end(compressed?.body ?? answer.body)
  }
}

/**
 * False for another method or path, and for a body of a type other than the protocol's: such bodies a web page can send anywhere
 * without a browser asking first. An empty body may call itself what it likes.
 */
function isServiceRequest({ method, url = '', headers }: IncomingMessage): boolean {
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
