/**
 * All that the page asks of the server it came from: the operations of DynamoDB and its neighbours, and control. Where signatures are asked for, every
 * request is signed with the keys of who signed in.
 */
import { answered, lost } from './connection.ts'
import { keys, mustSign, needsToken, noteSession } from './keys.ts'
import { ServerError } from './server-error.ts'

/** What `fetch` takes, as far as it is used here. */
interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | null
  readonly signal: AbortSignal | null
}

/** By this name the console's own requests are known among others, in the feed. */
export const consoleName = 'stator-console'

interface Service {
  readonly target: string
  readonly signingName: string
}

const dynamodb: Service = { target: 'DynamoDB_20120810', signingName: 'dynamodb' }
export const monitoring: Service = { target: 'GraniteServiceVersion20100801', signingName: 'monitoring' }
export const scaling: Service = { target: 'AnyScaleFrontendService', signingName: 'application-autoscaling' }
export const streams: Service = { target: 'DynamoDBStreams_20120810', signingName: 'dynamodb' }

/** The region that requests name. Servers with `--regions shared` have one. */
let region = 'us-east-1'

export function useRegion(name: string): void {
  region = name
}

/** Rejects with ServerError. */
export async function call<Output>(operation: string, input: object, service: Service = dynamodb, signal?: AbortSignal): Promise<Output> {
  const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `${service.target}.${operation}` }
  const response = await send('/', { method: 'POST', headers, body: JSON.stringify(input), signal: signal ?? null }, service.signingName)
  const text = await response.text()
  const answer = parsed(text)
  if (response.ok) return answer as Output
  const { __type = '', message, Message, ...details } = answer as { __type?: string; message?: string; Message?: string }
  throw new ServerError(response.status, message ?? Message ?? (text || `HTTP ${response.status}`), __type.split('#').at(-1), details)
}

type Members = { readonly [name: string]: string | number | boolean | object | undefined }

/** `path` stands below `/_stator/`. Members of GET and DELETE go into its query. Rejects with ServerError. */
export async function control<Output>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  members: Members = {},
  signal?: AbortSignal,
): Promise<Output> {
  const isBodiless = method === 'GET' || method === 'DELETE'
  const given = Object.entries(members).filter(([, value]) => value !== undefined)
  const query = isBodiless && given.length > 0 ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
  const headers = isBodiless ? { 'X-Stator-Control': '1' } : { 'Content-Type': 'application/json' }
  const body = isBodiless ? null : JSON.stringify(members)
  const response = await send(`/_stator/${path}${query}`, { method, headers, body, signal: signal ?? null }, 'stator')
  const text = await response.text()
  const answer = parsed(text)
  if (response.ok) return answer as Output
  throw new ServerError(response.status, typeof answer['error'] === 'string' ? answer['error'] : text || `HTTP ${response.status}`)
}

/** A GET whose answer comes piece by piece. Rejects with ServerError. */
export async function followed(path: string, signal: AbortSignal, lastSeen: number | undefined): Promise<ReadableStream<Uint8Array>> {
  const headers = { Accept: 'text/event-stream', ...(lastSeen !== undefined && { 'Last-Event-ID': String(lastSeen) }) }
  const response = await send(`/_stator/${path}`, { method: 'GET', headers, signal }, 'stator')
  if (response.ok && response.body !== null) return response.body
  throw new ServerError(response.status, String(parsed(await response.text())['error'] ?? `HTTP ${response.status}`))
}

/** From then on the browser has a cookie that no script can read. Rejects with ServerError. */
export async function bringToken(token: string): Promise<void> {
  await control('POST', 'console/session', { token })
  noteSession(true)
}

/** Nobody else who uses this browser comes in by it. Rejects with ServerError. */
export async function leaveSession(): Promise<void> {
  await control('DELETE', 'console/session')
  noteSession(false)
}

async function send(path: string, init: Sent, signingName: string): Promise<Response> {
  try {
    const response = await fetch(
      await signed(path, { ...init, headers: { ...init.headers, 'X-Amz-User-Agent': consoleName } }, signingName),
    )
    answered()
    if (response.status === 401 && !mustSign) needsToken.value = true
    return response
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    lost()
    throw new ServerError(0, `Nobody answered at ${location.host}.`)
  }
}

async function signed(path: string, init: Sent, signingName: string): Promise<Request> {
  const url = new URL(path, location.origin).href
  if (mustSign) {
    const pair = keys.value
    if (pair === undefined) throw new DOMException('Nobody has signed in.', 'AbortError')
    const { AwsV4Signer } = await import('aws4fetch')
    const signer = new AwsV4Signer({
      url,
      method: init.method,
      headers: init.headers,
      body: init.body ?? null,
      service: signingName,
      region,
      ...pair,
    })
    const { method, headers, body } = await signer.sign()
    return new Request(url, { method, headers, body: body ?? null, signal: init.signal })
  }
  return new Request(url, { ...init, headers: { ...init.headers, ...unsigned(signingName) } })
}

/** A signature that says who asks where nobody verifies it. */
function unsigned(signingName: string): Record<string, string> {
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const scope = `${date.slice(0, 8)}/${region}/${signingName}/aws4_request`
  const credential = `Credential=console/${scope}`
  return { 'X-Amz-Date': date, Authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}` }
}

function parsed(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {}
  } catch {
    return {}
  }
}
