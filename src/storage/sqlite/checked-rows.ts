/**
 * Which rows were found to be what was written, by their ids: looking at a checksum takes a third of a microsecond, and a row that is
 * read again and again need not prove itself each time. It is forgotten every so often, so that what rots while the process runs is
 * found as well.
 */
import { checkedRowsMax } from '../limits.ts'
import { type KeyBytes, StoreDamaged, type StoredValue } from '../store.ts'
import { checksumOf } from './checksum.ts'

export class CheckedRows {
  #bits = new Uint8Array(1024)

  /** Notes that the row was read. Null stands beside rows of format 1, which are taken as they are. Throws StoreDamaged. */
  check(id: number, key: KeyBytes, value: StoredValue, checksum: number | null): void {
    if (this.has(id)) return
    if (checksum !== null && checksum !== checksumOf(key, value)) throw new StoreDamaged(key)
    this.#add(id)
  }

  has(id: number): boolean {
    return id < checkedRowsMax && ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0
  }

  forget(): void {
    this.#bits.fill(0)
  }

  /** Ids are given one after the other, so that few bytes stand for many rows; beyond the bound rows are looked at each time. */
  #add(id: number): void {
    if (id >= checkedRowsMax) return
    const at = id >>> 3
    if (at >= this.#bits.length) this.#grow(at + 1)
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (id & 7))
  }

  #grow(bytes: number): void {
    const grown = new Uint8Array(Math.max(bytes, this.#bits.length * 2))
    grown.set(this.#bits)
    this.#bits = grown
  }
}
