/**
 * What several rules need of the calls that are heard, gathered once for all rules of an advisor: in which minutes the clock ran, and what
 * each access pattern came to in each of the last minutes.
 */
import { minuteMs } from '../base/clock.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { AccessPattern } from '../metering/traffic/access-pattern.ts'
import { patternText } from '../metering/traffic/describe-pattern.ts'
import type { HeardCall } from './heard-call.ts'
import { patternsHeardMax, windowMinutes } from './limits.ts'
import type { Hearing } from './rule.ts'
import { type Minutes, RunningMinutes } from './running-minutes.ts'
import { WindowedTallies } from './windowed-tallies.ts'

const counters = [
  'requests',
  'errors',
  'readUnits',
  'writeUnits',
  'evaluated',
  'returned',
  /** Requests that begin a chain of pages, or are a whole one. */
  'begun',
  'consistent',
  'limited',
  /** Requests that ask for nothing but a count. */
  'counts',
] as const

type PatternCounter = (typeof counters)[number]

/** What a pattern came to in a window. */
export type PatternUse = { readonly [Name in PatternCounter]: number } & { readonly pattern: AccessPattern; readonly text: string }

interface ReadInput {
  readonly ConsistentRead?: unknown
  readonly Limit?: unknown
  readonly Select?: unknown
}

export class HeardTraffic {
  readonly running: RunningMinutes = new RunningMinutes()
  readonly #patterns = new WindowedTallies<AccessPattern, PatternCounter>({
    counters,
    slicesMax: windowMinutes,
    thingsMax: patternsHeardMax,
    sliceMs: minuteMs,
  })
  #lastNumber = 0

  /** Every rule that uses it tells it of every call; it counts each once. */
  hear(call: HeardCall): void {
    if (call.number === this.#lastNumber) return
    this.#lastNumber = call.number
    this.running.hear(call)
    const { usage, atMs, error } = call
    const { pattern } = usage
    if (pattern === undefined) return
    const { ConsistentRead, Limit, Select } = call.input as ReadInput
    this.#patterns.note(
      pattern.id,
      pattern,
      {
        requests: 1,
        errors: error === undefined ? 0 : 1,
        readUnits: usage.readUnits,
        writeUnits: usage.writeUnits,
        evaluated: usage.evaluatedItems,
        returned: usage.returnedItems ?? 0,
        begun: usage.continues ? 0 : 1,
        consistent: ConsistentRead === true ? 1 : 0,
        limited: Limit === undefined ? 0 : 1,
        counts: Select === 'COUNT' ? 1 : 0,
      },
      atMs,
    )
  }

  /** What each pattern came to in the hour that ends now, or in these minutes; those of tables that are there. */
  uses({ catalog }: MeteredEngine, nowMs: number, minutes: Minutes = this.#patterns.window(nowMs)): readonly PatternUse[] {
    const uses: PatternUse[] = []
    for (const tally of this.#patterns.all()) {
      const { name } = tally.about
      if (name.isOther || catalog.find(name.table)?.tableId !== name.tableIds[0]) continue
      const sums = Object.fromEntries(counters.map((counter) => [counter, tally.sum(counter, minutes.from, minutes.to)]))
      const use = { ...(sums as { [Name in PatternCounter]: number }), pattern: tally.about, text: patternText(name) }
      if (use.requests > 0) uses.push(use)
    }
    return uses
  }

  /** When that hour began. */
  fromMs(nowMs: number): number {
    return this.#patterns.window(nowMs).from * minuteMs
  }

  get patternCount(): number {
    return this.#patterns.size
  }

  forget(): void {
    this.running.forget()
    this.#patterns.forget()
  }
}

const traffics = new WeakMap<Hearing, HeardTraffic>()

/** The same for all rules of an advisor. */
export function heardTraffic(hearing: Hearing): HeardTraffic {
  const known = traffics.get(hearing)
  if (known !== undefined) return known
  const traffic = new HeardTraffic()
  traffics.set(hearing, traffic)
  return traffic
}
