/**
 * The minutes in which the server's clock ran: neither stood still nor was moved. Rates are reckoned over such whole minutes alone, so that
 * a test which moves the clock is not taken for traffic.
 */
import { minuteMs } from '../base/clock.ts'
import type { HeardCall } from './heard-call.ts'
import { clockStepMsMax, windowMinutes } from './limits.ts'

/** Minutes since the epoch: from the first one (inclusive) to the last one (exclusive). */
export interface Minutes {
  readonly from: number
  readonly to: number
}

export class RunningMinutes {
  /** How far the server's clock is ahead of the one that nobody moves. */
  #aheadMs: number | undefined
  #sinceMs = 0
  #lastMs = 0

  hear({ atMs, endedMs }: Pick<HeardCall, 'atMs' | 'endedMs'>): void {
    const aheadMs = atMs - endedMs
    if (this.#aheadMs === undefined || Math.abs(aheadMs - this.#aheadMs) > clockStepMsMax) {
      this.#aheadMs = aheadMs
      this.#sinceMs = atMs
    }
    this.#lastMs = atMs
  }

  /** The last ones that are known to have been whole, at most `minutesMax` of them; none when `to` is not above `from`. */
  whole(minutesMax: number = windowMinutes): Minutes {
    const to = Math.floor(this.#lastMs / minuteMs)
    return { from: Math.max(Math.ceil(this.#sinceMs / minuteMs), to - minutesMax), to }
  }

  forget(): void {
    this.#aheadMs = undefined
    this.#sinceMs = 0
    this.#lastMs = 0
  }
}

export function countOf({ from, to }: Minutes): number {
  return Math.max(0, to - from)
}
