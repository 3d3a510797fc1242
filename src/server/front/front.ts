/**
 * The front: HTTP/1.1 by a reader and writer of our own (docs/decisions/0016), for what nearly all clients send nearly always. It has
 * no listening socket: connections are given to it, and those that ask for something unusual it gives on to node:http.
 */
import type { Socket } from 'node:net'
import { stopwatchMs } from '../../base/clock.ts'
import { connectionsLookedAtMax } from '../limits.ts'
import { AnswerRounds } from './answer-rounds.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { TransferTurns } from './transfer-turns.ts'

export interface FrontOptions extends Omit<ConnectionOptions, 'rounds' | 'turns' | 'onGone'> {
  /** Called whenever a connection is gone. */
  readonly onGone: () => void
}

export class Front {
  readonly #options: ConnectionOptions
  readonly #connections = new Set<Connection>()
  /** One for all connections. */
  readonly #timer: NodeJS.Timeout

  constructor(options: FrontOptions) {
    this.#options = {
      ...options,
      rounds: new AnswerRounds(),
      turns: new TransferTurns(options.budget.newcomers),
      onGone: (connection) => {
        this.#connections.delete(connection)
        options.onGone()
      },
    }
    this.#timer = setInterval(() => this.#giveUp(), options.limits.timeoutCheckMs)
    this.#timer.unref()
  }

  /** Whether anybody is being answered. */
  get isBusy(): boolean {
    return this.#connections.values().some(({ isBusy }) => isBusy)
  }

  accept(socket: Socket): void {
    this.#connections.add(new Connection(socket, this.#options))
  }

  /** Ends connections of which no request has begun to come. */
  endIdle(): void {
    for (const connection of this.#connections) connection.endIfIdle()
  }

  /** All connections, and nobody is waited for any more. */
  hangUp(): void {
    clearInterval(this.#timer)
    for (const connection of this.#connections) connection.destroy()
  }

  /** Looks at those that were let in first, or have been looked at the longest time ago. */
  endOneIdle(): boolean {
    let looks = 0
    for (const connection of this.#connections) {
      if (connection.isIdle) {
        this.#connections.delete(connection)
        connection.destroy()
        return true
      }
      this.#connections.delete(connection)
      this.#connections.add(connection)
      looks += 1
      if (looks === connectionsLookedAtMax) return false
    }
    return false
  }

  #giveUp(): void {
    const nowMs = stopwatchMs()
    for (const connection of this.#connections) connection.giveUpAt(nowMs)
  }
}
