/** The whole estimate: tables, the account with what is free, access patterns, and the assumptions under all of it (capacity.md §9). */
import { minuteMs } from '../../base/clock.ts'
import type { TableClass } from '../../engine/schema/table.ts'
import { assumptions } from './assumptions.ts'
import { type PatternCost, type PatternUse, patternCosts } from './pattern-cost.ts'
import { type ClassPrices, type PriceTable, pricesOf, type RegionPrices } from './price-table.ts'
import { type Choice, cheapestOf, type TableCost, total } from './table-cost.ts'
import { hoursPerMonth, type ModeCosts } from './throughput-cost.ts'

/** Whole minutes, in milliseconds since the epoch. */
export interface ObservedWindow {
  readonly fromMs: number
  readonly toMs: number
}

export interface CostEstimate {
  /** In ISO 8601, and how long it was: at least a minute. */
  readonly window: { readonly from: string; readonly to: string; readonly minutes: number }
  /** Whose prices they are; `region` is not the one that was asked for when the table has none for that. */
  readonly prices: { readonly region: string; readonly wantedRegion: string; readonly source: string; readonly date: string }
  /** The month that all amounts are for; they are US dollars. */
  readonly hoursPerMonth: number
  readonly tables: readonly TableCost[]
  readonly account: AccountCost
  readonly patterns: readonly PatternCost[]
  /** Each a sentence. */
  readonly assumptions: readonly string[]
}

/** All tables of the estimate together. */
export interface AccountCost {
  /** As they are set now, before and after what is free. */
  readonly tables: number
  readonly freeStorage: number
  readonly freeStreams: number
  readonly asSet: number
  /** With all tables in one class and one mode, after what is free. */
  readonly modes: { readonly [Class in TableClass]: ModeCosts }
  readonly cheapest: Choice
}

export interface EstimateParts {
  readonly window: ObservedWindow
  readonly priceTable: PriceTable
  readonly wantedRegion: string
  readonly tables: readonly TableCost[]
  readonly patterns: readonly PatternUse[]
  /** Vector indexes, as `table.index`: nobody knows their prices. */
  readonly unpricedIndexes: readonly string[]
}

export function estimateCost({ window, priceTable, wantedRegion, tables, patterns, unpricedIndexes }: EstimateParts): CostEstimate {
  const { region, prices } = pricesOf(priceTable, wantedRegion)
  const { source, date } = priceTable
  const minutes = windowMinutes(window)
  const priced = { region, wantedRegion, source, date }
  const observed = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString(), minutes }
  return {
    window: observed,
    prices: priced,
    hoursPerMonth,
    tables,
    account: accountCost(tables, prices),
    patterns: patternCosts(tables, patterns),
    assumptions: assumptions({
      window: observed,
      prices: priced,
      regionPrices: prices,
      tables,
      hasPatterns: patterns.length > 0,
      unpricedIndexes,
    }),
  }
}

export function windowMinutes({ fromMs, toMs }: ObservedWindow): number {
  return (toMs - fromMs) / minuteMs
}

function accountCost(tables: readonly TableCost[], prices: RegionPrices): AccountCost {
  const all = total(tables.map(({ asSet }) => asSet))
  const freeStreams = freeStreamsOf(tables, prices)
  const freeAsSet = (tableClass: TableClass): number => {
    const ofClass = tables.filter((table) => table.tableClass === tableClass)
    return freeStorageOf(ofClass, prices[tableClass])
  }
  const freeStorage = freeAsSet('STANDARD') + freeAsSet('STANDARD_INFREQUENT_ACCESS')
  const modesIn = (tableClass: TableClass): ModeCosts => {
    const free = freeStorageOf(tables, prices[tableClass]) + freeStreams
    const costIn = (mode: keyof ModeCosts): number => less(total(tables.map(({ modes }) => modes[tableClass][mode])), free)
    return { onDemand: costIn('onDemand'), autoScaled: costIn('autoScaled'), fixed: costIn('fixed') }
  }
  const modes = { STANDARD: modesIn('STANDARD'), STANDARD_INFREQUENT_ACCESS: modesIn('STANDARD_INFREQUENT_ACCESS') }
  const cheapest = cheapestOf(modes, Math.max(0, ...tables.map(({ refusedMinutes }) => refusedMinutes)))
  return { tables: all, freeStorage, freeStreams, asSet: less(all, freeStorage + freeStreams), modes, cheapest }
}

/** What is free is part of the sum; rounding may make it look larger. */
function less(sum: number, free: number): number {
  return Math.max(0, sum - free)
}

function freeStorageOf(tables: readonly TableCost[], { storageGbMonth, storageGbFree }: ClassPrices): number {
  const storedGb = total(tables.flatMap(({ lines }) => lines.map((line) => line.storageGb)))
  return Math.min(storedGb, storageGbFree) * storageGbMonth
}

function freeStreamsOf(tables: readonly TableCost[], { features: { streamReadsFree, streamReadsPer100000 } }: RegionPrices): number {
  const streamReads = total(tables.map((table) => table.streamReads))
  return (Math.min(streamReads, streamReadsFree) / 100_000) * streamReadsPer100000
}
