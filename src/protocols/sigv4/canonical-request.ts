/**
 * A request as its signature sees it (iam-and-sigv4.md §1.2): the one form that both sides make of it, whatever proxies and libraries
 * did to the way it is written. Works on the bytes of the wire: texts have a character for each byte.
 */
import { sha256Hex } from '../../base/digest.ts'
import type { SignedRequest } from './signed-request.ts'

const encodedOrReserved = /%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-_.~]/g
const reserved = /[^A-Za-z0-9\-_.~]/g
const unreserved = /[A-Za-z0-9\-_.~]/

/** The SHA-256 of the canonical request in hexadecimal digits. `signedHeaders`: in lower case and in order. */
export function canonicalRequestHash(request: SignedRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const text = canonicalRequest(request, signedHeaders, payloadHash)
  const isAscii = Buffer.byteLength(text) === text.length
  return sha256Hex(isAscii ? text : Buffer.from(text, 'latin1'))
}

export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const { method, path, query } = request
  let headers = ''
  for (const name of signedHeaders) headers += `${name}:${canonicalValue(request, name)}\n`
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`
}

/** The names in a list of signed headers as they are signed: in lower case, in order, each once. */
export function namesOf(signedHeaders: string): readonly string[] {
  return [...new Set(signedHeaders.toLowerCase().split(';'))].sort()
}

/** Undefined headers are signed as empty ones: whoever signed them had them. */
function canonicalValue({ headers, repeated }: SignedRequest, name: string): string {
  const values = repeated?.get(name)
  if (values !== undefined) return values.map(withSingleSpaces).join(',')
  const value = headers[name === ':authority' ? 'host' : name]
  if (typeof value === 'string') return withSingleSpaces(value)
  return value === undefined ? '' : value.map(withSingleSpaces).join(',')
}

function withSingleSpaces(value: string): string {
  const trimmed = value.trim()
  return trimmed.includes('  ') ? trimmed.replaceAll(/ {2,}/g, ' ') : trimmed
}

/** Without dot segments and doubled slashes, and encoded once more than it came. */
export function canonicalPath(path: string): string {
  if (path === '/') return path
  const kept: string[] = []
  const segments = path.split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment.replaceAll(reserved, percentEncoded))
  }
  const isFolder = kept.length > 0 && ['', '.', '..'].includes(segments.at(-1) ?? '')
  return `/${kept.join('/')}${isFolder ? '/' : ''}`
}

/** In the order of the encoded names, then of the values, and without the signature itself. */
export function canonicalQuery(query: string): string {
  if (query === '') return ''
  const parameters: { readonly name: string; readonly value: string }[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = encodedAnew(equals < 0 ? part : part.slice(0, equals))
    if (name !== 'X-Amz-Signature') parameters.push({ name, value: equals < 0 ? '' : encodedAnew(part.slice(equals + 1)) })
  }
  parameters.sort((one, other) => inOrder(one.name, other.name) || inOrder(one.value, other.value))
  return parameters.map(({ name, value }) => `${name}=${value}`).join('&')
}

/** Each byte as it is or as two upper-case digits, whichever of the two it is to be. */
function encodedAnew(text: string): string {
  return text.replaceAll(encodedOrReserved, (found, digits: string | undefined) => {
    if (digits === undefined) return percentEncoded(found)
    const character = String.fromCharCode(Number.parseInt(digits, 16))
    return unreserved.test(character) ? character : found.toUpperCase()
  })
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
