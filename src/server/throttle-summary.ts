/** One line of the log for each minute in which something was throttled, or would have been on AWS. */

import { minuteMs } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { ThrottleCount } from '../metering/throughput/throttle-counts.ts'
import { toldKeyShareMin, toldReasonsMax } from './limits.ts'

export class ThrottleSummary {
  readonly #engine: MeteredEngine
  readonly #log: Log
  #minute: number

  constructor(engine: MeteredEngine, log: Log) {
    this.#engine = engine
    this.#log = log
    this.#minute = minuteOf(engine)
  }

  /** To be called often; tells something when another minute of the clock has begun. */
  tell(): void {
    const minute = minuteOf(this.#engine)
    if (minute === this.#minute) return
    this.#minute = minute
    const counts = this.#engine.metering.throttleCounts.takeUntold()
    if (counts.length > 0) this.#log(summary(counts))
  }
}

function minuteOf({ clock }: MeteredEngine): number {
  return Math.floor(clock.now() / minuteMs)
}

function summary(counts: readonly ThrottleCount[]): string {
  const refused = sum(counts.map((count) => count.refused))
  const observed = sum(counts.map((count) => count.observed))
  const parts = [
    ...(refused > 0 ? [`Throttled ${times(refused)}.`] : []),
    ...(observed > 0 ? [`AWS would have throttled ${times(observed)}; nothing was refused (--throughput observe).`] : []),
  ]
  const told = counts.slice(0, toldReasonsMax).map(spoken)
  const rest = sum(counts.slice(toldReasonsMax).map((count) => count.refused + count.observed))
  return `${parts.join(' ')} ${[...told, ...(rest > 0 ? [`${rest} for other reasons`] : [])].join('; ')}`
}

function spoken({ table, index, reason, refused, observed, keys: [first] }: ThrottleCount): string {
  const where = `${table || 'requests about tables'}${index === undefined ? '' : `/${index}`}`
  const total = refused + observed
  const isHot = first !== undefined && first.count > total * toldKeyShareMin
  return `${where}: ${total} × ${reason}${isHot ? `, most for ${JSON.stringify(first.key)}` : ''}`
}

function times(count: number): string {
  return count === 1 ? '1 time in the last minute' : `${count} times in the last minute`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((before, count) => before + count, 0)
}
