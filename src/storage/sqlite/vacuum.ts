/**
 * Gives the pages of deleted rows back to the disk while requests go on: some pages in each of many commits, which are those of
 * requests where there are any, and a rest behind each, so that the work takes a bounded part of the time. SQLite moves the last pages of
 * the file into free ones; what it cuts off is gone from the disk once the log is copied and emptied.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatchMs } from '../../base/clock.ts'
import {
  vacuumedFromBytes,
  vacuumedFromShare,
  vacuumRestsPerStep,
  vacuumStepMs,
  vacuumStepPagesFirst,
  vacuumStepPagesMax,
} from '../limits.ts'

export interface PagesOfFile {
  readonly total: number
  readonly free: number
  /** Whether pages can be given back one by one: the file keeps who refers to each. */
  readonly canShrink: boolean
}

export interface VacuumOptions {
  readonly pageSizeBytes: number
  /** Undefined while the database is not open. */
  pages(): PagesOfFile | undefined
  /** Gives back so many pages, in the transaction that is open. */
  giveBack(pages: number): void
  /** Has it done in a commit. Resolves with whether it was. */
  inCommit(work: () => void): Promise<boolean>
  /** Pages were given back, and are in the log alone. */
  done(): void
}

export class Vacuum {
  readonly #options: VacuumOptions
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(options: VacuumOptions) {
    this.#options = options
  }

  /** Begins if there is enough to give back; `isUrgent`: if there is anything. Resolves when it is over. */
  run(isUrgent = false): Promise<void> {
    if (this.#running === undefined && !this.#isStopped && this.#isWorthIt(isUrgent)) {
      this.#running = this.#giveAllBack().finally(() => {
        this.#running = undefined
      })
    }
    return this.#running ?? Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  /** Free pages are what the next rows go into, so a part of the file may be free. */
  #isWorthIt(isUrgent: boolean): boolean {
    const pages = this.#options.pages()
    if (pages === undefined || !pages.canShrink || pages.free === 0) return false
    return isUrgent || (pages.free * this.#options.pageSizeBytes >= vacuumedFromBytes && pages.free >= pages.total * vacuumedFromShare)
  }

  async #giveAllBack(): Promise<void> {
    let stepPages = vacuumStepPagesFirst
    for (;;) {
      const free = this.#options.pages()?.free ?? 0
      if (free === 0) break
      let tookMs = 0
      const isDone = await this.#options.inCommit(() => {
        const startMs = stopwatchMs()
        this.#options.giveBack(stepPages)
        tookMs = stopwatchMs() - startMs
      })
      if (!isDone || this.#isStopped) return
      stepPages = Math.min(vacuumStepPagesMax, Math.max(1, Math.round((stepPages * vacuumStepMs) / Math.max(tookMs, vacuumStepMs / 2))))
      await sleep(Math.max(1, tookMs * vacuumRestsPerStep), undefined, { ref: false })
      if (this.#isStopped) return
    }
    this.#options.done()
  }
}
