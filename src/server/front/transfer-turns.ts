/**
 * How much of long bodies is read, or of long answers written, in one turn of the event loop. Left alone, the system's reads give each of
 * hundreds of connections two megabytes a turn, and hundreds of clients that take something at the same time have their next piece
 * written in one: nobody else has his before all of that is done. While connections come, nobody goes on.
 */
import type { Newcomers } from '../budget/newcomers.ts'
import { longTransferBytesMin, transferPerTurnBytesMax } from '../limits.ts'

/** A body that is read, or an answer that is written. */
export interface Transfer {
  /** It is its turn. Does not throw. */
  goOn(): void
}

export class TransferTurns {
  #bytes = 0
  #isTurnSeen = false
  /** With what each is taken to move next: as much as before. */
  readonly #waiting = new Map<Transfer, number>()
  readonly #newcomers: Newcomers

  constructor(newcomers: Newcomers) {
    this.#newcomers = newcomers
  }

  /** Whether one of which so much has just been moved may go on. Otherwise it is told when it may, in the order they asked. */
  mayGoOn(transfer: Transfer, bytes: number): boolean {
    if (bytes < longTransferBytesMin) return true
    this.#bytes += bytes
    this.#seeTurn()
    if (this.#bytes < transferPerTurnBytesMax && this.#waiting.size === 0) return true
    this.#waiting.set(transfer, bytes)
    return false
  }

  /** It goes on no more. */
  leave(transfer: Transfer): void {
    this.#waiting.delete(transfer)
  }

  #seeTurn(): void {
    if (this.#isTurnSeen) return
    this.#isTurnSeen = true
    setImmediate(this.#onTurn)
  }

  readonly #onTurn = (): void => {
    this.#isTurnSeen = false
    this.#bytes = 0
    if (!this.#newcomers.areComing) this.#letGoOn()
    if (this.#waiting.size > 0) this.#seeTurn()
  }

  #letGoOn(): void {
    let leftBytes = transferPerTurnBytesMax
    for (const [transfer, bytes] of this.#waiting) {
      if (leftBytes <= 0) return
      leftBytes -= bytes
      this.#waiting.delete(transfer)
      transfer.goOn()
    }
  }
}
