/**
 * The chunked transfer coding (RFC 9112 §7.1), taken off bytes as they arrive in pieces of any size. Extensions and trailer fields
 * are checked and thrown away; a server has no use for them, but a reader that guesses at them would end the body elsewhere than others.
 */
import { chunkedLineBytesMax, chunkedOverheadBytesMax } from '../limits.ts'

const sizeLine =
  /^([\dA-Fa-f]{1,8})((?:;[!#$%&'*+.^_`|~\dA-Za-z-]+(?:=(?:[!#$%&'*+.^_`|~\dA-Za-z-]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*)\r\n$/
const trailerLine = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):[\t\x20-\x7e\x80-\xff]*\r\n$/
/** What says how a message is read does not come behind it. */
const neverInTrailers = /^(content-length|host|transfer-encoding)$/i

export class ChunkedDecoder {
  #state: 'size' | 'content' | 'content-end' | 'trailers' | 'done' = 'size'
  /** Of a line, what has come of it. */
  #line = ''
  #contentLeft = 0
  #overheadBytes = 0

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Hands the content in `bytes` to `keep`. Returns how many of the bytes were of the body, or undefined when they are no such body. */
  decode(bytes: Buffer, keep: (content: Buffer) => void): number | undefined {
    let at = 0
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'content') {
        const content = bytes.subarray(at, at + this.#contentLeft)
        keep(content)
        at += content.length
        this.#contentLeft -= content.length
        if (this.#contentLeft === 0) this.#state = 'content-end'
      } else {
        const lineFeed = bytes.indexOf(0x0a, at)
        const end = lineFeed < 0 ? bytes.length : lineFeed + 1
        this.#line += bytes.toString('latin1', at, Math.min(end, at + chunkedLineBytesMax + 1))
        at = end
        if (this.#line.length > chunkedLineBytesMax || (lineFeed >= 0 && !this.#takeLine())) return undefined
      }
    }
    return at
  }

  /** False when the line is not what must come here. */
  #takeLine(): boolean {
    const line = this.#line
    this.#line = ''
    switch (this.#state) {
      case 'size': {
        const [, digits = '', extensions = ''] = sizeLine.exec(line) ?? []
        this.#overheadBytes += extensions.length
        this.#contentLeft = Number.parseInt(digits, 16)
        this.#state = this.#contentLeft === 0 ? 'trailers' : 'content'
        return digits !== '' && this.#overheadBytes <= chunkedOverheadBytesMax
      }
      case 'content-end':
        this.#state = 'size'
        return line === '\r\n'
      default: {
        if (line === '\r\n') {
          this.#state = 'done'
          return true
        }
        const [, name = ''] = trailerLine.exec(line) ?? []
        this.#overheadBytes += line.length
        return name !== '' && !neverInTrailers.test(name) && this.#overheadBytes <= chunkedOverheadBytesMax
      }
    }
  }
}
