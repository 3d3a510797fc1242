/** Lambda asked in the test's own process: an input becomes a request of REST, by the bindings of the contract, and its answer plain data again. */
import assert from 'node:assert/strict'
import { Functions } from '../../src/functions/functions.ts'
import { readFunctions } from '../../src/functions/read-functions.ts'
import { answererOf } from '../../src/server/ask-wing.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { type LambdaOperation, lambdaOperations } from '../../src/services/lambda/contract/operations.ts'

export interface LambdaReply {
  readonly status: number
  /** Of an error. */
  readonly exception?: string
  readonly message?: string
  readonly body: { readonly [name: string]: unknown }
  /** Of an answer that is no JSON object: as it stands. */
  readonly text: string
  readonly headers: { readonly [name: string]: string }
}

const headers = {
  'content-type': 'application/json',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

type Input = { readonly [member: string]: unknown }

/** Functions of this process, and where failures go. */
export function functionsOf(
  functions: object,
  destinations: object = {},
  folder: string = import.meta.dirname,
): Pick<ServiceOptions, 'functions'> {
  return { functions: async () => new Functions(readFunctions({ functions, destinations }, folder), { PATH: process.env.PATH ?? '' }) }
}

/** `Payload` of Invoke is text. */
export async function callLambda(service: Service, operation: LambdaOperation, input: Input): Promise<LambdaReply> {
  const { http } = lambdaOperations[operation]
  assert.ok(http !== undefined)
  const { method, query = {}, headers: bound = {}, payload } = http
  const used = new Set<string>()
  const take = (member: string): unknown => {
    used.add(member)
    return input[member]
  }
  const path = http.path.replaceAll(/\{(\w+)\}/g, (_, member: string) => encodeURIComponent(String(take(member))))
  const parameters = new URLSearchParams()
  for (const [member, name] of Object.entries(query)) {
    const value = take(member)
    for (const each of Array.isArray(value) ? value : value === undefined ? [] : [value]) parameters.append(name, String(each))
  }
  const sent: { [name: string]: string } = { ...headers }
  for (const [member, name] of Object.entries(bound)) {
    const value = take(member)
    if (value !== undefined) sent[name.toLowerCase()] = String(value)
  }
  const rest = Object.fromEntries(Object.entries(input).filter(([member]) => !used.has(member)))
  const body = payload === undefined ? (method === 'POST' || method === 'PUT' ? JSON.stringify(rest) : '') : String(input[payload] ?? '')
  const url = `${path}${parameters.size > 0 ? `?${parameters}` : ''}`
  const answerer = answererOf(service.otherServices, { method, url, headers: sent })
  assert.ok(answerer !== undefined, `${url} is an address of Lambda`)
  return replyOf(await answerer(Buffer.from(body)))
}

function replyOf({ status, headers: answered, body }: Awaited<ReturnType<NonNullable<ReturnType<typeof answererOf>>>>): LambdaReply {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  const told = Object.fromEntries(Object.entries(answered).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const exception = told['x-amzn-errortype']
  const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  const members = parsed as { readonly [name: string]: unknown }
  const reply = { status, body: members, text, headers: told }
  if (exception === undefined) return reply
  return { ...reply, exception, message: String(members['message'] ?? members['Message'] ?? '') }
}

/** The body of an answer that must be a success. */
export async function succeedLambda(service: Service, operation: LambdaOperation, input: Input): Promise<LambdaReply['body']> {
  const { status, exception, message, body } = await callLambda(service, operation, input)
  assert.ok(status < 300, `${operation}: ${status} ${exception} ${message}`)
  return body
}
