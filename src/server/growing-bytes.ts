/**
 * Bytes that come in pieces, and how many there will be nobody knows, whatever they say. They are put one behind the other in one block
 * as they come: pieces that are kept until all are there are thousands of small allocations, between which the system's allocator finds
 * nothing that it could give back.
 */
import { noBytes } from '../base/bytes.ts'
import { longTransferBytesMin, ownBlockBytesMin } from './limits.ts'

export class GrowingBytes {
  #block: Uint8Array = noBytes
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length
    if (length > this.#block.length) this.#grow(length)
    this.#block.set(piece, this.#length)
    this.#length = length
  }

  /** All of them; nothing may be added any more. */
  get bytes(): Uint8Array {
    return this.#length === this.#block.length ? this.#block : this.#block.subarray(0, this.#length)
  }

  clear(): void {
    letGo(this.#block)
    this.#block = noBytes
    this.#length = 0
  }

  /** Memory that nobody has written to is none yet: twice what there is takes no more than what there is. */
  #grow(length: number): void {
    const grown = letGoLater(2 * length < ownBlockBytesMin ? Buffer.allocUnsafe(2 * length) : Buffer.allocUnsafeSlow(2 * length))
    grown.set(this.#block.subarray(0, this.#length))
    letGo(this.#block)
    this.#block = grown
  }
}

/** Memory that is nobody else's. */
const ours = new WeakSet<ArrayBufferLike>()

/** Says of bytes that nothing else shares their memory: whoever is done with them may let go of it. */
export function letGoLater<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  if (bytes.buffer.byteLength >= ownBlockBytesMin) ours.add(bytes.buffer)
  return bytes
}

/**
 * Gives a large block of our own back now, and not when it is noticed that nobody needs it, until when there may be tens of megabytes of
 * them. Nobody may look at the bytes any more. Does nothing to others.
 */
export function letGo({ buffer }: Uint8Array): void {
  if (buffer.byteLength >= ownBlockBytesMin && buffer instanceof ArrayBuffer && ours.delete(buffer)) buffer.transfer(0)
}

/** The same of what has just been read from a connection, if nobody has kept any of it. */
export function letGoOfRead(chunk: Uint8Array): void {
  const { buffer, length } = chunk
  if (length >= longTransferBytesMin && length === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0)
}
