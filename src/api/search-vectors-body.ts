/**
 * The kinds of JSON in a body of SearchVectors, which AWS reads with another library than the bodies of all other operations: its
 * complaints are those of Rust's serde_json, down to line and column (errors.md §4.1). What is wrong inside attribute values, and
 * what is left right here, goes the way of every body. Members, in the order in which a missing one is told:
 *
 *   TableName, IndexName      a string
 *   SearchVector              a sequence
 *   TopK                      i32
 *   the four others           may be null; strings, and maps for the placeholders
 *
 * A column counts the bytes of its line that are read: up to the end of a scalar, up to the start of a sequence or map.
 */
import { invalid, ServiceError } from './errors.ts'

type Kind = 'a string' | 'a sequence' | 'i32' | 'a map'

const required: ReadonlyMap<string, Kind> = new Map([
  ['TableName', 'a string'],
  ['IndexName', 'a string'],
  ['SearchVector', 'a sequence'],
  ['TopK', 'i32'],
])
const optional: ReadonlyMap<string, Kind> = new Map([
  ['SearchConditionExpression', 'a string'],
  ['ProjectionExpression', 'a string'],
  ['ReturnConsumedCapacity', 'a string'],
  ['ExpressionAttributeNames', 'a map'],
  ['ExpressionAttributeValues', 'a map'],
])

/**
 * Refuses a body with a member of a wrong kind (SerializationException) or without one it needs (ValidationException). `parsed` is
 * what the bytes say, so they are known to be JSON; they are read again only when there is something to complain of.
 */
export function checkSearchVectorsBody(parsed: unknown, bytes: Uint8Array): void {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return
  const members = parsed as { readonly [name: string]: unknown }
  for (const name of Object.keys(members)) {
    const fault = faultOf(name, members[name])
    if (fault === undefined) continue
    const { line, column } = positionOf(bytes, name)
    throw new ServiceError('SerializationException', `${fault} at line ${line} column ${column}`)
  }
  const missing = [...required.keys()].find((name) => !Object.hasOwn(members, name))
  if (missing === undefined) return
  const { line, column } = endOf(bytes)
  throw invalid(`missing field \`${missing}\` at line ${line} column ${column}`)
}

function faultOf(name: string, value: unknown): string | undefined {
  const kind = required.get(name) ?? (value === null ? undefined : optional.get(name))
  if (kind === undefined || isOfKind(value, kind)) return undefined
  if (kind === 'i32' && typeof value === 'number' && Number.isInteger(value)) return `invalid value: integer \`${value}\`, expected i32`
  return `invalid type: ${printed(value)}, expected ${kind}`
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'a string':
      return typeof value === 'string'
    case 'a sequence':
      return Array.isArray(value)
    case 'i32':
      return typeof value === 'number' && (value | 0) === value
    case 'a map':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
  }
}

function printed(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'sequence'
  if (typeof value === 'object') return 'map'
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`
  if (typeof value === 'boolean') return `boolean \`${value}\``
  return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``
}

interface Position {
  readonly line: number
  readonly column: number
}

/** Where reading the value of a member of the outermost object stops; of several with that name, the last counts. */
function positionOf(bytes: Uint8Array, name: string): Position {
  let found = 0
  let at = afterSpace(bytes, afterSpace(bytes, 0) + 1)
  while (bytes[at] === quote) {
    const nameEnd = afterValue(bytes, at)
    const valueStart = afterSpace(bytes, afterSpace(bytes, nameEnd) + 1)
    const valueEnd = afterValue(bytes, valueStart)
    if (JSON.parse(textOf(bytes, at, nameEnd)) === name) found = isOpening(bytes[valueStart]) ? valueStart : valueEnd
    const next = afterSpace(bytes, valueEnd)
    if (bytes[next] !== comma) break
    at = afterSpace(bytes, next + 1)
  }
  return positionAt(bytes, found)
}

/** Behind the closing brace. */
function endOf(bytes: Uint8Array): Position {
  return positionAt(bytes, bytes.lastIndexOf(closingBrace) + 1)
}

function positionAt(bytes: Uint8Array, offset: number): Position {
  let line = 1
  let lineStart = 0
  for (let at = bytes.indexOf(newline); at >= 0 && at < offset; at = bytes.indexOf(newline, at + 1)) {
    line += 1
    lineStart = at + 1
  }
  return { line, column: offset - lineStart }
}

/** The bytes are JSON, so brackets match and texts end. */
function afterValue(bytes: Uint8Array, start: number): number {
  if (bytes[start] === quote) return afterText(bytes, start)
  if (!isOpening(bytes[start])) {
    let end = start
    while (end < bytes.length && !isEndOfScalar(bytes[end])) end += 1
    return end
  }
  let depth = 0
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === quote) at = afterText(bytes, at) - 1
    else if (isOpening(bytes[at])) depth += 1
    else if (bytes[at] === closingBrace || bytes[at] === closingBracket) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return bytes.length
}

function afterText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at + 1
}

function afterSpace(bytes: Uint8Array, start: number): number {
  let at = start
  while (isSpace(bytes[at])) at += 1
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === newline || byte === 0x0d
}

function isEndOfScalar(byte: number | undefined): boolean {
  return isSpace(byte) || byte === comma || byte === closingBrace || byte === closingBracket
}

function isOpening(byte: number | undefined): boolean {
  return byte === 0x7b /* { */ || byte === 0x5b /* [ */
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start, end)
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const closingBrace = 0x7d
const closingBracket = 0x5d
const newline = 0x0a
