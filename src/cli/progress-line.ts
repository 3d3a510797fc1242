/** How far a long work has come, in a line on a terminal that is written over; nothing where stderr is none. */
import { stopwatchMs } from '../base/clock.ts'
import { progressEveryMs } from './limits.ts'

export class ProgressLine {
  readonly #startedMs = stopwatchMs()
  #shownMs: number | undefined

  /** Not more often than a second. `textOf` is told for how long the work has been done. */
  show(textOf: (elapsedMs: number) => string): void {
    if (process.stderr.isTTY !== true) return
    const nowMs = stopwatchMs()
    if (this.#shownMs !== undefined && nowMs - this.#shownMs < progressEveryMs) return
    this.#shownMs = nowMs
    process.stderr.write(`\r\u001b[K${textOf(nowMs - this.#startedMs)}`)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shownMs !== undefined) process.stderr.write('\r\u001b[K')
    this.#shownMs = undefined
  }
}
