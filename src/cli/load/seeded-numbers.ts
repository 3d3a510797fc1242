/** Numbers in a sequence that a seed decides, fast enough to draw several for each request. */

export class SeededNumbers {
  #a: number
  #b = 0x9e3779b9
  #c = 0x243f6a88
  #counter = 1

  /** `stream` sets sequences of one seed apart: what one draws does not move the others. */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0
    this.#b ^= stream
    this.#c ^= Math.floor(seed / 2 ** 32)
    for (let warmUp = 0; warmUp < 12; warmUp += 1) this.word()
  }

  /** 32 random bits (sfc32, from the PractRand family). */
  word(): number {
    const mixed = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + mixed) | 0
    return mixed >>> 0
  }

  /** From 0 to just below 1, with 53 random bits. */
  fraction(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53
  }

  /** A whole number from 0 to just below `bound`. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }
}
