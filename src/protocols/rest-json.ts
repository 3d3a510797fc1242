/**
 * REST with JSON (Smithy's restJson1): members of an input stand in the path, behind the `?`, in headers and in the body, those of an
 * output in the status, in headers and in the body. A blob is base64 text for whoever offers the operation, wherever it stood.
 *
 * | place  | numbers, booleans | times                        | lists                   |
 * | ------ | ----------------- | ---------------------------- | ----------------------- |
 * | label  | as text           | ISO 8601                     | –                       |
 * | query  | as text           | ISO 8601                     | the parameter, repeated |
 * | header | as text           | a date of HTTP               | –                       |
 * | body   | of JSON           | seconds since 1970           | of JSON                 |
 */
import type { Shape, ShapeTable, StructureShape } from '../api/shapes/shape-table.ts'
import { getOwn, setOwn } from '../base/own.ts'
import type { Answer } from './answer.ts'
import { parseBody } from './parse-body.ts'
import { findRoute, type RestRoute } from './rest-route.ts'
import type { BoundMembers, ErrorRow, ProtocolRequest, ServiceContract } from './service-contract.ts'
import type { RequestHeaders } from './service-request.ts'
import { typedJson } from './typed-json.ts'

type AnyAnswer = Answer<string | Uint8Array>
type Members = { readonly [name: string]: unknown }

/**
 * The operation, and its input as the other protocols would have carried it: what text stands for a number is one. Undefined if
 * no operation is at this address. Throws SerializationException.
 */
export function readRest(contract: ServiceContract, request: ProtocolRequest): { operation: string; raw: unknown } | undefined {
  const parameters = new URLSearchParams(request.query)
  const route = findRoute(contract.operations, { method: request.method, path: request.path, parameters })
  if (route === undefined) return undefined
  return { operation: route.operation, raw: rawInput(contract.shapes, route, parameters, request) }
}

function rawInput(
  shapes: ShapeTable,
  { operation, binding, labels }: RestRoute,
  parameters: URLSearchParams,
  { headers, body }: ProtocolRequest,
): unknown {
  const shape = structureNamed(shapes, `${operation}Input`)
  const document = documentOf(shapes, shape, binding.payload, body)
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document
  const raw: { [name: string]: unknown } = {}
  for (const name of Object.keys(shape.members)) {
    const of = memberShape(shapes, shape, name)
    const parameter = getOwn(binding.query ?? {}, name)
    const header = getOwn(binding.headers ?? {}, name)
    let member: unknown
    if (labels.has(name)) member = fromText(of, labels.get(name))
    else if (parameter !== undefined) member = fromParameters(shapes, of, parameters.getAll(parameter))
    else if (header !== undefined) member = fromText(of, headerNamed(headers, header))
    else member = getOwn(document as Members, name)
    if (member !== undefined) setOwn(raw, name, member)
  }
  return raw
}

/** What the body says: of the members that are bound to no place, or of the one that it is. */
function documentOf(shapes: ShapeTable, shape: StructureShape, payload: string | undefined, body: Uint8Array): unknown {
  if (body.length === 0) return {}
  if (payload === undefined) return parseBody(body)
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  switch (memberShape(shapes, shape, payload)?.kind) {
    case 'blob':
      return { [payload]: bytes.toString('base64') }
    case 'string':
      return { [payload]: bytes.toString() }
    default:
      return { [payload]: parseBody(body) }
  }
}

function fromParameters(shapes: ShapeTable, shape: Shape | undefined, texts: readonly string[]): unknown {
  if (texts.length === 0) return undefined
  return shape?.kind === 'list' ? texts.map((text) => fromText(shapes[shape.of], text)) : fromText(shape, texts[0])
}

/** Text that stands for nothing of the kind stays text, for the service to complain of. */
function fromText(shape: Shape | undefined, text: string | undefined): unknown {
  if (text === undefined) return undefined
  switch (shape?.kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'integer':
    case 'long':
    case 'double':
      return /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : text
    case 'timestamp': {
      const timeMs = Date.parse(text)
      return Number.isNaN(timeMs) ? text : timeMs / 1000
    }
    default:
      return text
  }
}

function headerNamed(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return typeof value === 'object' ? value.join(', ') : value
}

/** `output` is of the shape `<operation>Output`, or undefined for an operation that answers nothing. */
export function restAnswer(contract: ServiceContract, operation: string, output: unknown, requestId: string): AnyAnswer {
  const { shapes, operations } = contract
  const { status = 200, answer: places = {} } = operations[operation]?.http ?? {}
  const shape = shapes[`${operation}Output`]
  const headers = { 'x-amzn-RequestId': requestId }
  if (shape?.kind !== 'structure') return { status, headers, body: '' }
  const members = (output ?? {}) as Members
  const told = places.status === undefined ? undefined : members[places.status]
  const { body, contentType } = bodyOf(shapes, shape, places, members)
  return {
    status: typeof told === 'number' ? told : status,
    headers: {
      ...headers,
      ...headersOf(shapes, shape, places.headers ?? {}, members),
      ...(contentType !== undefined && { 'Content-Type': contentType }),
    },
    body,
  }
}

function headersOf(shapes: ShapeTable, shape: StructureShape, bound: BoundMembers, members: Members): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {}
  for (const [member, name] of Object.entries(bound)) {
    const value = members[member]
    if (value === undefined) continue
    const isTime = memberShape(shapes, shape, member)?.kind === 'timestamp'
    headers[name] = isTime ? new Date((value as number) * 1000).toUTCString() : String(value)
  }
  return headers
}

interface RestBody {
  readonly body: string | Uint8Array
  readonly contentType?: string
}

type Places = NonNullable<NonNullable<ServiceContract['operations'][string]['http']>['answer']>

function bodyOf(shapes: ShapeTable, shape: StructureShape, places: Places, members: Members): RestBody {
  const { payload } = places
  if (payload === undefined) {
    const bound = new Set([places.status, ...Object.keys(places.headers ?? {})])
    const rest = Object.fromEntries(Object.entries(shape.members).filter(([name]) => !bound.has(name)))
    return { body: typedJson(shapes, { kind: 'structure', members: rest }, members), contentType: json }
  }
  const value = members[payload]
  if (value === undefined) return { body: '' }
  const of = memberShape(shapes, shape, payload)
  switch (of?.kind) {
    case 'blob':
      return { body: Buffer.from(value as string, 'base64'), contentType: 'application/octet-stream' }
    case 'string':
      return { body: value as string, contentType: 'text/plain' }
    default:
      return { body: typedJson(shapes, of, value), contentType: json }
  }
}

const json = 'application/json'

/** `members` are those of the error, its message among them. */
export function restErrorAnswer({ status, typeMember }: ErrorRow, exception: string, members: Members, requestId: string): AnyAnswer {
  const headers = { 'Content-Type': json, 'x-amzn-RequestId': requestId, 'x-amzn-ErrorType': exception }
  const whose = typeMember === undefined ? {} : { [typeMember]: status < 500 ? 'User' : 'Service' }
  return { status, headers, body: JSON.stringify({ ...whose, ...members }) }
}

function structureNamed(shapes: ShapeTable, name: string): StructureShape {
  const shape = shapes[name]
  return shape?.kind === 'structure' ? shape : { kind: 'structure', members: {} }
}

function memberShape(shapes: ShapeTable, { members }: StructureShape, name: string): Shape | undefined {
  return shapes[(members[name] ?? '').replace('!', '')]
}
