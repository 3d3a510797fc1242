/**
 * Bytes that are held because clients are slow: what has come of requests that are not whole, or what is left of answers that were not
 * taken. When there are more than may be, whoever has not moved for the longest time loses his; one alone may hold what it likes.
 */

import { unannouncedBodyBytesMax } from '../limits.ts'

export interface Holder {
  /** Lets go of what it holds: it is not asked again for what it held. */
  letGo(): void
}

export class HeldBytes {
  readonly #bytesMax: number
  readonly #onFreed: (bytes: number) => void
  /** Who has moved last stands last. */
  readonly #holders = new Map<Holder, number>()
  #bytes = 0
  #refused = 0

  /** `onFreed`: called with what is held no more. */
  constructor(bytesMax: number, onFreed: (bytes: number) => void = () => {}) {
    this.#bytesMax = bytesMax
    this.#onFreed = onFreed
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How often there was no room: for a body that was to come, or for what somebody held. */
  get refused(): number {
    return this.#refused
  }

  /** Whether a body that says it is so long may begin to come; NaN says nothing. */
  mayCome(bytes: number): boolean {
    if (!(bytes > unannouncedBodyBytesMax) || this.#bytes + bytes <= this.#bytesMax) return true
    this.#refused += 1
    return false
  }

  /** Notes that a holder has moved and what it holds since. Others, or this one, may be let go of for it. */
  set(holder: Holder, bytes: number): void {
    const before = this.#holders.get(holder) ?? 0
    this.#bytes += bytes - before
    if (bytes < before) this.#onFreed(before - bytes)
    this.#holders.delete(holder)
    if (bytes === 0) return
    this.#holders.set(holder, bytes)
    while (this.#bytes > this.#bytesMax && this.#holders.size > 1) {
      const [first] = this.#holders.keys()
      if (first === undefined) return
      this.set(first, 0)
      this.#refused += 1
      first.letGo()
    }
  }
}
