/**
 * Whether connections are being let in. The system lets one in for each turn of the event loop, and does not say how many wait behind it:
 * while hundreds come at once, a turn that is spent on large work keeps all of them, and whoever asks for the server's health, waiting.
 * So large work is left for later while somebody comes, but not for ever.
 */
import { turnsLettingInMax } from '../limits.ts'

export class Newcomers {
  #cameInThisTurn = false
  /** For how many turns in a row somebody has come; undefined while nobody does. */
  #turns: number | undefined

  /** Somebody was let in. */
  note(): void {
    this.#cameInThisTurn = true
    if (this.#turns !== undefined) return
    this.#turns = 0
    setImmediate(this.#onTurn)
  }

  /** Whether this turn is to be short: somebody came in it or in the one before it. One turn in so many is not. */
  get areComing(): boolean {
    return this.#turns !== undefined && this.#turns < turnsLettingInMax
  }

  readonly #onTurn = (): void => {
    if (!this.#cameInThisTurn) {
      this.#turns = undefined
      return
    }
    this.#cameInThisTurn = false
    this.#turns = this.areComing ? (this.#turns ?? 0) + 1 : 0
    setImmediate(this.#onTurn)
  }
}
