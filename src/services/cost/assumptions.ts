/** What an estimate rests on and what it leaves out, in sentences for those who read the figures. */
import { scaleInMarginPercent, scaleInMinutes, scaleOutMinutes, targetPercentDefault } from '../auto-scaling/contract/limits.ts'
import type { RegionPrices } from './price-table.ts'
import type { TableCost } from './table-cost.ts'
import { hoursPerMonth } from './throughput-cost.ts'

export interface Assumed {
  readonly window: { readonly from: string; readonly to: string; readonly minutes: number }
  readonly prices: { readonly region: string; readonly wantedRegion: string; readonly source: string; readonly date: string }
  readonly regionPrices: RegionPrices
  readonly tables: readonly TableCost[]
  readonly hasPatterns: boolean
  readonly unpricedIndexes: readonly string[]
}

const dayMinutes = 24 * 60

/** The order is that of weight: what the figures stand and fall with comes first. */
export function assumptions({ window, prices, regionPrices, tables, hasPatterns, unpricedIndexes }: Assumed): readonly string[] {
  const { storageGbFree } = regionPrices.STANDARD
  const { streamReadsFree } = regionPrices.features
  return [
    `What was consumed from ${minuteText(window.from)} to ${minuteText(window.to)} UTC (${counted(window.minutes, 'minute')}) goes on like that for a month of ${hoursPerMonth} hours: it is taken ${inText((hoursPerMonth * 60) / window.minutes)} times.`,
    ...when(!hasUse(tables), 'Nothing was consumed in that time: storage, and the least that can be provisioned, is all there is to pay.'),
    ...when(window.minutes < dayMinutes, 'It is less than a day, so that it does not show how a day goes up and down.'),
    ...when(
      prices.region !== prices.wantedRegion,
      `There are no prices for ${prices.wantedRegion} in the table: those of ${prices.region} stand in.`,
    ),
    `Prices of ${prices.region}: ${prices.source} (${prices.date}).`,
    `Free for an account, and taken off the sums alone, as if it had no other tables: ${inText(storageGbFree)} GB in Standard, ${inText(streamReadsFree)} GetRecords requests.`,
    'Storage is what is there now: items and index entries, and 100 bytes for each of them.',
    `Auto scaling is played over the minutes: it aims at ${targetPercentDefault} %, grows after ${scaleOutMinutes} minutes above, shrinks after ${scaleInMinutes} below ${targetPercentDefault - scaleInMarginPercent} % within the quota of decreases, and stays where it is while nothing is used. It begins with what the average needs.`,
    ...when(
      tables.some(({ refusedMinutes }) => refusedMinutes > 0),
      'Where minutes are shown as refused, auto scaling would have been too late for some requests: it is not the cheapest there, whatever its price.',
    ),
    ...tables
      .filter(({ refusedAsSet }) => refusedAsSet > 0)
      .map(
        ({ name, refusedAsSet, billingMode }) =>
          `As it is, ${name} would have been throttled in ${counted(refusedAsSet, 'minute')}: it used more than ${billingMode === 'PROVISIONED' ? 'is provisioned now' : 'its maximum on demand'}.`,
      ),
    'Fixed is what the busiest minute needs on average, provisioned all month.',
    ...when(
      tables.some(({ streamReads }) => streamReads > 0),
      'All GetRecords requests are counted; those of Lambda cost nothing on AWS.',
    ),
    ...when(
      hasPatterns,
      "Access patterns are counted since the server started, and get their shares of what their table costs on demand, its indexes' writes included.",
    ),
    ...when(
      unpricedIndexes.length > 0,
      `Vector indexes are not priced, because their prices are not known: ${unpricedIndexes.join(', ')}.`,
    ),
    'Not priced: data transfer, reserved capacity, provisioned units that are free for new accounts, taxes; and what is not in use: point-in-time recovery, backups, exports, imports, global tables, Kinesis.',
  ]
}

function hasUse(tables: readonly TableCost[]): boolean {
  return tables.some(({ lines }) =>
    lines.some(({ throughput }) => throughput !== undefined && throughput.readUnits + throughput.writeUnits > 0),
  )
}

function when(condition: boolean, sentence: string): readonly string[] {
  return condition ? [sentence] : []
}

function minuteText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

function counted(count: number, noun: string): string {
  return `${inText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** With commas, and no more digits behind the point than one. */
function inText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}
