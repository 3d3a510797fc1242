/** One connection of a client as rude as it likes: what it sends and reads, and how fast, is all its own choice. */
import { connect, type Socket } from 'node:net'
import { requestBytes } from '../../test/server/raw-connection.ts'

export interface Answered {
  readonly status: number
  readonly body: Buffer
}

export class Client {
  readonly socket: Socket
  readonly closed: Promise<void>
  isClosed = false
  #received: Buffer[] = []
  #receivedBytes = 0
  #neededBytes = 0
  readonly #onAnswer: (answer: Answered) => void

  private constructor(socket: Socket, onAnswer: (answer: Answered) => void) {
    this.socket = socket
    this.#onAnswer = onAnswer
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.isClosed = true
        resolve()
      })
    })
  }

  /** Resolves when it is connected. */
  static async open(port: number, onAnswer: (answer: Answered) => void = () => {}): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1' })
    const client = new Client(socket, onAnswer)
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
    return client
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#receivedBytes += chunk.length
    if (this.#receivedBytes < this.#neededBytes) return
    let received = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    for (;;) {
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) break
      const head = received.toString('latin1', 0, end)
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      this.#neededBytes = end + 4 + length
      if (received.length < this.#neededBytes) break
      this.#onAnswer({ status: Number(head.slice(9, 12)), body: received.subarray(end + 4, this.#neededBytes) })
      received = received.subarray(this.#neededBytes)
      this.#neededBytes = 0
    }
    this.#received = received.length === 0 ? [] : [received]
    this.#receivedBytes = received.length
  }
}

export function itemRequest(target: string, input: object): Buffer {
  return requestBytes({ target, body: JSON.stringify(input) })
}
