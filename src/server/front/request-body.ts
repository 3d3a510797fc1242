/**
 * The body of one request as it arrives behind its head: where it ends, what of it is kept, for whom. A body that nobody asks for
 * is never kept, and is read past once the request has been answered.
 */
import { GrowingBytes } from '../growing-bytes.ts'
import type { SentBody } from '../http-request.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'

export class RequestBody {
  /** Undefined for a body in chunks. */
  #left: number | undefined
  readonly #decoder: ChunkedDecoder | undefined
  #use: 'none-yet' | 'kept' | 'dropped' = 'none-yet'
  readonly #content = new GrowingBytes()
  /** All of it, as it was read. */
  #whole: Uint8Array | undefined
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
    return this.#use === 'kept' && !this.isWhole ? this.#content.length : 0
  }

  /** If `received` holds all of it, takes it at once and returns true: there is nothing left to wait for. */
  takeWhole(received: Buffer): boolean {
    const length = this.#left
    if (length === undefined || received.length < length) return false
    this.#left = 0
    this.#whole = received.length === length ? received : received.subarray(0, length)
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
    if (this.isWhole && this.#use === 'kept') this.#settle(this.#sent)
    return taken === undefined ? undefined : received.subarray(taken)
  }

  /** The body, now or when it is here; `'too-large'` as soon as that is known, `'no-room'` when it lost it. */
  want(bytesMax: number): SentBody | Promise<SentBody> {
    if (this.isWhole) return this.#sent.length > bytesMax ? 'too-large' : this.#sent
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
    this.#content.clear()
  }

  /** The one place where bytes of clients are held for longer than it takes to read them. */
  #keepWithin(content: Buffer): void {
    if (this.#use !== 'kept') return
    this.#content.add(content)
    if (this.#content.length <= this.#bytesMax) return
    this.drop()
    this.#settle('too-large')
  }

  get #sent(): Uint8Array {
    return this.#whole ?? this.#content.bytes
  }
}
