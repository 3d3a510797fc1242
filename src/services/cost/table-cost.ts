/** What one table comes to in a month: a line for itself and for each of its indexes, its stream, and the ways of paying beside each other. */
import { type Counts, noCounts } from '../../engine/changes/counts.ts'
import type { BillingMode, SecondaryIndex, Table, TableClass } from '../../engine/schema/table.ts'
import type { LineUse } from './line-use.ts'
import type { ClassPrices, RegionPrices } from './price-table.ts'
import {
  hoursPerMonth,
  type ModeCosts,
  type MonthlyThroughput,
  provisionedCost,
  readRequestsCost,
  throughputCosts,
  writeRequestsCost,
} from './throughput-cost.ts'

/** What was observed of a table. */
export interface TableUse {
  readonly region: string
  readonly table: Table
  /** By index id; the table itself is 0. */
  readonly counts: ReadonlyMap<number, Counts>
  /** By index id, for the table itself and its global indexes. */
  readonly throughput: ReadonlyMap<number, LineUse>
  /** GetRecords requests in the window. */
  readonly streamReads: number
}

/** Dollars a month, in the table's own class, unless a name says otherwise. */
export interface LineCost {
  readonly kind: 'table' | SecondaryIndex['kind']
  readonly name: string
  readonly storageGb: number
  readonly storage: number
  /** Local indexes have none of their own: theirs is the table's. */
  readonly throughput?: LineThroughput
}

export interface LineThroughput extends MonthlyThroughput, ModeCosts {
  /** The parts of `onDemand`. */
  readonly reads: number
  readonly writes: number
}

export interface TableCost {
  readonly region: string
  readonly name: string
  readonly billingMode: BillingMode
  readonly tableClass: TableClass
  /** The table first, then its indexes. */
  readonly lines: readonly LineCost[]
  /** GetRecords requests in a month, and their price. */
  readonly streamReads: number
  readonly streams: number
  /** As the table is set now: its billing mode, its class, and the capacity that is provisioned now. */
  readonly asSet: number
  /** Minutes of the window in which what is provisioned now, or the maximum on demand, would not have been enough; as below. */
  readonly refusedAsSet: number
  /** Minutes of the window in which auto scaling would have been too late, for the table or the index that has most of them. */
  readonly refusedMinutes: number
  /** Throughput, storage and stream together. */
  readonly modes: { readonly [Class in TableClass]: ModeCosts }
  readonly cheapest: Choice
}

export interface Choice {
  readonly tableClass: TableClass
  readonly mode: keyof ModeCosts
  readonly dollars: number
}

const tableClasses = ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] as const
const modeNames = ['onDemand', 'autoScaled', 'fixed'] as const
/** What AWS adds to the size of each item and each index entry when it meters storage. */
const overheadBytes = 100
const bytesPerGb = 2 ** 30

/** Before anything that is free. `windowMinutes` are those that the use was observed in. */
export function tableCost(use: TableUse, prices: RegionPrices, windowMinutes: number): TableCost {
  const { name, billingMode, tableClass, indexes } = use.table
  const own = prices[tableClass]
  const months = new Map([...use.throughput].map(([indexId, { month }]) => [indexId, month]))
  const lines = [{ kind: 'table' as const, name, indexId: 0 }, ...indexes].map((line): LineCost => {
    const storageGb = storedGb(use.counts.get(line.indexId) ?? noCounts)
    const month = months.get(line.indexId)
    const stored = { kind: line.kind, name: line.name, storageGb, storage: storageGb * own.storageGbMonth }
    return month === undefined ? stored : { ...stored, throughput: lineThroughput(month, own) }
  })
  const streamReads = (use.streamReads * hoursPerMonth * 60) / windowMinutes
  const streams = (streamReads / 100_000) * prices.features.streamReadsPer100000
  const storageGb = total(lines.map((line) => line.storageGb))
  const othersIn = (inClass: TableClass): number => streams + storageGb * prices[inClass].storageGbMonth
  const modesIn = (inClass: TableClass): ModeCosts => modeCosts([...months.values()], prices[inClass], othersIn(inClass))
  const modes = { STANDARD: modesIn('STANDARD'), STANDARD_INFREQUENT_ACCESS: modesIn('STANDARD_INFREQUENT_ACCESS') }
  const refusedMinutes = Math.max(0, ...[...months.values()].map((month) => month.refusedMinutes))
  const isOnDemand = billingMode === 'PAY_PER_REQUEST'
  return {
    ...{ region: use.region, name, billingMode, tableClass, lines, streamReads, streams },
    asSet: isOnDemand ? modes[tableClass].onDemand : provisionedNowCost(use.table, own) + othersIn(tableClass),
    refusedAsSet: Math.max(0, ...[...use.throughput.values()].map((line) => line.refusedAsSet)),
    ...{ refusedMinutes, modes, cheapest: cheapestOf(modes, refusedMinutes) },
  }
}

/** The cheapest that serves all of the use. Of equals the first: on-demand before provisioned, Standard before Standard-IA. */
export function cheapestOf(modes: TableCost['modes'], refusedMinutes: number): Choice {
  const choices = tableClasses.flatMap((tableClass) => modeNames.map((mode) => ({ tableClass, mode, dollars: modes[tableClass][mode] })))
  return choices
    .filter(({ mode }) => mode !== 'autoScaled' || refusedMinutes === 0)
    .reduce((best, choice) => (choice.dollars < best.dollars ? choice : best))
}

function storedGb({ itemCount, sizeBytes }: Counts): number {
  return (sizeBytes + itemCount * overheadBytes) / bytesPerGb
}

function lineThroughput(month: MonthlyThroughput, prices: ClassPrices): LineThroughput {
  return {
    ...month,
    ...throughputCosts(month, prices),
    reads: readRequestsCost(month.readUnits, prices),
    writes: writeRequestsCost(month.writeUnits, prices),
  }
}

function modeCosts(months: readonly MonthlyThroughput[], prices: ClassPrices, others: number): ModeCosts {
  const costs = months.map((month) => throughputCosts(month, prices))
  return {
    onDemand: total(costs.map(({ onDemand }) => onDemand)) + others,
    autoScaled: total(costs.map(({ autoScaled }) => autoScaled)) + others,
    fixed: total(costs.map(({ fixed }) => fixed)) + others,
  }
}

function provisionedNowCost({ provisioned, indexes }: Table, prices: ClassPrices): number {
  const all = [provisioned, ...indexes.map((index) => (index.kind === 'global' ? index.provisioned : undefined))]
  return total(all.map((throughput) => (throughput === undefined ? 0 : provisionedCost(throughput, prices))))
}

export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
