/** What statistics and metric math work on: values at the starts of periods, with gaps where nobody measured anything. */
import { setImmediate } from 'node:timers/promises'
import { stopwatchMs } from '../../../base/clock.ts'
import { validationError } from '../contract/errors.ts'
import { requestTurnMsMax, requestValuesMax } from '../contract/limits.ts'

/** Periods of one length, one after the other. */
export interface Grid {
  readonly startMs: number
  readonly periodMs: number
  readonly count: number
}

export interface TimeSeries {
  readonly label: string
  readonly grid: Grid
  /** By the start of the period, ascending. */
  readonly values: ReadonlyMap<number, number>
}

/** Counts what a request costs, and shares the thread with all others, so that none can hold them up. */
export class WorkBudget {
  #left = requestValuesMax
  #turnStartMs = stopwatchMs()

  /** To be waited for before work on so many values. Rejects with a ValidationError of ours when it is too much altogether. [I] */
  async spend(values: number): Promise<void> {
    this.#left -= values
    if (this.#left < 0) {
      throw validationError(
        'The request works on too many datapoints. You may reduce them by increasing Period, or decreasing the time range.',
      )
    }
    if (this.isTurnOver) await this.rest()
  }

  /** For loops over many values, which cannot afford to wait for each. */
  get isTurnOver(): boolean {
    return stopwatchMs() - this.#turnStartMs > requestTurnMsMax
  }

  /** Lets others have their turn. */
  async rest(): Promise<void> {
    await setImmediate()
    this.#turnStartMs = stopwatchMs()
  }
}

export function timesOf({ startMs, periodMs, count }: Grid): readonly number[] {
  return Array.from({ length: count }, (_, index) => startMs + index * periodMs)
}
