/**
 * The request id that every answer carries: 52 upper-case base-32 digits (0–9, A–V), as AWS makes them (errors.md §1). It stands
 * alone because it is made for every request: the digits come from a small generator (sfc32) that is seeded once, as they must
 * differ and need not be secret.
 */
import type { Random } from '../base/random.ts'

const digits = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUV', 'latin1')
const idLength = 52
/** Five bits each, out of 32. */
const digitsPerWord = 6

export class RequestIds {
  readonly #text = Buffer.alloc(idLength)
  readonly #state: Uint32Array

  constructor(random: Random) {
    const seed = Buffer.from(random.bytes(12))
    this.#state = Uint32Array.of(seed.readUInt32LE(0), seed.readUInt32LE(4), seed.readUInt32LE(8), 1)
  }

  next(): string {
    let at = 0
    while (at < idLength) {
      let word = this.#nextWord()
      const end = Math.min(at + digitsPerWord, idLength)
      for (; at < end; at += 1) {
        this.#text[at] = digits[word & 31] ?? 0
        word >>>= 5
      }
    }
    return this.#text.toString('latin1')
  }

  #nextWord(): number {
    const state = this.#state
    const a = state[0] ?? 0
    const b = state[1] ?? 0
    const c = state[2] ?? 0
    const counter = state[3] ?? 0
    const word = (a + b + counter) >>> 0
    state[3] = counter + 1
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + word
    return word
  }
}
