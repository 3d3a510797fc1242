/**
 * The body of an HTTP request, whole and no longer content-encoded, within one limit that neither a false Content-Length nor a
 * gzip bomb gets around.
 */
import type { IncomingMessage } from 'node:http'
import { decodeBody } from './decode-body.ts'

/**
 * The bytes of the body, `'too-large'` as soon as they exceed `bytesMax`, or `'broken'` when it is not what its Content-Encoding says. What is left of a body that is too large is read and
 * thrown away, so that the client gets to read its answer. Never settles when the client goes away first.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | 'too-large' | 'broken'> {
  if (Number(request.headers['content-length']) > bytesMax) {
    request.resume()
    return Promise.resolve('too-large')
  }
  const encoding = request.headers['content-encoding']
  const body = collect(request, bytesMax)
  return encoding === undefined ? body : body.then((sent) => (sent === 'too-large' ? sent : decodeBody(sent, encoding, bytesMax)))
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
