/** Signatures for the control endpoint, under the name that it has in the scope of credentials: whoever asks it signs like this. */
import type { Endpoint } from './endpoint.ts'

export interface Headers {
  readonly [name: string]: string
}

export interface SignedQuestion {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query. */
  readonly path: string
  /** JSON. */
  readonly body?: string | undefined
}

/** What makes the headers of a question. Loads what signs. */
export async function controlSigner(
  endpoint: Pick<Endpoint, 'url' | 'region' | 'credentials'>,
): Promise<(asked: SignedQuestion) => Headers> {
  const bearer = controlBearer()
  if (bearer !== undefined) return ({ body }) => ({ Host: endpoint.url.host, ...typeOf(body), ...bearer })
  const { sign } = (await import('aws4')).default
  const { url, region, credentials } = endpoint
  return ({ method, path, body }) => {
    const headers = { Host: url.host, ...typeOf(body) }
    const request = { service: 'stator', region, method, host: url.host, path, headers, ...(body !== undefined && { body }) }
    return sign(request, credentials).headers as unknown as Headers
  }
}

/** What a server asks for that is open to other machines and knows nobody: the token, which stands in the environment. */
export function controlBearer(): Headers | undefined {
  const { STATOR_CONTROL_TOKEN: token } = process.env
  return token === undefined || token === '' ? undefined : { Authorization: `Bearer ${token}` }
}

function typeOf(body: string | undefined): Headers {
  return body === undefined ? {} : { 'Content-Type': 'application/json' }
}
