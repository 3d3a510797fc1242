/** The connections of all clients at all doors, whoever reads from them: there are only so many, and those that find no place are counted. */
import type { EventEmitter } from 'node:events'
import type { Newcomers } from './newcomers.ts'

/** Ends a connection that nothing is waited for on, if there is one. */
export type EndOneIdle = () => boolean

export class OpenConnections {
  readonly #max: number
  readonly #open = new Set<EventEmitter>()
  readonly #endOneIdle: EndOneIdle[] = []
  readonly #newcomers: Newcomers
  #refused = 0

  constructor(max: number, newcomers: Newcomers) {
    this.#max = max
    this.#newcomers = newcomers
  }

  /** How many were ever refused. */
  get refused(): number {
    return this.#refused
  }

  /** Has idle connections make place from now on: each door knows its own. */
  addDoor(endOneIdle: EndOneIdle): void {
    this.#endOneIdle.push(endOneIdle)
  }

  /** Whether a new one has a place, which it keeps until it closes. When all are taken, one that is idle makes place. */
  accept(connection: EventEmitter): boolean {
    this.#newcomers.note()
    if (this.#open.size >= this.#max && !this.#endOneIdle.some((endOneIdle) => endOneIdle())) {
      this.#refused += 1
      return false
    }
    this.#open.add(connection)
    connection.once('close', () => this.#open.delete(connection))
    return true
  }
}
