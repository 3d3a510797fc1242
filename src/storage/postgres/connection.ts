/**
 * One connection to PostgreSQL. Statements are sent without waiting for the answers to earlier ones, those of one moment in one piece,
 * and values come as text: the driver reads nothing else. A connection that does not answer in time is given up.
 */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Client, type ClientConfig } from 'pg'
import { answerMsMax, connectMsMax } from '../limits.ts'
import { endsConnection } from './failures.ts'
import { type Answer, type Call, RowQuery } from './row-query.ts'
import { sessionSettings } from './statements.ts'

export interface Answered {
  /** Undefined for a statement that failed, or that nobody answered. */
  readonly answers: readonly (Answer | undefined)[]
  readonly fault: Error | undefined
}

export interface ConnectionOptions {
  readonly config: ClientConfig
  readonly use: 'lane' | 'reads'
}

export class Connection {
  readonly #client: Client
  readonly #socket: Socket
  /** What the driver writes to: the socket, or what encrypts for it. */
  #wire: Duplex
  readonly #watch: NodeJS.Timeout
  #isOpen = true
  #isCorked = false
  #waiting = 0

  private constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
    this.#wire = socket
    this.#watch = setTimeout(() => this.#giveUp(), answerMsMax).unref()
    client.on('error', () => this.#over())
    client.on('end', () => this.#over())
  }

  /** Rejects with what the database or the network says. */
  static async open({ config, use }: ConnectionOptions): Promise<Connection> {
    const socket = new Socket()
    const client = new Client({
      fallback_application_name: 'stator',
      ...config,
      stream: () => socket,
      connectionTimeoutMillis: connectMsMax,
      keepAlive: true,
      pipeline: true,
    })
    const connection = new Connection(client, socket)
    try {
      await client.connect()
      connection.#wire = wireOf(client)
      await connection.run([[{ text: sessionSettings(use) }]])
    } catch (error) {
      connection.end()
      throw error
    }
    return connection
  }

  /** False when nothing can be asked of it any more; whoever still waits for an answer is told so. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * Resolves with the answers when the last of them is there. Rejects then, too, with the first that is an error; statements behind one
   * that failed in a transaction have done nothing.
   */
  async run(calls: readonly Call[]): Promise<readonly Answer[]> {
    const { answers, fault } = await this.ask(calls)
    if (fault !== undefined) throw fault
    return answers as readonly Answer[]
  }

  /** As `run`, with all that was answered besides the first error. */
  ask(calls: readonly Call[]): Promise<Answered> {
    return new Promise((resolve) => {
      const answers: (Answer | undefined)[] = calls.map(() => undefined)
      let left = calls.length
      let fault: Error | undefined
      this.#cork()
      if (this.#waiting === 0) this.#watch.refresh()
      this.#waiting += left
      const settled = (error: Error | null, at: number, { answer }: RowQuery): void => {
        if (error === null) answers[at] = answer
        else {
          fault ??= error
          if (endsConnection(error)) this.#over()
        }
        left -= 1
        this.#waiting -= 1
        this.#watch.refresh()
        if (left === 0) resolve({ answers, fault })
      }
      for (const [at, call] of calls.entries()) this.#client.query(new RowQuery(call, (error, query) => settled(error, at, query)))
    })
  }

  end(): void {
    this.#over()
    this.#client.end(() => {})
  }

  /** What is sent from here to the next tick goes in one piece. */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#wire.cork()
    process.nextTick(() => {
      this.#isCorked = false
      this.#wire.uncork()
    })
  }

  #giveUp(): void {
    if (!this.#isOpen) return
    if (this.#waiting === 0) this.#watch.refresh()
    else this.#socket.destroy(new Error('the database does not answer'))
  }

  #over(): void {
    this.#isOpen = false
    clearTimeout(this.#watch)
  }
}

/** The driver does not tell it in its types. */
function wireOf(client: Client): Duplex {
  return (client as unknown as { readonly connection: { readonly stream: Duplex } }).connection.stream
}
