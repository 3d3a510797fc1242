/**
 * An HTTP/1.1 client connection that costs as little as a client can: no header objects, no streams, one answer at a time, and
 * only what must be known of it is read. The load generator shares the machine with the server it measures.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly head: string
  readonly body: string
}

const headEnd = Buffer.from('\r\n\r\n')
const success = Buffer.from('HTTP/1.1 200')
const lengthPattern = /\r\ncontent-length: (\d+)/i

export class Connection {
  readonly #socket: Socket
  #chunks: Buffer[] = []
  #receivedBytes = 0
  /** Of the answer that is arriving, as far as its head is there to say. */
  #wholeBytes = 0
  #arrived: (whole: Buffer, bodyAt: number) => void = () => {}
  #failed: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#receive(chunk)
      } catch (error) {
        this.#failed(error as Error)
        socket.destroy()
      }
    })
    socket.on('error', (error) => this.#failed(error))
    socket.on('close', () => this.#failed(new Error('the server closed a connection')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Calls `arrived` for the answer to each request until it returns no further one. `failed` is told of a broken connection. */
  drive(first: Buffer, arrived: (ok: boolean, text: () => RawAnswer) => Buffer | undefined, failed: (error: Error) => void): void {
    this.#failed = failed
    this.#arrived = (whole, bodyAt) => {
      const ok = whole.subarray(0, success.length).equals(success)
      const next = arrived(ok, () => ({ head: whole.toString('latin1', 0, bodyAt), body: whole.toString('utf8', bodyAt) }))
      if (next !== undefined) this.#socket.write(next)
    }
    this.#socket.write(first)
  }

  ask(request: Buffer): Promise<RawAnswer & { readonly ok: boolean }> {
    return new Promise((resolve, reject) => {
      const arrived = (ok: boolean, text: () => RawAnswer): undefined => {
        resolve({ ok, ...text() })
      }
      this.drive(request, arrived, reject)
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#receivedBytes += chunk.length
    if (this.#receivedBytes < this.#wholeBytes) return
    const received = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const end = received.indexOf(headEnd)
    if (end >= 0) {
      const bodyAt = end + headEnd.length
      this.#wholeBytes = bodyAt + lengthOf(received, end)
      if (received.length >= this.#wholeBytes) {
        this.#chunks = []
        this.#receivedBytes = 0
        this.#wholeBytes = 0
        this.#arrived(received, bodyAt)
        return
      }
    }
    this.#chunks = [received]
  }
}

function lengthOf(received: Buffer, headEndsAt: number): number {
  const length = Number(lengthPattern.exec(received.toString('latin1', 0, headEndsAt))?.[1] ?? Number.NaN)
  if (Number.isNaN(length)) throw new Error('an answer without Content-Length')
  return length
}
