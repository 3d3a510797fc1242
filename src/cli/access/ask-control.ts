/** A question to the control endpoint of a running server, signed by whoever asks: a server with `--auth` answers nothing else. */
import type { Endpoint } from '../load/endpoint.ts'

export interface ControlQuestion {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its query. */
  readonly path: string
  readonly body?: object
}

/** The JSON that was answered. Rejects with one clear sentence. */
export async function askControl({ url, region, credentials }: Endpoint, { method, path, body }: ControlQuestion): Promise<unknown> {
  const { sign } = (await import('aws4')).default
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = { Host: url.host, ...(text !== undefined && { 'Content-Type': 'application/json' }) }
  const request = { service: 'stator', region, method, host: url.host, path, headers, ...(text !== undefined && { body: text }) }
  const signed = sign(request, credentials).headers as unknown as { readonly [name: string]: string }
  const { Host: _host, 'Content-Length': _length, ...sent } = signed
  const response = await fetch(new URL(path, url), { method, headers: sent, ...(text !== undefined && { body: text }) }).catch(
    (error: unknown) => {
      throw new Error(`No server answers at ${url.origin}: start one with 'stator', or name yours with --endpoint.`, { cause: error })
    },
  )
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && typeof answer === 'object' && answer !== null) return answer
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
  throw new Error(`What answers at ${url.origin} is no Stator with a control endpoint.`)
}
