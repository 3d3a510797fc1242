/**
 * How much of long bodies is read in one turn of the event loop. Left alone, the system's reads give each of hundreds of connections two
 * megabytes a turn, and nobody else has his before all of that is read.
 */
import { longReadBytesMin, readersPerTurnMax, readPerTurnBytesMax } from '../limits.ts'

/** Who reads from a connection. */
export interface Reader {
  /** Reads on: it is its turn. Does not throw. */
  readOn(): void
}

export class ReadTurns {
  #bytes = 0
  #isTurnSeen = false
  readonly #waiting = new Set<Reader>()

  /** Whether the reader, who has read so much at once, may read on. Otherwise it is told when it may, in the order they asked. */
  mayReadOn(reader: Reader, bytes: number): boolean {
    if (bytes < longReadBytesMin) return true
    this.#bytes += bytes
    this.#seeTurn()
    if (this.#bytes < readPerTurnBytesMax && this.#waiting.size === 0) return true
    this.#waiting.add(reader)
    return false
  }

  /** It reads no more. */
  leave(reader: Reader): void {
    this.#waiting.delete(reader)
  }

  #seeTurn(): void {
    if (this.#isTurnSeen) return
    this.#isTurnSeen = true
    setImmediate(this.#onTurn)
  }

  readonly #onTurn = (): void => {
    this.#isTurnSeen = false
    this.#bytes = 0
    for (const reader of this.#waiting.values().take(readersPerTurnMax)) {
      this.#waiting.delete(reader)
      reader.readOn()
    }
    if (this.#waiting.size > 0) this.#seeTurn()
  }
}
