/**
 * The body of one request as it arrives behind its head: where it ends, what of it is kept, for whom. A body that nobody asks for
 * is never kept, and is read past once the request has been answered.
 */
import type { SentBody } from '../http-request.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'

export class RequestBody {
  /** Undefined for a body in chunks. */
  #left: number | undefined
  readonly #decoder: ChunkedDecoder | undefined
  #use: 'none-yet' | 'kept' | 'dropped' = 'none-yet'
  #pieces: Uint8Array[] = []
  #sizeBytes = 0
  #bytesMax = 0
  #settle: (body: SentBody) => void = () => {}

  constructor(length: number | 'chunked') {
    this.#left = length === 'chunked' ? undefined : length
    this.#decoder = length === 'chunked' ? new ChunkedDecoder() : undefined
  }

  /** Whether all of it has been taken from what was received. */
  get isWhole(): boolean {
    return this.#decoder?.isDone ?? this.#left === 0
  }

  /** Whether it is known what to do with what arrives of it. */
  get isTaking(): boolean {
    return this.#use !== 'none-yet' && !this.isWhole
  }

  /** What is held of it until it is whole. */
  get arrivingBytes(): number {
    return this.#use === 'kept' && !this.isWhole ? this.#sizeBytes : 0
  }

  /** If `received` holds all of it, takes it at once and returns true: there is nothing left to wait for. */
  takeWhole(received: Buffer): boolean {
    const length = this.#left
    if (length === undefined || received.length < length) return false
    this.#left = 0
    this.#keep(received.length === length ? received : received.subarray(0, length))
    return true
  }

  /** Takes what is of the body and returns what is behind it; undefined when the body is not well formed. */
  take(received: Buffer): Buffer | undefined {
    let taken: number | undefined
    if (this.#decoder !== undefined) taken = this.#decoder.decode(received, (content) => this.#keepWithin(content))
    else {
      taken = Math.min(this.#left ?? 0, received.length)
      this.#left = (this.#left ?? 0) - taken
      this.#keepWithin(received.subarray(0, taken))
    }
    if (this.isWhole && this.#use === 'kept') this.#settle(this.#bytes())
    return taken === undefined ? undefined : received.subarray(taken)
  }

  /** The body, now or when it is here; `'too-large'` as soon as that is known, `'no-room'` when it lost it. */
  want(bytesMax: number): SentBody | Promise<SentBody> {
    if (this.isWhole) return this.#sizeBytes > bytesMax ? 'too-large' : this.#bytes()
    this.#use = 'kept'
    this.#bytesMax = bytesMax
    return new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** There is no room for it: whoever wants it is told so. */
  loseRoom(): void {
    this.drop()
    this.#settle('no-room')
  }

  /** Nobody is going to want it. */
  drop(): void {
    this.#use = 'dropped'
    this.#pieces = []
  }

  #keepWithin(content: Buffer): void {
    if (this.#use !== 'kept') return
    this.#keep(content)
    if (this.#sizeBytes <= this.#bytesMax) return
    this.drop()
    this.#settle('too-large')
  }

  /** The one place where bytes of clients are held for longer than it takes to read them. */
  #keep(content: Buffer): void {
    this.#sizeBytes += content.length
    this.#pieces.push(content)
  }

  #bytes(): Uint8Array {
    const [first] = this.#pieces
    return first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces)
  }
}
