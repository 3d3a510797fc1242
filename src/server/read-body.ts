/**
 * The body of an HTTP request, whole and no longer content-encoded, within one limit that neither a false Content-Length nor a
 * gzip bomb gets around.
 */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { HttpRequest, SentBody } from './http-request.ts'

const gunzipAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/**
 * The bytes of the body, or `'too-large'` as soon as they exceed `bytesMax`. What is left of a body that is too large is read and
 * thrown away, so that the client gets to read its answer. Never settles when the client goes away first.
 */
export function readBody(request: HttpRequest, bytesMax: number): SentBody | Promise<SentBody> {
  if (Number(request.headers['content-length']) > bytesMax) return 'too-large'
  const body = request.body(bytesMax)
  return request.headers['content-encoding'] === 'gzip' ? decompress(body, bytesMax) : body
}

async function decompress(sent: SentBody | Promise<SentBody>, bytesMax: number): Promise<SentBody> {
  const body = await sent
  if (body === 'too-large') return body
  try {
    return await gunzipAsync(body, { maxOutputLength: bytesMax })
  } catch (error) {
    if (error instanceof RangeError) return 'too-large'
    // Not gzip after all: whoever parses it will say that it is not JSON, unless it is. [I]
    return body
  }
}
