/**
 * How long what is due in the event loop waits for its turn: the one figure that says whether some request holds up the others. Looked
 * at a hundred times a second, always.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loopDelayBoundsMs, loopDelayLookMs } from './limits.ts'

const name = 'stator_event_loop_delay_seconds'

export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: loopDelayLookMs })

  /** From here on, until `stop`. */
  constructor() {
    this.#histogram.enable()
  }

  /** As a histogram of Prometheus. */
  text(): string {
    const { count, mean } = this.#histogram
    const buckets = loopDelayBoundsMs.map((boundMs) => `${name}_bucket{le="${boundMs / 1000}"} ${this.#countWithin(boundMs)}\n`)
    const sumSeconds = count === 0 ? 0 : (count * Math.max(0, msOf(mean) - loopDelayLookMs)) / 1000
    return (
      `# HELP ${name} how long what was due in the event loop waited for its turn\n# TYPE ${name} histogram\n${buckets.join('')}` +
      `${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${sumSeconds}\n${name}_count ${count}\n`
    )
  }

  stop(): void {
    this.#histogram.disable()
  }

  /** How many looks came at most so late. Node tells only the reverse: how late the looks of a share came. */
  #countWithin(boundMs: number): number {
    const histogram = this.#histogram
    const isWithin = (ns: number): boolean => msOf(ns) <= loopDelayLookMs + boundMs
    if (histogram.count === 0 || isWithin(histogram.max)) return histogram.count
    let within = 0
    let beyond = histogram.count
    while (beyond - within > 1) {
      const middle = Math.floor((within + beyond) / 2)
      if (isWithin(histogram.percentile((100 * middle) / histogram.count))) within = middle
      else beyond = middle
    }
    return within
  }
}

function msOf(ns: number): number {
  return ns / 1e6
}
