/** A request that node:http has read, as the rest of the server sees requests. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { HttpRequest, SentBody } from './http-request.ts'
import { readAbsoluteTarget } from './request-target.ts'

export class NodeRequest implements HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly socket: HttpRequest['socket']
  readonly #message: IncomingMessage

  constructor(message: IncomingMessage) {
    const { method = '', url = '' } = message
    const absolute = readAbsoluteTarget(url)
    this.method = method
    this.url = absolute?.url ?? url
    this.headers = absolute === undefined ? withFirstEncoding(message) : { ...withFirstEncoding(message), host: absolute.host }
    this.socket = message.socket
    this.#message = message
  }

  get repeated(): HttpRequest['repeated'] {
    const several = Object.entries(this.#message.headersDistinct).filter(([, values = []]) => values.length > 1)
    return several.length === 0 ? undefined : new Map(several as [string, string[]][])
  }

  body(bytesMax: number): Promise<SentBody> {
    return new Promise((resolve) => {
      let chunks: Buffer[] = []
      let sizeBytes = 0
      this.#message.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes <= bytesMax) {
          chunks.push(chunk)
          return
        }
        chunks = []
        resolve('too-large')
      })
      this.#message.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    })
  }
}

function withFirstEncoding({ headers, rawHeaders }: IncomingMessage): IncomingHttpHeaders {
  if (headers['accept-encoding']?.includes(',') !== true) return headers
  const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'accept-encoding')
  return { ...headers, 'accept-encoding': rawHeaders[at + 1] }
}
