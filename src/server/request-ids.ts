/**
 * The request id that every answer carries: 52 upper-case base-32 digits (0–9, A–V), as AWS makes them (errors.md §1). It stands
 * alone because it is made for every request: randomness is drawn in blocks, since asking for 32 bytes at a time costs more than
 * the rest of it.
 */
import type { Random } from '../base/random.ts'

const digits = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUV', 'latin1')
const idLength = 52
const idsPerBlock = 64

export class RequestIds {
  readonly #random: Random
  readonly #text = Buffer.alloc(idLength)
  #block: Uint8Array = new Uint8Array(0)
  #next = 0

  constructor(random: Random) {
    this.#random = random
  }

  next(): string {
    if (this.#next >= this.#block.length) {
      this.#block = this.#random.bytes(idLength * idsPerBlock)
      this.#next = 0
    }
    for (let at = 0; at < idLength; at += 1) this.#text[at] = digits[(this.#block[this.#next + at] ?? 0) & 31] ?? 0
    this.#next += idLength
    return this.#text.toString('latin1')
  }
}
