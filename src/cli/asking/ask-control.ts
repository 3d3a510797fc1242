/**
 * A question to the control endpoint of a running server. Every command asks by this one way: signed by whoever asks, where there are
 * credentials, for a server with `--auth` answers nothing else; and a server without it doesn't look at them.
 */
import type { CommandOption, GivenOptions } from '../command-options.ts'
import { controlBearer, controlSigner, type Headers, type SignedQuestion } from './control-signer.ts'
import { type ControlEndpoint, findControlEndpoint } from './endpoint.ts'

export interface ControlQuestion {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
  /** A member that every answer has: what lacks it is somebody else's. */
  readonly answerHas?: string
  /** What to do when nobody answers: the rest of a sentence. */
  readonly otherwise?: string
}

export const endpointOption: CommandOption = {
  name: 'endpoint',
  value: 'URL',
  help: 'where Stator runs ($AWS_ENDPOINT_URL_DYNAMODB, $AWS_ENDPOINT_URL, else http://127.0.0.1:8000)',
}

export const profileOption: CommandOption = { name: 'profile', value: 'NAME', help: 'whose credentials (those of the AWS CLI)' }

/** Where the options `endpoint`, `region` and `profile`, as far as a command has them, say that it is. Rejects with UsageError, or one clear sentence. */
export function controlEndpointOf(given: GivenOptions): Promise<ControlEndpoint> {
  const [endpoint, region, profile] = ['endpoint', 'region', 'profile'].map((name) => given.get(name))
  return findControlEndpoint({ endpoint, region, profile }, process.env)
}

/** The JSON that was answered. Rejects with one clear sentence. */
export async function askControl(endpoint: ControlEndpoint, question: ControlQuestion): Promise<object> {
  const { url, credentials } = endpoint
  const { method, path, answerHas, otherwise = "start one with 'stator', or name yours with --endpoint" } = question
  const body = question.body === undefined ? undefined : JSON.stringify(question.body)
  const headers = await headersOf(endpoint, { method, path, body })
  const response = await fetch(new URL(path, url), { method, headers, ...(body !== undefined && { body }) }).catch((error: unknown) => {
    throw new Error(distrust(url, error) ?? `No server answers at ${url.origin}: ${otherwise}.`, { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (typeof answer !== 'object' || answer === null) throw new Error(nobodyKnown(url))
  if (response.ok && (answerHas === undefined || answerHas in answer)) return answer
  if (!('error' in answer)) throw new Error(nobodyKnown(url))
  throw new Error(credentials === undefined && isUnsigned(answer.error) ? `${url.host} ${needsCredentials}` : String(answer.error))
}

async function headersOf({ url, region, credentials }: ControlEndpoint, asked: SignedQuestion): Promise<Headers> {
  // What no page of another origin can send without being asked for leave.
  const own: Headers = asked.method === 'DELETE' ? { 'X-Stator-Control': '1' } : {}
  const bearer = controlBearer()
  if (credentials === undefined || bearer !== undefined)
    return { ...own, ...(asked.body !== undefined && { 'Content-Type': 'application/json' }), ...bearer }
  // Those that `fetch` sets itself it takes from nobody.
  const { Host: _host, 'Content-Length': _length, ...sent } = (await controlSigner({ url, region, credentials }))(asked)
  return { ...sent, ...own }
}

const needsCredentials =
  'takes signed requests only: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile of the credentials file.'

function isUnsigned(error: unknown): boolean {
  return String(error).startsWith('MissingAuthenticationTokenException')
}

/** A server whose certificate this process does not trust is there, whatever is said of the connection. Undefined for other errors. */
export function distrust(url: URL, error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (!/CERT|SIGNATURE|ISSUER/.test(code)) return undefined
  return `The certificate of ${url.origin} is not trusted (${code}): name a file with those that it is to be trusted by in NODE_EXTRA_CA_CERTS.`
}

function nobodyKnown(url: URL): string {
  return `What answers at ${url.origin} is no Stator with a control endpoint.`
}
