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
  /** The same, and gives the system back all that can be given back: some times as long. */
  shrink(): void
}

export class Collector {
  readonly #budgetBytes: number
  readonly #heap: Heap
  /** What was alive when that was looked at last, or less. */
  #aliveBytes = 0
  /** What requests held since the heap was looked at and hold no more. */
  #freedBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(budgetBytes: number, heap: Heap) {
    this.#budgetBytes = budgetBytes
    this.#heap = heap
    this.#collect()
  }

  /** Notes that so many bytes are held no more: by a request that has ended, or of one that never came to be whole. */
  noteFreed(bytes: number): void {
    this.#freedBytes += bytes
    if (this.#freedBytes < this.#budgetBytes / 8) return
    this.#freedBytes = 0
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#onQuiet, quietBeforeCollectedMs).unref()
    const grownBytes = this.#budgetBytes / 4
    if (this.#look() > this.#aliveBytes + grownBytes && this.#isSmall) this.#collect()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  readonly #onQuiet = (): void => {
    this.#look()
    if (!this.#isSmall) return
    this.#heap.shrink()
    this.#aliveBytes = this.#heap.usedBytes()
  }

  #look(): number {
    const bytes = this.#heap.usedBytes()
    this.#aliveBytes = Math.min(this.#aliveBytes, bytes)
    return bytes
  }

  /** Whether what lives for long is so little that looking at it takes a moment. */
  get #isSmall(): boolean {
    return this.#aliveBytes <= this.#budgetBytes / 2
  }

  #collect(): void {
    this.#heap.collect()
    this.#aliveBytes = this.#heap.usedBytes()
  }
}

type CollectGarbage = (options: { readonly type: 'major'; readonly flavor?: 'last-resort' }) => void

let collectGarbage: CollectGarbage | undefined

/** The heap of this process. */
export function ownHeap(): Heap {
  collectGarbage ??= ownCollector()
  const collect = collectGarbage
  return {
    usedBytes: () => {
      const { used_heap_size: heapBytes, external_memory: externalBytes } = getHeapStatistics()
      return heapBytes + externalBytes
    },
    collect: () => collect({ type: 'major' }),
    shrink: () => collect({ type: 'major', flavor: 'last-resort' }),
  }
}

/** V8 shows it to new contexts alone, and only while it is told to. */
function ownCollector(): CollectGarbage {
  setFlagsFromString('--expose-gc')
  try {
    return runInNewContext('gc') as CollectGarbage
  } finally {
    setFlagsFromString('--no-expose-gc')
  }
}
