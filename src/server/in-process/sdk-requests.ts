/**
 * The requests of an AWS SDK for JavaScript v3, answered in this process: what its clients take as a `requestHandler`, for every service
 * that is answered at the port.
 */
import type { AnyAnswer } from '../../protocols/service-answer.ts'
import { answererOf } from '../ask-wing.ts'
import { decodeBody } from '../decode-body.ts'
import { defaultHttpLimits } from '../limits.ts'
import type { Service } from '../start.ts'

/** A request as the SDK's serializers leave it, as far as it is looked at. */
export interface SdkRequest {
  readonly method: string
  readonly hostname?: string
  readonly path: string
  readonly query?: { readonly [name: string]: string | readonly string[] | null | undefined } | undefined
  readonly headers: { readonly [name: string]: string }
  readonly body?: unknown
}

export interface SdkResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** What the SDK says of a single request. */
export interface SdkHandlerOptions {
  readonly abortSignal?:
    | {
        readonly aborted: boolean
        addEventListener?: (type: 'abort', listener: () => void, options?: { readonly once: boolean }) => void
        removeEventListener?: (type: 'abort', listener: () => void) => void
        onabort?: unknown
      }
    | undefined
}

/** For `requestHandler` in the configuration of any client of the SDK. */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string }
  handle(request: SdkRequest, options?: SdkHandlerOptions): Promise<{ response: SdkResponse }>
  updateHttpClientConfig(key: never, value: never): void
  httpHandlerConfigs(): Record<string, never>
  destroy(): void
}

/** Whose requests are not signed: who they come from has no meaning, and which region and service they are for is said so. */
export const madeUpKeyId = 'stator'

/** Whoever answers, and for which region when none is named. */
export interface Answering {
  readonly ask: <T>(question: (service: Service) => Promise<T>) => Promise<T>
  readonly region: string
}

export function sdkRequestHandler({ ask, region }: Answering): SdkRequestHandler {
  const answer = async (request: SdkRequest): Promise<SdkResponse> => {
    const headers = withSignature(request, region)
    const query = queryText(request.query)
    const sentBody = bytesOf(request.body)
    const { method, path } = request
    const given = await ask(async ({ handle, otherServices }): Promise<AnyAnswer> => {
      const body = await decoded(sentBody, headers['content-encoding'])
      const answerOther = answererOf(otherServices, { method, url: query === '' ? path : `${path}?${query}`, headers })
      return answerOther === undefined
        ? handle({ target: headers['x-amz-target'], headers, query, body, sentBody })
        : answerOther(body, sentBody)
    })
    if (given.isLost === true) throw connectionReset()
    const bytes = typeof given.body === 'string' ? Buffer.from(given.body) : given.body
    return { statusCode: given.status, headers: lowerCased(given.headers), body: bytes }
  }
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => ({ response: await unlessAborted(() => answer(request), options?.abortSignal) }),
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  }
}

/** What Node's clients are told whose connection breaks; the name is the one by which the SDK asks again. */
export function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' })
}

function withSignature({ headers: given, hostname = '', query = {} }: SdkRequest, region: string): { readonly [name: string]: string } {
  const headers = lowerCased(given)
  if (headers.authorization !== undefined || query['X-Amz-Signature'] !== undefined) return headers
  const target = headers['x-amz-target']
  const service = target?.startsWith('DynamoDB') === true ? 'dynamodb' : (hostname.split('.')[0] ?? '')
  const scope = `${madeUpKeyId}/19700101/${region}/${service}/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`
  return { ...headers, authorization, 'x-amz-date': '19700101T000000Z' }
}

function lowerCased(headers: { readonly [name: string]: string | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])))
}

function queryText(query: SdkRequest['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = typeof value === 'object' && value !== null ? value : [value ?? '']
    return values.map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`)
  })
  return pairs.join('&')
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body === 'string') return Buffer.from(body)
  // Clients make some that warn whoever treats them as anything but bytes.
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  throw new TypeError('In process a request has a body of text or of bytes.')
}

/** What a client, or something in between, has compressed. */
async function decoded(sent: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  const body = encoding === undefined ? sent : await decodeBody(sent, encoding, defaultHttpLimits.bodyBytesMax)
  if (typeof body === 'string') throw new TypeError(`A body with Content-Encoding ${encoding} is ${body}.`)
  return body
}

/** What is being answered is answered all the same, as at a port; what was given up before is not asked. */
function unlessAborted<T>(answer: () => Promise<T>, signal: SdkHandlerOptions['abortSignal']): Promise<T> {
  if (signal === undefined || signal === null) return answer()
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
    if (signal.aborted) return abort()
    if (signal.addEventListener === undefined) signal.onabort = abort
    else signal.addEventListener('abort', abort, { once: true })
    answer()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener?.('abort', abort))
  })
}
