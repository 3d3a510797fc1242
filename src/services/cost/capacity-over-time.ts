/**
 * What auto scaling would have provisioned for a use that was observed: its decisions (services/auto-scaling/operations/target-tracking.ts) over the minutes. Pure, so
 * that the comparison of modes rests on something a test can compute by hand.
 */

import { burstSecondsMax } from '../../api/limits.ts'
import { minuteMs } from '../../base/clock.ts'
import type { Throughput, ThroughputHistory } from '../../engine/schema/table.ts'
import { historyAfter, nextDecreaseMs } from '../../engine/schema/throughput-history.ts'
import { scaleInMinutes, targetPercentDefault } from '../auto-scaling/contract/limits.ts'
import { type ConsumedMinute, consumedThresholds, decideScaling } from '../auto-scaling/operations/target-tracking.ts'

/** Units consumed in each minute of a window; a minute without any is 0. Both have the same length, at least 1. */
export interface ThroughputUse {
  /** When the first minute began, in milliseconds since the epoch. */
  readonly startMs: number
  readonly reads: Float64Array
  readonly writes: Float64Array
}

/** Nobody can provision less than one unit; quotas can be raised. */
const target = {
  minCapacity: 1,
  maxCapacity: Number.MAX_SAFE_INTEGER,
  suspended: { scalingIn: false, scalingOut: false, scheduled: false },
}

export interface ScaledCapacity {
  /** Capacity units per second, minute by minute. */
  readonly reads: Float64Array
  readonly writes: Float64Array
  /** Minutes in which not all of the use would have been served. */
  readonly refusedMinutes: number
}

/**
 * Starts with what the average of the window needs [I]: what was before it is not known. A change takes effect with the next minute.
 * Reads and writes share the quota of decreases, as those of a table or an index do. What is refused is not asked for again.
 */
export function capacityOverTime(use: ThroughputUse): ScaledCapacity {
  const reads = new ScaledUnits(use.reads)
  const writes = new ScaledUnits(use.writes)
  let history: ThroughputHistory | undefined
  let refusedMinutes = 0
  for (let minute = 0; minute < use.reads.length; minute += 1) {
    const nowMs = use.startMs + (minute + 1) * minuteMs
    const readsServed = reads.serve(minute, nowMs)
    const writesServed = writes.serve(minute, nowMs)
    if (!readsServed || !writesServed) refusedMinutes += 1
    for (const units of [reads, writes]) {
      const before = capacityOf(reads, writes)
      const changed = units.scale(nowMs, nextDecreaseMs(history, nowMs) <= nowMs)
      if (changed) history = historyAfter(history, before, capacityOf(reads, writes), nowMs)
    }
  }
  return { reads: reads.overTime, writes: writes.overTime, refusedMinutes }
}

/** Capacity units per second that stay as they are, and for how long what is not used of them may be used later. */
export interface FixedCapacity extends Throughput {
  readonly burstSeconds: number
}

/** Minutes in which not all of the use would have been served. */
export function minutesRefusedBy({ readUnits, writeUnits, burstSeconds }: FixedCapacity, use: ThroughputUse): number {
  const reads = new SavedUnits(burstSeconds)
  const writes = new SavedUnits(burstSeconds)
  let refusedMinutes = 0
  for (const [minute, wantedReads] of use.reads.entries()) {
    const wantedWrites = use.writes[minute] ?? 0
    const isServed = reads.serve(wantedReads, readUnits) === wantedReads
    if (writes.serve(wantedWrites, writeUnits) !== wantedWrites || !isServed) refusedMinutes += 1
  }
  return refusedMinutes
}

function capacityOf(reads: ScaledUnits, writes: ScaledUnits): Throughput {
  return { readUnits: reads.capacity, writeUnits: writes.capacity }
}

/** What was not used and may still be. */
class SavedUnits {
  readonly #burstSeconds: number
  #units = 0

  constructor(burstSeconds: number) {
    this.#burstSeconds = burstSeconds
  }

  /** How many of the units wanted in a minute are served by so many per second. */
  serve(wanted: number, capacity: number): number {
    const available = capacity * 60 + this.#units
    const served = Math.min(wanted, available)
    this.#units = Math.min(available - served, capacity * this.#burstSeconds)
    return served
  }
}

/** Read units or write units while the minutes pass. */
class ScaledUnits {
  readonly overTime: Float64Array
  capacity: number
  readonly #use: Float64Array
  readonly #saved = new SavedUnits(burstSecondsMax)
  /** What was consumed in the minutes that decide, as the metrics would have it: none for a minute without use. */
  #points: ConsumedMinute[] = []

  constructor(use: Float64Array) {
    this.#use = use
    this.overTime = new Float64Array(use.length)
    const average = use.reduce((sum, units) => sum + units, 0) / use.length
    this.capacity = Math.max(target.minCapacity, Math.ceil((average * 100) / (60 * targetPercentDefault)))
  }

  /** Whether all units of the minute that ends now were served. */
  serve(minute: number, nowMs: number): boolean {
    const wanted = this.#use[minute] ?? 0
    this.overTime[minute] = this.capacity
    const sum = this.#saved.serve(wanted, this.capacity)
    if (sum > 0) this.#points.push({ minuteMs: nowMs - minuteMs, sum })
    if (this.#points.length > scaleInMinutes) this.#points.shift()
    return sum === wanted
  }

  /** Whether the capacity is another from now on. */
  scale(nowMs: number, mayDecrease: boolean): boolean {
    // Most minutes decide nothing, and the last one alone shows it.
    const sum = this.#points.at(-1)?.sum ?? 0
    const { high, low } = consumedThresholds({ targetPercent: targetPercentDefault }, this.capacity)
    if (sum === 0 || (sum >= low && sum <= high)) return false
    const policy = { targetPercent: targetPercentDefault, disableScaleIn: !mayDecrease }
    const decision = decideScaling({ target, policy, capacity: this.capacity, points: this.#points }, nowMs)
    if (decision.kind !== 'out' && decision.kind !== 'in') return false
    this.capacity = decision.capacity
    return true
  }
}
