/**
 * The two steps in which a request meets its limits: it is admitted while there is anything left, and charged when its cost is known
 * (capacity.md §7.2). In observe mode what would have been refused is counted and goes on, and takes nothing from what is left, so
 * that the others fare as they would have.
 */

import type { Engine } from '../../engine/engine.ts'
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { type ThroughputMode, throughputModeOf } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { MetricName } from '../metrics/metric-names.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'
import { type Refusal, reasonName, throttled } from './throttle.ts'
import type { Access, ThrottleCause } from './throughput-gate.ts'
import type { RefusalCounters, ThroughputMeter } from './throughput-meter.ts'

/** What of a request draws on one table or index: a read of a key or a range, a write of an item. */
export interface Metered {
  readonly table: Table
  /** A global index has a throughput of its own, a local one that of its table. */
  readonly index?: SecondaryIndex | undefined
}

/**
 * Whether the request is within the limits now; then it is to be charged. Throws the throttle when limits are enforced. False also
 * when nothing is metered.
 */
export function admit(engine: Engine, usage: RequestUsage, metered: Metered, access: Access, key: KeyBytes): boolean {
  if (throughputModeOf(engine.settings, metered.table.tableId) === 'off') return false
  const meter = meterOf(engine, metered)
  const cause = meter.refusal(access, key, engine.clock.now())
  if (cause === undefined) return true
  refuse(engine, usage, [{ meter, access, key, cause }])
  return false
}

/** What a write takes from one global index. */
export interface IndexKey {
  readonly index: SecondaryIndex
  readonly key: KeyBytes
}

/** The same for what a write changes in global indexes: one of them without capacity holds the whole write up (capacity.md §7.2). */
export function admitEntries(engine: Engine, usage: RequestUsage, table: Table, entries: readonly IndexKey[]): boolean {
  let refusals: Refusal[] | undefined
  const nowMs = engine.clock.now()
  for (const { index, key } of entries) {
    if (index.kind === 'local') continue
    const meter = meterOf(engine, { table, index })
    const cause = meter.refusal('write', key, nowMs)
    if (cause === undefined) continue
    refusals ??= []
    refusals.push({ meter, access: 'write', key, cause })
  }
  if (refusals === undefined) return true
  refuse(engine, usage, refusals)
  return false
}

/** What a request for one key has cost. `isPaid`: what `admit` said. */
export interface KeyCharge extends Metered {
  readonly access: Access
  readonly key: KeyBytes
  readonly units: number
  readonly isPaid: boolean
}

export function charge(engine: Engine, usage: RequestUsage, { table, index, access, key, units, isPaid }: KeyCharge): void {
  if (throughputModeOf(engine.settings, table.tableId) === 'off') return
  if (access === 'read') usage.readUnits += units
  else usage.writeUnits += units
  // The entries of indexes belong to the member that writes them.
  if (isPaid && (access === 'read' || index === undefined)) usage.admittedMembers += 1
  meterOf(engine, { table, index }).charge(access, key, units, { nowMs: engine.clock.now(), isPaid })
}

/** What a read of a range has cost, from where it began to where it ended. */
export interface RangeCharge extends Metered {
  readonly from: KeyBytes
  readonly to: KeyBytes
  readonly units: number
  readonly isPaid: boolean
}

export function chargeRange(engine: Engine, usage: RequestUsage, { table, index, from, to, units, isPaid }: RangeCharge): void {
  if (throughputModeOf(engine.settings, table.tableId) === 'off') return
  usage.readUnits += units
  if (isPaid) usage.admittedMembers += 1
  meterOf(engine, { table, index }).chargeRange(from, to, units, { nowMs: engine.clock.now(), isPaid })
}

function meterOf({ meters, catalog }: Engine, { table, index }: Metered): ThroughputMeter {
  return meters.of(catalog.region, table, index?.kind === 'global' ? index : undefined)
}

/** Counts what was refused, and throws when it is enforced. */
function refuse(engine: Engine, usage: RequestUsage, refusals: readonly Refusal[]): void {
  const [first] = refusals
  if (first === undefined) return
  const mode = throughputModeOf(engine.settings, first.meter.table.tableId)
  const nowMs = engine.clock.now()
  for (const refusal of refusals) noteRefusal(engine, refusal, mode, nowMs)
  usage.refusedMembers += 1
  if (mode === 'enforce') throw throttled(first, refusals, engine)
}

function noteRefusal(engine: Engine, refusal: Refusal, mode: ThroughputMode, nowMs: number): void {
  const { tally, events, eventsOfCause } = countersOf(engine, refusal)
  tally.note(mode, nowMs, refusal.key)
  events.add(1, nowMs)
  eventsOfCause.add(1, nowMs)
}

function countersOf(engine: Engine, refusal: Refusal): RefusalCounters {
  const { meter, access, cause } = refusal
  const known = meter.refusalCounters[access].get(cause)
  if (known !== undefined) return known
  const { metrics, throttleCounts } = engine
  const { region } = meter
  const table = meter.table.name
  const index = meter.index?.name
  const dimensions = { region, TableName: table, ...(index !== undefined && { GlobalSecondaryIndexName: index }) }
  const counters = {
    tally: throttleCounts.tally({
      region,
      table,
      index,
      reason: reasonName(refusal),
      keyAttributes: (meter.index ?? meter.table).key.hash,
    }),
    events: metrics.series(access === 'read' ? 'ReadThrottleEvents' : 'WriteThrottleEvents', dimensions),
    eventsOfCause: metrics.series(eventsByCause[cause][access], dimensions),
  }
  meter.refusalCounters[access].set(cause, counters)
  return counters
}

const eventsByCause: { readonly [Cause in ThrottleCause]: { readonly [Of in Access]: MetricName } } = {
  ProvisionedThroughputExceeded: {
    read: 'ReadProvisionedThroughputThrottleEvents',
    write: 'WriteProvisionedThroughputThrottleEvents',
  },
  KeyRangeThroughputExceeded: { read: 'ReadKeyRangeThroughputThrottleEvents', write: 'WriteKeyRangeThroughputThrottleEvents' },
  AccountLimitExceeded: { read: 'ReadAccountLimitThrottleEvents', write: 'WriteAccountLimitThrottleEvents' },
  MaxOnDemandThroughputExceeded: { read: 'ReadMaxOnDemandThroughputThrottleEvents', write: 'WriteMaxOnDemandThroughputThrottleEvents' },
}
