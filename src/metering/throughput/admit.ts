/**
 * The two steps in which a request meets its limits: it is admitted while there is anything left, and charged when its cost is known
 * (capacity.md §7.2). In observe mode what would have been refused is counted and goes on, and takes nothing from what is left, so
 * that the others fare as they would have.
 */

import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { type ThroughputMode, throughputModeOf } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { Dimensions, MetricName } from '../metrics/metric-names.ts'
import { isCurrent, type RequestUsage } from '../traffic/request-usage.ts'
import { type Lack, type Refusal, reasonName, throttled } from './throttle.ts'
import type { ThrottleCause } from './throughput-gate.ts'
import type { RefusalCounters, ThroughputMeter } from './throughput-meter.ts'

/** What of a request draws on one table or index: a read of a key or a range, a write of an item. */
export interface Metered {
  readonly table: Table
  /** A global index has a throughput of its own, a local one that of its table. */
  readonly index?: SecondaryIndex | undefined
}

/**
 * Whether the read is within the limits now; then it is to be charged. Throws the throttle when limits are enforced. False also
 * when nothing is metered. Writes are admitted in their turns (write-meter.ts).
 */
export function admit(engine: MeteredEngine, usage: RequestUsage, metered: Metered, key: KeyBytes): boolean {
  const mode = throughputModeOf(engine.settings, metered.table.tableId)
  if (mode === 'off') return false
  const nowMs = engine.clock.now()
  const meter = meterOf(engine, metered)
  const cause = meter.refusal('read', key, nowMs)
  if (cause === undefined) return true
  const refusal: Refusal = { meter, access: 'read', key, cause }
  noteRefusals(engine, usage, [refusal], nowMs)
  if (mode === 'enforce') throw throttled(refusal, [refusal], engine)
  return false
}

/** What a read of one key has cost. `isPaid`: what `admit` said. */
export interface KeyCharge extends Metered {
  readonly key: KeyBytes
  readonly units: number
  readonly isPaid: boolean
}

/** Nothing for a read that will be asked again because another process has changed a table of it. */
export function charge(engine: MeteredEngine, usage: RequestUsage, { table, index, key, units, isPaid }: KeyCharge): void {
  if (throughputModeOf(engine.settings, table.tableId) === 'off' || !isCurrent(engine, usage)) return
  usage.readUnits += units
  if (isPaid) usage.admittedMembers += 1
  const meter = meterOf(engine, { table, index })
  const nowMs = engine.clock.now()
  if (isPaid) meter.take('read', key, units, nowMs)
  meter.note('read', key, units, { nowMs, isPaid })
}

/** What a read of a range has cost, from where it began to where it ended. */
export interface RangeCharge extends Metered {
  readonly from: KeyBytes
  readonly to: KeyBytes
  readonly units: number
  readonly isPaid: boolean
}

export function chargeRange(engine: MeteredEngine, usage: RequestUsage, { table, index, from, to, units, isPaid }: RangeCharge): void {
  if (throughputModeOf(engine.settings, table.tableId) === 'off' || !isCurrent(engine, usage)) return
  usage.readUnits += units
  if (isPaid) usage.admittedMembers += 1
  meterOf(engine, { table, index }).chargeRange(from, to, units, { nowMs: engine.clock.now(), isPaid })
}

export function meterOf({ metering, catalog }: MeteredEngine, { table, index }: Metered): ThroughputMeter {
  return metering.meters.of(catalog.region, table, index?.kind === 'global' ? index : undefined)
}

/** Counts one request that was refused, or would have been, for these reasons. */
export function noteRefusals(engine: MeteredEngine, usage: RequestUsage, refusals: readonly Refusal[], nowMs: number): void {
  const [first] = refusals
  if (first === undefined) return
  const mode = throughputModeOf(engine.settings, first.meter.table.tableId)
  for (const refusal of refusals) noteRefusal(engine, refusal, mode, nowMs)
  usage.refusedMembers += 1
}

function noteRefusal(engine: MeteredEngine, refusal: Refusal, mode: ThroughputMode, nowMs: number): void {
  const { tally, events, eventsOfCause } = countersOf(engine, refusal)
  refusal.meter.noteRefused(refusal, nowMs)
  tally.note(mode, nowMs, refusal.key)
  events.add(1, nowMs)
  eventsOfCause.add(1, nowMs)
}

function countersOf(engine: MeteredEngine, refusal: Refusal): RefusalCounters {
  const { meter, access, cause } = refusal
  const known = meter.refusalCounters[access].get(cause)
  if (known !== undefined) return known
  const { metrics, throttleCounts } = engine.metering
  const { region } = meter
  const table = meter.table.name
  const index = meter.index?.name
  const dimensions = dimensionsOf(region, meter)
  const counters = {
    tally: throttleCounts.tally({
      region,
      table,
      index,
      space: meter.space,
      reason: reasonName(refusal),
      keyAttributes: (meter.index ?? meter.table).key.hash,
    }),
    events: metrics.series(eventsOf[access], dimensions),
    eventsOfCause: metrics.series(eventsByCause[cause][access], dimensions),
  }
  meter.refusalCounters[access].set(cause, counters)
  return counters
}

function dimensionsOf(region: string, { table, index }: Lack['meter']): Dimensions {
  return { region, TableName: table.name, ...(index !== undefined && { GlobalSecondaryIndexName: index.name }) }
}

/** Counts what was throttled because somebody wanted it to be, and for no limit: in the metrics, and not where limits are told of. */
export function countThrottleAsked({ metering: { metrics }, catalog, clock }: MeteredEngine, { meter, access, cause }: AskedLack): void {
  const dimensions = dimensionsOf(catalog.region, meter)
  const nowMs = clock.now()
  metrics.series(eventsOf[access], dimensions).add(1, nowMs)
  if (cause !== undefined) metrics.series(eventsByCause[cause][access], dimensions).add(1, nowMs)
}

/** Without a cause: nobody said what there was too little of. */
export type AskedLack = Omit<Lack, 'cause'> & { readonly cause: ThrottleCause | undefined }

const eventsOf: { readonly [Of in Access]: MetricName } = { read: 'ReadThrottleEvents', write: 'WriteThrottleEvents' }

const eventsByCause: { readonly [Cause in ThrottleCause]: { readonly [Of in Access]: MetricName } } = {
  ProvisionedThroughputExceeded: {
    read: 'ReadProvisionedThroughputThrottleEvents',
    write: 'WriteProvisionedThroughputThrottleEvents',
  },
  KeyRangeThroughputExceeded: { read: 'ReadKeyRangeThroughputThrottleEvents', write: 'WriteKeyRangeThroughputThrottleEvents' },
  AccountLimitExceeded: { read: 'ReadAccountLimitThrottleEvents', write: 'WriteAccountLimitThrottleEvents' },
  MaxOnDemandThroughputExceeded: { read: 'ReadMaxOnDemandThroughputThrottleEvents', write: 'WriteMaxOnDemandThroughputThrottleEvents' },
}
