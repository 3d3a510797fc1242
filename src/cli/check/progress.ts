/** How far a check has come, in a line on a terminal that is written over; nothing where stderr is none. */
import { stopwatchMs } from '../../base/clock.ts'
import { progressEveryMs } from '../limits.ts'

export class Progress {
  #shownMs = Number.NEGATIVE_INFINITY

  show({ rows, found, doing }: { readonly rows: number; readonly found: number; readonly doing: string }): void {
    if (process.stderr.isTTY !== true || stopwatchMs() - this.#shownMs < progressEveryMs) return
    this.#shownMs = stopwatchMs()
    process.stderr.write(`\r\u001b[K${rows.toLocaleString('en-US')} records, ${found} found: ${doing}`)
  }

  end(): void {
    if (this.#shownMs > 0) process.stderr.write('\r\u001b[K')
  }
}
