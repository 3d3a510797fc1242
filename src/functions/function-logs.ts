/** The logs of functions, as far as they are kept: the last lines of each, in bounded memory whatever is printed. */

import type { LogLine } from './function-host.ts'
import { logBytesMax, logLineBytesMax, logLinesMax } from './limits.ts'

export class FunctionLog {
  #lines: LogLine[] = []
  #bytes = 0

  add(timeMs: number, requestId: string | undefined, text: string): void {
    const cut = text.length > logLineBytesMax ? `${text.slice(0, logLineBytesMax)}…` : text
    this.#lines.push({ timeMs, requestId, text: cut })
    this.#bytes += cut.length
    if (this.#lines.length <= logLinesMax * 2 && this.#bytes <= logBytesMax * 2) return
    // Half of it at a time: so a line costs the same however many there are.
    let from = Math.max(0, this.#lines.length - logLinesMax)
    let bytes = this.#lines.slice(from).reduce((sum, line) => sum + line.text.length, 0)
    for (; bytes > logBytesMax && from < this.#lines.length - 1; from += 1) bytes -= this.#lines[from]?.text.length ?? 0
    this.#lines = this.#lines.slice(from)
    this.#bytes = bytes
  }

  get lines(): readonly LogLine[] {
    return this.#lines.slice(-logLinesMax)
  }
}

/** The last of what one invocation printed. */
export class LogTail {
  readonly #bytesMax: number
  #text = ''

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  add(line: string): void {
    const text = `${this.#text}${line.slice(-this.#bytesMax)}\n`
    this.#text = text.length > this.#bytesMax * 2 ? text.slice(-this.#bytesMax) : text
  }

  get text(): string {
    return Buffer.from(this.#text, 'utf8').subarray(-this.#bytesMax).toString('utf8')
  }
}

/** Cuts what a process prints into lines. What has no end is a line once it is long enough. */
export class LineCutter {
  readonly #lineBytesMax: number
  readonly #take: (line: string) => void
  #parts: string[] = []
  #length = 0

  constructor(lineBytesMax: number, take: (line: string) => void) {
    this.#lineBytesMax = lineBytesMax
    this.#take = take
  }

  add(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#parts.push(text.slice(from, end))
      this.flush()
      from = end + 1
    }
    if (from === text.length) return
    this.#parts.push(text.slice(from))
    this.#length += text.length - from
    if (this.#length > this.#lineBytesMax) this.flush()
  }

  /** What there is of the last line. */
  flush(): void {
    if (this.#parts.length === 0) return
    const line = this.#parts.join('')
    this.#parts = []
    this.#length = 0
    this.#take(line)
  }
}
