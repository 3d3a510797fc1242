/** What the throughput of one table or global index comes to in a month, in each way of paying for it (capacity.md §9). */
import type { Throughput } from '../../engine/schema/table.ts'
import { capacityOverTime, type ThroughputUse } from './capacity-over-time.ts'
import type { ClassPrices } from './price-table.ts'

/** The month that AWS's own estimates use. */
export const hoursPerMonth = 730
const minutesPerMonth = hoursPerMonth * 60
const million = 1_000_000

/** Dollars a month. */
export interface ModeCosts {
  /** Each request paid for. */
  readonly onDemand: number
  /** Provisioned, with auto scaling. */
  readonly autoScaled: number
  /** Provisioned once and for all for the busiest minute. */
  readonly fixed: number
}

export interface MonthlyThroughput {
  /** Request units in a month. */
  readonly readUnits: number
  readonly writeUnits: number
  /** Unit-hours in a month that auto scaling would have provisioned. */
  readonly scaledReadUnitHours: number
  readonly scaledWriteUnitHours: number
  /** Minutes of the window in which what auto scaling had provisioned was not enough. */
  readonly refusedMinutes: number
  /** Capacity units per second that the busiest minute needs. */
  readonly peak: Throughput
}

/** The window stands for the month: it goes on and on like this. */
export function monthlyThroughput(use: ThroughputUse): MonthlyThroughput {
  const windowsPerMonth = minutesPerMonth / use.reads.length
  const scaled = capacityOverTime(use)
  return {
    readUnits: sumOf(use.reads) * windowsPerMonth,
    writeUnits: sumOf(use.writes) * windowsPerMonth,
    scaledReadUnitHours: (sumOf(scaled.reads) / 60) * windowsPerMonth,
    scaledWriteUnitHours: (sumOf(scaled.writes) / 60) * windowsPerMonth,
    refusedMinutes: scaled.refusedMinutes,
    peak: { readUnits: peakOf(use.reads), writeUnits: peakOf(use.writes) },
  }
}

export function throughputCosts(month: MonthlyThroughput, prices: ClassPrices): ModeCosts {
  const { scaledReadUnitHours, scaledWriteUnitHours, peak } = month
  return {
    onDemand: readRequestsCost(month.readUnits, prices) + writeRequestsCost(month.writeUnits, prices),
    autoScaled: scaledReadUnitHours * prices.readUnitHour + scaledWriteUnitHours * prices.writeUnitHour,
    fixed: provisionedCost(peak, prices),
  }
}

export function readRequestsCost(readUnits: number, { onDemandReadsPerMillion }: ClassPrices): number {
  return (readUnits / million) * onDemandReadsPerMillion
}

export function writeRequestsCost(writeUnits: number, { onDemandWritesPerMillion }: ClassPrices): number {
  return (writeUnits / million) * onDemandWritesPerMillion
}

/** So many units per second, for a month. */
export function provisionedCost({ readUnits, writeUnits }: Throughput, { readUnitHour, writeUnitHour }: ClassPrices): number {
  return (readUnits * readUnitHour + writeUnits * writeUnitHour) * hoursPerMonth
}

function sumOf(minutes: Float64Array): number {
  let sum = 0
  for (let minute = 0; minute < minutes.length; minute += 1) sum += minutes[minute] ?? 0
  return sum
}

/** Nobody can provision less than one unit. Quotas can be raised. */
function peakOf(minutes: Float64Array): number {
  let busiest = 0
  for (let minute = 0; minute < minutes.length; minute += 1) busiest = Math.max(busiest, minutes[minute] ?? 0)
  return Math.max(Math.ceil(busiest / 60), 1)
}
