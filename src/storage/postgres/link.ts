/** A connection that is made again after it was lost, and what is tried until the database is back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatchMs } from '../../base/clock.ts'
import { reconnectAfterMs, reconnectAfterMsMax, retryMsMax } from '../limits.ts'
import { StoreUnavailable } from '../store.ts'
import type { Connection } from './connection.ts'

export type Connect = () => Promise<Connection>

export class Link {
  readonly #connect: Connect
  #connection: Connection | undefined
  #opening: Promise<Connection> | undefined

  constructor(connect: Connect) {
    this.#connect = connect
  }

  /** The connection as it is, or a new one. Rejects as `connect` does. */
  open(): Promise<Connection> {
    if (this.#connection?.isOpen) return Promise.resolve(this.#connection)
    this.#opening ??= this.#connect()
      .then((connection) => {
        this.#connection = connection
        return connection
      })
      .finally(() => {
        this.#opening = undefined
      })
    return this.#opening
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {})
    this.#connection?.end()
  }
}

/** Waits longer and longer. */
export class Patience {
  readonly #sinceMs = stopwatchMs()
  #nextMs = reconnectAfterMs

  get isOver(): boolean {
    return stopwatchMs() - this.#sinceMs >= retryMsMax
  }

  async wait(): Promise<void> {
    await sleep(this.#nextMs)
    this.#nextMs = Math.min(this.#nextMs * 2, reconnectAfterMsMax)
  }
}

/**
 * Does over the link what may be done again, until the database answers or `retryMsMax` has passed. Rejects with StoreUnavailable, also
 * when the database answers with an error.
 */
export async function persist<T>(open: Connect, isClosed: () => boolean, ask: (connection: Connection) => Promise<T>): Promise<T> {
  const patience = new Patience()
  for (;;) {
    let connection: Connection | undefined
    try {
      connection = await open()
      return await ask(connection)
    } catch (error) {
      if (isClosed()) throw new StoreUnavailable('the store is closed')
      if (connection?.isOpen || patience.isOver) throw new StoreUnavailable('the database cannot be asked', { cause: error })
    }
    await patience.wait()
  }
}
