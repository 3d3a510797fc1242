/**
 * Which rows were found to be what was written, by their ids: looking at a checksum takes a third of a microsecond, and a row that is
 * read again and again need not prove itself each time. It is forgotten every so often, so that what rots while the process runs is
 * found as well.
 */
import { checkedRowsBytesMax } from '../limits.ts'
import { type KeyBytes, StoreDamaged, type StoredValue } from '../store.ts'
import { checksumOf } from './checksum.ts'

export class CheckedRows {
  #bits = new Uint8Array(1024)

  /** The value of a row as it was read. Null stands beside rows of format 1, which are taken as they are. Throws StoreDamaged. */
  value(id: number, key: KeyBytes, value: StoredValue, checksum: number | null): StoredValue {
    if (checksum === null || this.#has(id)) return value
    if (checksum !== checksumOf(key, value)) throw new StoreDamaged(key)
    this.#add(id)
    return value
  }

  forget(): void {
    this.#bits.fill(0)
  }

  #has(id: number): boolean {
    return ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0
  }

  /** Ids are given one after the other, so that few bytes stand for many rows; beyond the bound rows are looked at each time. */
  #add(id: number): void {
    const at = id >>> 3
    if (at >= checkedRowsBytesMax) return
    if (at >= this.#bits.length) this.#grow(at + 1)
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (id & 7))
  }

  #grow(bytes: number): void {
    const grown = new Uint8Array(Math.max(bytes, this.#bits.length * 2))
    grown.set(this.#bits)
    this.#bits = grown
  }
}
