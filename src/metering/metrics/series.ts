/** One metric with its dimensions: what was measured in the minute that is going on, in those that wait to be stored, and in all. */

import { minuteMs } from '../../base/clock.ts'
import { LogHistogram } from '../../base/log-histogram.ts'
import { metricWaitingMinutesMax } from '../limits.ts'
import type { SeriesId } from './metric-keys.ts'
import { type Dimensions, type MetricName, metricFacts } from './metric-names.ts'
import { MetricPoint } from './metric-point.ts'
import { seriesIdOf, seriesText } from './stored-series.ts'

/** Who stores what a series measured. */
export interface SeriesKeeper {
  /** A minute of this series begins. False when there is no room for it: then it is not kept. */
  beginMinute(series: Series): boolean
}

/** The upper bounds in which durations are counted for as long as the process lives, in milliseconds, ascending. */
export const durationBoundsMs: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

export class Series {
  readonly name: MetricName
  readonly dimensions: Dimensions
  /** Whether the store knows it, as far as is known here. */
  isStored = false
  /** Whether minutes of it were taken and are on their way into the store. */
  isBeingStored = false
  /** When the minute of its last point in the store began, where somebody looked. */
  lastStoredMs = 0
  #id: SeriesId | undefined
  readonly #keeper: SeriesKeeper | undefined
  /** Of the minute that was measured last. When none is going on, it has ended before any time. */
  #startMs = 0
  #endMs = Number.NEGATIVE_INFINITY
  #count = 0
  #sum = 0
  #minimum = 0
  #maximum = 0
  #histogram: LogHistogram | undefined
  #isKept = false
  #waiting: MetricPoint[] = []
  #countOfAll = 0
  #sumOfAll = 0
  #last = 0
  readonly #durations: Float64Array | undefined

  /** Without a keeper it measures for nothing but the totals. */
  constructor(name: MetricName, dimensions: Dimensions, keeper?: SeriesKeeper) {
    this.name = name
    this.dimensions = dimensions
    this.#keeper = keeper
    if (metricFacts[name].kind === 'histogram') this.#durations = new Float64Array(durationBoundsMs.length)
  }

  get id(): SeriesId {
    this.#id ??= seriesIdOf(seriesText(this))
    return this.#id
  }

  /** Notes one measurement at this time of the clock. Cheap: it allocates nothing but once a minute. */
  add(value: number, nowMs: number): void {
    if (nowMs >= this.#endMs || nowMs < this.#startMs) this.#begin(value, nowMs)
    this.#count += 1
    this.#sum += value
    if (value < this.#minimum) this.#minimum = value
    if (value > this.#maximum) this.#maximum = value
    this.#countOfAll += 1
    this.#sumOfAll += value
    this.#last = value
    if (this.#durations !== undefined) this.#addDuration(value, this.#durations)
  }

  /** How it stands, for who asks this process; somebody else keeps it. */
  show(value: number, nowMs: number): void {
    this.#end()
    this.#startMs = Math.floor(nowMs / minuteMs) * minuteMs
    this.#countOfAll += 1
    this.#sumOfAll += value
    this.#last = value
  }

  /** Measurements since the process started. */
  get countOfAll(): number {
    return this.#countOfAll
  }

  get sumOfAll(): number {
    return this.#sumOfAll
  }

  /** The last measurement of this process. */
  get last(): number {
    return this.#last
  }

  /** When the minute of the last measurement of this process began. */
  get lastMinuteMs(): number {
    return this.#startMs
  }

  /** How many measurements of this process came to at most each of `durationBoundsMs`, those below the bound before it left out. */
  get durations(): Float64Array | undefined {
    return this.#durations
  }

  /** Ends the minute that is going on, unless it still is at `nowMs`. */
  endMinute(nowMs: number): void {
    if (nowMs < this.#endMs && nowMs >= this.#startMs) return
    this.#end()
    this.#histogram = undefined
  }

  /** The minutes that ended and were not taken yet, oldest first. From now on they are the caller's. */
  takeEnded(): readonly MetricPoint[] {
    const taken = this.#waiting
    if (taken.length > 0) this.#waiting = []
    return taken
  }

  /** Gives back what was taken and could not be stored. */
  giveBack(points: readonly MetricPoint[]): void {
    this.#waiting = [...points, ...this.#waiting].slice(-metricWaitingMinutesMax)
  }

  /** Everything that is not stored yet, the minute that is going on included. A minute may occur more than once. */
  unstored(): readonly MetricPoint[] {
    const running = this.#running()
    return running === undefined ? this.#waiting : [...this.#waiting, running]
  }

  get hasUnstored(): boolean {
    return (this.#count > 0 && this.#isKept) || this.#waiting.length > 0
  }

  #begin(value: number, nowMs: number): void {
    this.#end()
    this.#startMs = Math.floor(nowMs / minuteMs) * minuteMs
    this.#endMs = this.#startMs + minuteMs
    this.#minimum = value
    this.#maximum = value
    this.#isKept = this.#keeper?.beginMinute(this) ?? false
    if (!this.#isKept) this.#histogram = undefined
    else if (this.#durations !== undefined) this.#histogram ??= new LogHistogram()
  }

  #end(): void {
    const ended = this.#running()
    this.#endMs = Number.NEGATIVE_INFINITY
    this.#count = 0
    this.#sum = 0
    this.#histogram?.clear()
    if (ended === undefined) return
    this.#waiting.push(ended)
    if (this.#waiting.length > metricWaitingMinutesMax) this.#waiting.shift()
  }

  #running(): MetricPoint | undefined {
    if (this.#count === 0 || !this.#isKept) return undefined
    return new MetricPoint({
      minuteMs: this.#startMs,
      sampleCount: this.#count,
      sum: this.#sum,
      minimum: this.#minimum,
      maximum: this.#maximum,
      buckets: this.#histogram?.buckets(),
    })
  }

  #addDuration(value: number, durations: Float64Array): void {
    this.#histogram?.add(value)
    for (let at = 0; at < durationBoundsMs.length; at += 1) {
      if (value > (durationBoundsMs[at] ?? 0)) continue
      durations[at] = (durations[at] ?? 0) + 1
      return
    }
  }
}
