/**
 * A large JSON text, parsed while others have their turns: in slices that JSON.parse takes, which are runs of members of an object or of
 * elements of a list, and parts of a text that is long by itself. What comes out is what JSON.parse makes of the whole, and what that refuses is refused.
 */
import { isUtf8 } from 'node:buffer'
import { setOwn } from '../base/own.ts'
import type { Pace } from '../base/pace.ts'
import { jsonSliceBytes } from './limits.ts'

/** The body nests no deeper than `jsonDepthMax`. Rejects with SyntaxError, and with NobodyWaits. `sliceBytes`: for tests. */
export async function parseInSlices(body: Uint8Array, pace: Pace, sliceBytes: number = jsonSliceBytes): Promise<unknown> {
  return new SlicedJson(body, pace, sliceBytes).parse()
}

const nowhere = -1
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const listOpens = 0x5b
const listCloses = 0x5d
const objectOpens = 0x7b
const objectCloses = 0x7d

class SlicedJson {
  readonly #body: Buffer
  readonly #pace: Pace
  readonly #sliceBytes: number
  #at = 0

  constructor(body: Uint8Array, pace: Pace, sliceBytes: number) {
    this.#body = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length)
    this.#pace = pace
    this.#sliceBytes = sliceBytes
  }

  async parse(): Promise<unknown> {
    const value = await this.#value()
    if (this.#next() !== undefined) throw new SyntaxError('something follows')
    return value
  }

  #value(): Promise<unknown> {
    switch (this.#next()) {
      case objectOpens:
        return this.#members()
      case listOpens:
        return this.#elements()
      case quote:
        return this.#text()
      default:
        return this.#plain()
    }
  }

  async #members(): Promise<object> {
    const object: { [name: string]: unknown } = {}
    await this.#parts(
      objectCloses,
      (run) => {
        const members = Object.entries(this.#parsed('{', run, '}') as { readonly [name: string]: unknown })
        for (const [name, value] of members) setOwn(object, name, value)
        return members.length
      },
      async () => {
        if (this.#next() !== quote) throw new SyntaxError('a name is missing')
        const name = await this.#text()
        if (this.#next() !== colon) throw new SyntaxError('a colon is missing')
        this.#at += 1
        setOwn(object, name, await this.#value())
      },
    )
    return object
  }

  async #elements(): Promise<readonly unknown[]> {
    const list: unknown[] = []
    await this.#parts(
      listCloses,
      (run) => {
        const elements = this.#parsed('[', run, ']') as readonly unknown[]
        for (const element of elements) list.push(element)
        return elements.length
      },
      async () => void list.push(await this.#value()),
    )
    return list
  }

  /** What stands between brackets. `addRun`: takes whole parts, and says how many; `addLarge`: reads one that is larger than a slice. */
  async #parts(closes: number, addRun: (run: Buffer) => number, addLarge: () => Promise<void>): Promise<void> {
    this.#at += 1
    if (this.#next() === closes) {
      this.#at += 1
      return
    }
    for (;;) {
      const from = this.#at
      const to = this.#endOfRun()
      if (to === nowhere) await addLarge()
      else {
        this.#at = to
        if (addRun(this.#body.subarray(from, to)) === 0) throw new SyntaxError('a part is missing')
        await this.#rest(to - from)
      }
      const separator = this.#next()
      this.#at += 1
      if (separator === closes) return
      if (separator !== comma) throw new SyntaxError('a comma is missing')
    }
  }

  /** Where the last of the parts ends that are whole within a slice; nowhere when not even the first is. */
  #endOfRun(): number {
    const limit = Math.min(this.#body.length, this.#at + this.#sliceBytes)
    let end = nowhere
    for (let next = this.#endOfPart(this.#at, limit); next !== nowhere; next = this.#endOfPart(next + 1, limit)) {
      end = next
      if (this.#body[next] !== comma) break
    }
    return end
  }

  /** The comma or bracket behind what begins at `from`; nowhere when there is none before `limit`. */
  #endOfPart(from: number, limit: number): number {
    const body = this.#body
    let depth = 0
    for (let at = from; at < limit; at += 1) {
      switch (body[at]) {
        case quote:
          for (at += 1; at < limit && body[at] !== quote; at += 1) if (body[at] === backslash) at += 1
          break
        case listOpens:
        case objectOpens:
          depth += 1
          break
        case listCloses:
        case objectCloses:
          if (depth === 0) return at
          depth -= 1
          break
        case comma:
          if (depth === 0) return at
      }
    }
    return nowhere
  }

  /** A text that is long, perhaps. */
  async #text(): Promise<string> {
    const parts: string[] = []
    for (let from = this.#at + 1; ; from = this.#at) {
      this.#at = this.#endOfTextPart(from)
      parts.push(this.#parsed('"', this.#body.subarray(from, this.#at), '"') as string)
      if (this.#at >= this.#body.length) throw new SyntaxError('a text has no end')
      if (this.#body[this.#at] === quote) break
      await this.#rest(this.#at - from)
    }
    this.#at += 1
    return parts.join('')
  }

  /** Where the text ends, or a part of it that can stand by itself. */
  #endOfTextPart(from: number): number {
    const body = this.#body
    const limit = Math.min(body.length, from + this.#sliceBytes)
    let at = from
    while (at < limit && body[at] !== quote) {
      const isEscape = body[at] === backslash
      at += isEscape ? (body[at + 1] === 0x75 /* u */ ? 6 : 2) : 1
    }
    // Not between the bytes of a character.
    while (((body[at] ?? 0) & 0xc0) === 0x80) at += 1
    return Math.min(at, body.length)
  }

  /** A number, true, false, null, or what is none of these. */
  async #plain(): Promise<unknown> {
    const from = this.#at
    const end = this.#endOfPart(from, this.#body.length)
    this.#at = end === nowhere ? this.#body.length : end
    return this.#parsed('', this.#body.subarray(from, this.#at), '')
  }

  #parsed(before: string, bytes: Buffer, after: string): unknown {
    const text = bytes.toString()
    if (text.includes('\u{fffd}') && !isUtf8(bytes)) throw new SyntaxError('it is not UTF-8')
    return JSON.parse(`${before}${text}${after}`)
  }

  /** Skips white space. Undefined behind the end. */
  #next(): number | undefined {
    for (;;) {
      const byte = this.#body[this.#at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.#at += 1
    }
  }

  async #rest(bytes: number): Promise<void> {
    if (this.#pace.isOver(bytes / 1024)) await this.#pace.pause()
  }
}
