/** Collects what a scan finds until the budget is spent. One copy, so that every store ends a chunk at the same entry. */
import type { ScanBudget, StoredValue } from '../store.ts'

export class ChunkBuilder<Found> {
  readonly #budget: ScanBudget
  readonly taken: Found[] = []
  #sizeBytes = 0
  #exhausted = true

  constructor(budget: ScanBudget) {
    this.#budget = budget
  }

  /** True when the range has nothing after what was taken, once all of it was offered or something was refused. */
  get exhausted(): boolean {
    return this.#exhausted
  }

  /** Whether anything that is offered would be refused. */
  get isFull(): boolean {
    const count = this.taken.length
    return count > 0 && (count >= this.#budget.entries || this.#sizeBytes >= this.#budget.bytes)
  }

  /** Takes what the range has next, which has this value; false when the chunk was full before it, and the scan is over. */
  offer(found: Found, value: StoredValue): boolean {
    if (this.isFull) {
      this.#exhausted = false
      return false
    }
    this.taken.push(found)
    this.#sizeBytes += value.length
    return true
  }
}
