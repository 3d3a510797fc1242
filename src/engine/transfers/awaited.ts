/**
 * Work that a step has begun and does not wait for: buckets may be far away, and other jobs have their steps meanwhile. A later step
 * takes what came of it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { bucketWaitMs } from '../limits.ts'

export class Awaited<T> {
  readonly #work: Promise<T>
  #isSettled = false

  constructor(work: Promise<T>) {
    this.#work = work
    const settle = (): void => {
      this.#isSettled = true
    }
    work.then(settle, settle)
  }

  /** Waits for it a little while. */
  async isSettled(): Promise<boolean> {
    if (this.#isSettled) return true
    const over = new AbortController()
    const waited = sleep(bucketWaitMs, undefined, { ref: false, signal: over.signal }).catch(() => {})
    await Promise.race([waited, this.#work.catch(() => {})])
    over.abort()
    return this.#isSettled
  }

  /** What came of it. Rejects as the work did. */
  result(): Promise<T> {
    return this.#work
  }
}
