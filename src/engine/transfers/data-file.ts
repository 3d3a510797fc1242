/** A file of an export while it is written: lines in, gzip out, all of it in memory, for files are small. */
import { once } from 'node:events'
import { createGzip, type Gzip } from 'node:zlib'

export class DataFile {
  readonly #gzip: Gzip = createGzip()
  readonly #pieces: Buffer[] = []
  readonly #ended: Promise<unknown>
  /** Of the lines. */
  bytes = 0
  lineCount = 0

  constructor() {
    this.#gzip.on('data', (piece: Buffer) => this.#pieces.push(piece))
    this.#ended = once(this.#gzip, 'end')
    this.#ended.catch(() => {})
  }

  /** Resolves when they are taken. Each ends with a line break. */
  async write(lines: readonly string[]): Promise<void> {
    const text = Buffer.from(lines.join(''))
    this.bytes += text.length
    this.lineCount += lines.length
    await new Promise<void>((resolve, reject) => this.#gzip.write(text, (error) => (error ? reject(error) : resolve())))
  }

  /** The whole file. Nothing is written any more. */
  async end(): Promise<Uint8Array> {
    this.#gzip.end()
    await this.#ended
    return Buffer.concat(this.#pieces)
  }

  /** Not wanted any more. */
  drop(): void {
    this.#gzip.destroy()
  }
}
