/** What statistics and metric math work on: values at the starts of periods, with gaps where nobody measured anything. */
import { validationError } from '../../api/cloudwatch/errors.ts'

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

/** How many values one request may come to, intermediate ones included. */
const valuesMax = 4_000_000

/** Counts what a request costs, so that none can hold up all others. */
export class WorkBudget {
  #left = valuesMax

  /** Throws a ValidationError of ours when the request has become too expensive. [I] */
  spend(values: number): void {
    this.#left -= values
    if (this.#left < 0)
      throw validationError(
        'The request works on too many datapoints. You may reduce them by increasing Period, or decreasing the time range.',
      )
  }
}

export function timesOf({ startMs, periodMs, count }: Grid): readonly number[] {
  return Array.from({ length: count }, (_, index) => startMs + index * periodMs)
}
