/**
 * Has what was let go of collected in time. V8 knows nothing of a budget: it lets the heap of a new process grow by half a gigabyte
 * before it looks for the first time at what has grown old, afterwards to several times what was alive then, and gives nothing back
 * while nothing goes on. So it is made to look whenever requests that held much together have ended and the heap has grown by a part of
 * the budget, and once more when it has become quiet. Ten milliseconds or two each time.
 *
 * What lives for long, as a database in memory does, makes each look longer: where that is more than half of the budget, V8 is left alone.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { quietBeforeCollectedMs } from '../limits.ts'

/** V8's heap as this process has it. */
export interface Heap {
  /** What is held, or was and has not been collected, in bytes. */
  usedBytes(): number
  collect(): void
}

export class Collector {
  readonly #budgetBytes: number
  readonly #heap: Heap
  /** What was alive when that was looked at last, or less. */
  #aliveBytes = 0
  /** What requests held that have ended since the heap was looked at. */
  #endedBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(budgetBytes: number, heap: Heap) {
    this.#budgetBytes = budgetBytes
    this.#heap = heap
    this.#collect()
  }

  /** Notes that a request has ended that may have held so many bytes. */
  noteEnded(bytes: number): void {
    this.#endedBytes += bytes
    if (this.#endedBytes < this.#budgetBytes / 8) return
    this.#endedBytes = 0
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#onQuiet, quietBeforeCollectedMs).unref()
    const grownBytes = this.#budgetBytes / 4
    if (this.#look() > this.#aliveBytes + grownBytes) this.#collectIfSmall()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  readonly #onQuiet = (): void => {
    this.#look()
    this.#collectIfSmall()
  }

  #look(): number {
    const bytes = this.#heap.usedBytes()
    this.#aliveBytes = Math.min(this.#aliveBytes, bytes)
    return bytes
  }

  #collectIfSmall(): void {
    if (this.#aliveBytes <= this.#budgetBytes / 2) this.#collect()
  }

  #collect(): void {
    this.#heap.collect()
    this.#aliveBytes = this.#heap.usedBytes()
  }
}

/** The heap of this process. */
export function ownHeap(): Heap {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  setFlagsFromString('--no-expose-gc')
  return {
    usedBytes: () => {
      const { used_heap_size: heapBytes, external_memory: externalBytes } = getHeapStatistics()
      return heapBytes + externalBytes
    },
    collect: () => collect({ type: 'major', flavor: 'last-resort' }),
  }
}
