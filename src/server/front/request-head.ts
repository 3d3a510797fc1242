/**
 * The head of a request, read from its bytes: RFC 9112, §2 to §6, and nothing that is not in it. What two readers could take for two
 * different things is refused, whoever stands in front of this server (§11.2).
 *
 * | part           | what is taken                                                                                             |
 * | -------------- | --------------------------------------------------------------------------------------------------------- |
 * | request line   | a method that Node knows, one space, the target, one space, `HTTP/1.1`; one empty line may come before it   |
 * | target         | `/path?query`; `http://host/path?query`, which is taken apart (request-target.ts); `*` of OPTIONS          |
 * | fields         | `name: value` with no space before the colon, no folded lines, no control characters; lines end in CR LF     |
 * | Host           | exactly one, an address or a name, with or without a port                                                  |
 * | length         | one `Content-Length` of digits, or one `Transfer-Encoding: chunked`, or neither: then there is no body     |
 *
 * `unusual` is what keeps these rules and is nevertheless left to node:http: HTTP/1.0, CONNECT, expectations other than
 * `100-continue`, and a GET that is to be answered with events without an end. An Upgrade is nothing that has to be heeded (RFC 9110 §7.8), and there is nothing to upgrade to.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { nodeHttp } from '../../base/node-http.ts'
import { readAbsoluteTarget } from '../request-target.ts'

export interface RequestHead {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** The values of those that came more than once. */
  readonly repeated?: RepeatedFields
  /** How many bytes of body follow, or that they come in chunks. */
  readonly length: number | 'chunked'
  /** Whether the client means to ask again on this connection. */
  readonly staysOpen: boolean
  /** Whether the client waits to be told that it may send the body. */
  readonly waitsToContinue: boolean
  /** How many bytes the head takes. */
  readonly headBytes: number
}

type RepeatedFields = ReadonlyMap<string, readonly string[]>

/** A status to refuse with, or what to do with a head that is not read here. */
export type UnreadHead = 'incomplete' | 'unusual' | 400 | 431

const methods: ReadonlySet<string> = new Set(nodeHttp.METHODS)
const requestLine = /^([A-Z-]+) ([\x21\x22\x24-\x7e]+) HTTP\/1\.([01])$/
const field = /[!#$%&'*+.^_`|~\dA-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n/
const fieldLines = new RegExp(`^(?:${field.source})*$`)
/** In no line of a head, nor between two. */
const neverInHead = /[^\t\r\n\x20-\x7e\x80-\xff]|(?<!\r)\n|\r(?=[^\n])/
const host = /^[\w.~!$&'()*+,;=%:[\]-]*$/
/** As many digits as a safe integer can have and be any number of so many. */
const wholeNumber = /^\d{1,15}$/

/** Fields of which node:http keeps the first when they are repeated. */
const single: ReadonlySet<string> = new Set([
  'accept-encoding',
  'age',
  'authorization',
  'content-type',
  'etag',
  'expires',
  'from',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])
/** Fields that make two requests of one, or one of two, when they are repeated. */
const once: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding'])

/** Reads the head that `received` starts with. `bytesMax` bounds the whole of it. */
export function readRequestHead(received: Buffer, bytesMax: number): RequestHead | UnreadHead {
  const text = received.toString('latin1', 0, Math.min(received.length, bytesMax + 1))
  const start = text.startsWith('\r\n') ? 2 : 0
  const end = text.indexOf('\r\n\r\n', start)
  if (end < 0 || end + 4 > bytesMax) return text.length > bytesMax ? 431 : unfinished(text, start)
  const lineEnd = text.indexOf('\r\n', start)
  const [, method = '', target = '', minor] = requestLine.exec(text.slice(start, lineEnd)) ?? []
  const fields = readFields(text.slice(lineEnd + 2, end + 2))
  if (fields === undefined || !methods.has(method)) return 400
  const { headers, repeated } = fields
  const length = lengthOf(headers)
  if (length === undefined) return 400
  if (minor === '0') return headers['transfer-encoding'] === undefined ? 'unusual' : 400
  if (headers.host === undefined || !host.test(headers.host)) return 400
  const { connection, expect } = headers
  const waitsToContinue = expect !== undefined && expect.toLowerCase() === '100-continue'
  if (method === 'CONNECT' || (expect !== undefined && !waitsToContinue)) return 'unusual'
  if (method === 'GET' && headers.accept?.includes('text/event-stream') === true) return 'unusual'
  const absolute = readAbsoluteTarget(target)
  if (absolute === undefined && !target.startsWith('/') && !(target === '*' && method === 'OPTIONS')) return 400
  if (absolute !== undefined) headers.host = absolute.host
  const url = absolute?.url ?? target
  const head = { method, url, headers, length, staysOpen: !saysClose(connection), waitsToContinue, headBytes: end + 4 }
  return repeated === undefined ? head : { ...head, repeated }
}

/** Of a head whose end has not come: whether it can still become one. */
function unfinished(text: string, start: number): 'incomplete' | 400 {
  if (neverInHead.test(text)) return 400
  const lineEnd = text.indexOf('\r\n', start)
  return lineEnd < 0 || requestLine.test(text.slice(start, lineEnd)) ? 'incomplete' : 400
}

/** Undefined when something is in them that is no field, or a field that there may be only one of is there twice. */
function readFields(text: string): { readonly headers: IncomingHttpHeaders; readonly repeated: RepeatedFields | undefined } | undefined {
  if (!fieldLines.test(text)) return undefined
  const headers: IncomingHttpHeaders = Object.create(null)
  let repeated: Map<string, string[]> | undefined
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(':', at)
    const end = text.indexOf('\r\n', colon)
    const name = text.slice(at, colon).toLowerCase()
    const value = withoutSpace(text, colon + 1, end)
    const before = headers[name]
    at = end + 2
    if (before === undefined) {
      headers[name] = value
      continue
    }
    if (once.has(name)) return undefined
    repeated ??= new Map()
    const values = repeated.get(name)
    if (values === undefined) repeated.set(name, [String(before), value])
    else values.push(value)
    if (!single.has(name)) headers[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return { headers, repeated }
}

/** Undefined for lengths that are none, or that contradict each other. */
function lengthOf(headers: IncomingHttpHeaders): number | 'chunked' | undefined {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  if (coding !== undefined) return length === undefined && coding.toLowerCase() === 'chunked' ? 'chunked' : undefined
  if (length === undefined) return 0
  return wholeNumber.test(length) ? Number(length) : undefined
}

/** Whether the client says that it will not ask again on this connection. */
function saysClose(connection: string | undefined): boolean {
  if (connection === undefined || connection === 'keep-alive') return false
  return connection.split(',').some((word) => word.trim().toLowerCase() === 'close')
}

function withoutSpace(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isSpace(text.charCodeAt(from))) from += 1
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
