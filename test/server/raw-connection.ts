/**
 * HTTP as bytes: what a client really sends and gets, header by header, which node:http's own client would tidy up. Answers are
 * taken apart by Content-Length.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** In lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** A header that passes for a signature. */
export const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00'

export class RawConnection {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}
  #ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true
        this.#wake()
        resolve()
      })
    })
    // A reset is one way to be closed.
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
  }

  static async open(port: number, options: { allowHalfOpen?: boolean } = {}): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', ...options })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  /** What was received and is not part of an answer that was taken. */
  get unread(): Buffer {
    return this.#received
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** The next answer. Fails when the connection ends before it is whole. `bodiless` is for answers to HEAD. */
  async next({ bodiless = false }: { bodiless?: boolean } = {}): Promise<RawAnswer> {
    for (;;) {
      const answer = this.#take(bodiless)
      if (answer !== undefined) return answer
      assert(!this.#ended, `the connection ended after ${JSON.stringify(this.#received.toString('latin1', 0, 1000))}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #take(bodiless: boolean): RawAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n')
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]))
    const length = bodiless ? 0 : Number(headers.get('content-length') ?? 0)
    if (this.#received.length < end + 4 + length) return undefined
    const body = this.#received.subarray(end + 4, end + 4 + length)
    this.#received = this.#received.subarray(end + 4 + length)
    return { status: Number(statusLine.split(' ')[1]), headers, body }
  }
}

/** The bytes of a request. `headers` are added to, or with undefined taken from, those that a signed DynamoDB request has. */
export function requestBytes(parts: {
  readonly method?: string
  readonly url?: string
  readonly target?: string
  readonly headers?: { readonly [name: string]: string | undefined }
  readonly body?: string | Uint8Array
}): Buffer {
  const { method = 'POST', url = '/', target, body = '' } = parts
  const bytes = Buffer.from(body)
  const headers = {
    Host: 'localhost',
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': target === undefined ? undefined : `DynamoDB_20120810.${target}`,
    'X-Amz-Date': '20261122T120000Z',
    Authorization: authorization,
    'Content-Length': String(bytes.length),
    ...parts.headers,
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]))
  return Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`), bytes])
}
