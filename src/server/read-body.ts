/**
 * The body of an HTTP request, whole and no longer content-encoded, within one limit that neither a false Content-Length nor a
 * gzip bomb gets around.
 */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const gunzipAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/**
 * The bytes of the body, or `'too-large'` as soon as they exceed `bytesMax`. What is left of a body that is too large is read and
 * thrown away, so that the client gets to read its answer. Never settles when the client goes away first.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | 'too-large'> {
  if (Number(request.headers['content-length']) > bytesMax) {
    request.resume()
    return Promise.resolve('too-large')
  }
  const body = collect(request, bytesMax)
  return request.headers['content-encoding'] === 'gzip' ? body.then((encoded) => decompress(encoded, bytesMax)) : body
}

async function decompress(body: Uint8Array | 'too-large', bytesMax: number): Promise<Uint8Array | 'too-large'> {
  if (body === 'too-large') return body
  try {
    return await gunzipAsync(body, { maxOutputLength: bytesMax })
  } catch (error) {
    if (error instanceof RangeError) return 'too-large'
    // Not gzip after all: whoever parses it will say that it is not JSON, unless it is. [I]
    return body
  }
}

function collect(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | 'too-large'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let sizeBytes = 0
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes <= bytesMax) {
        chunks.push(chunk)
        return
      }
      chunks = []
      resolve('too-large')
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
  })
}
