/**
 * The door for the AWS services beside DynamoDB that answer at the same endpoint. Here stands only which requests are theirs; it
 * is asked where DynamoDB would refuse a request, so that requests of DynamoDB's do not pay for it.
 *
 * | request                                                                  | whose                                      | protocol      |
 * | ------------------------------------------------------------------------ | ------------------------------------------ | ------------- |
 * | POST, `X-Amz-Target: <prefix>.<Operation>`                               | the service of that prefix                 | AWS JSON      |
 * | POST `/service/<prefix>/operation/<Operation>`, a `smithy-protocol` header | the service of that prefix               | Smithy RPC v2 |
 * | POST `/`, `application/x-www-form-urlencoded`, an `Authorization` header | the service that speaks forms              | AWS query     |
 *
 * To add a service: one row in `services`, whose `answer` is loaded when it is first asked. A web page can send a form anywhere
 * without its browser asking first, but neither an Authorization nor a smithy-protocol header, nor a target.
 */

import type { Answer } from '../protocols/answer.ts'
import { mediaType } from '../protocols/content-type.ts'
import type { RequestHeaders, ServiceRequest } from '../protocols/service-request.ts'
import type { OtherRequest, OtherService, OtherServiceContext } from './wing.ts'

const services: readonly OtherService[] = [
  {
    prefix: 'GraniteServiceVersion20100801',
    speaksForms: true,
    answer: async (context, request) => (await import('./cloudwatch/answer-cloudwatch.ts')).answerCloudWatch(context, request),
  },
  {
    prefix: 'AnyScaleFrontendService',
    answer: async (context, request) => (await import('./auto-scaling/answer-auto-scaling.ts')).answerAutoScaling(context, request),
  },
]

const pathPattern = /^\/service\/([A-Za-z0-9_]+)\/operation\/([A-Za-z0-9_]+)$/

/** What HTTP knows of a request before its body is read. */
export interface RequestHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: RequestHeaders
}

/**
 * The answer of the service that the target names, if it is another than DynamoDB; undefined if the request is DynamoDB's to
 * answer or to refuse. The answer is text, as everything in AWS JSON is.
 */
export function answerByTarget(context: OtherServiceContext, request: ServiceRequest): Promise<Answer> | undefined {
  const { target } = request
  if (target === undefined || target.startsWith('DynamoDB')) return undefined
  const named = serviceOfTarget(target)
  if (named === undefined) return undefined
  const { headers, query = '', body } = request
  const answer = named.service.answer(context, { protocol: 'json', operation: named.operation, headers, query, body })
  return answer as Promise<Answer>
}

/** What answers a request that HTTP would refuse for its path or its type, once its body is there; undefined if nothing does. */
export function answererOf(
  context: OtherServiceContext,
  { method, url = '', headers }: RequestHead,
): ((body: Uint8Array) => Promise<Answer<string | Uint8Array>>) | undefined {
  if (method !== 'POST') return undefined
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const query = question < 0 ? '' : url.slice(question + 1)
  const found = path === '/' ? atRoot(headers) : atPath(path, headers)
  if (found === undefined) return undefined
  const { service, protocol, operation } = found
  return (body) => service.answer(context, { protocol, operation, headers, query, body })
}

interface Found {
  readonly service: OtherService
  readonly protocol: OtherRequest['protocol']
  readonly operation: string | undefined
}

/** A form, or JSON of another version than DynamoDB's. */
function atRoot(headers: RequestHeaders): Found | undefined {
  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    const named = serviceOfTarget(target)
    return named && { ...named, protocol: 'json' }
  }
  if (typeof headers.authorization !== 'string' || typeOf(headers) !== 'application/x-www-form-urlencoded') return undefined
  const service = services.find(({ speaksForms }) => speaksForms)
  return service && { service, protocol: 'query', operation: undefined }
}

function atPath(path: string, headers: RequestHeaders): Found | undefined {
  const protocol = protocols.get(String(headers['smithy-protocol']))
  const [, prefix, operation] = protocol === undefined ? [] : (pathPattern.exec(path) ?? [])
  const service = services.find((row) => row.prefix === prefix)
  return protocol && service && { service, protocol, operation }
}

const protocols: ReadonlyMap<string, OtherRequest['protocol']> = new Map([
  ['rpc-v2-cbor', 'cbor'],
  ['rpc-v2-json', 'json'],
])

function serviceOfTarget(target: string): { readonly service: OtherService; readonly operation: string } | undefined {
  const dot = target.indexOf('.')
  const service = services.find(({ prefix }) => prefix.length === dot && target.startsWith(prefix))
  return service && { service, operation: target.slice(dot + 1) }
}

function typeOf(headers: RequestHeaders): string {
  const type = headers['content-type']
  return typeof type === 'string' ? mediaType(type) : ''
}
