/** Collects a scan's entries until the budget is spent. One copy, so that every store ends a chunk at the same entry. */
import type { Chunk, Entry, KeyBytes, ScanBudget, StoredValue } from '../store.ts'

export class ChunkBuilder {
  readonly #budget: ScanBudget
  readonly #entries: Entry[] = []
  #sizeBytes = 0
  #exhausted = true

  constructor(budget: ScanBudget) {
    this.#budget = budget
  }

  /** Whether an entry that is offered would be refused. */
  get isFull(): boolean {
    const count = this.#entries.length
    return count > 0 && (count >= this.#budget.entries || this.#sizeBytes >= this.#budget.bytes)
  }

  /** Takes the range's next entry; false when the chunk was full before it, and the scan is over. */
  offer(key: KeyBytes, value: StoredValue): boolean {
    if (this.isFull) {
      this.#exhausted = false
      return false
    }
    this.#entries.push({ key, value })
    this.#sizeBytes += value.length
    return true
  }

  chunk(): Chunk {
    return { entries: this.#entries, exhausted: this.#exhausted }
  }
}
