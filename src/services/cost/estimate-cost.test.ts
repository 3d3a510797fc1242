/** The bill, worked out by hand: capacity.md §9 and the prices of us-east-1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counts } from '../../engine/changes/counts.ts'
import type { GlobalIndex, LocalIndex, Table, VectorIndex } from '../../engine/schema/table.ts'
import type { ThroughputUse } from './capacity-over-time.ts'
import { type CostEstimate, estimateCost } from './estimate-cost.ts'
import { type LineSetting, lineUse } from './line-use.ts'
import type { PatternUse } from './pattern-cost.ts'
import { pricesOf, shippedPrices } from './price-table.ts'
import { type TableCost, type TableUse, tableCost } from './table-cost.ts'

const startMs = Date.parse('2026-11-22T00:00:00Z')
const { prices } = pricesOf(shippedPrices, 'us-east-1')
const gb = 2 ** 30
const dayMinutes = 24 * 60

/** What the arithmetic looks at. */
function tableNamed(name: string, more: Partial<Table> = {}): Table {
  const plain: Pick<Table, 'name' | 'billingMode' | 'tableClass' | 'indexes' | 'vectorIndexes'> = {
    name,
    billingMode: 'PAY_PER_REQUEST',
    tableClass: 'STANDARD',
    indexes: [],
    vectorIndexes: [],
  }
  return { ...plain, ...more } as Table
}

const globalIndex = { kind: 'global', indexId: 1, name: 'byCustomer' } as GlobalIndex
const localIndex = { kind: 'local', indexId: 2, name: 'byDate' } as LocalIndex

interface Observed {
  readonly table: Table
  readonly counts?: readonly (readonly [number, Counts])[]
  readonly throughput?: readonly (readonly [number, ThroughputUse])[]
  readonly streamReads?: number
}

/** Nothing, unless it is said. */
function observed({ table, counts = [], throughput = [[0, units(60, 0, 0)]], streamReads = 0 }: Observed): TableUse {
  const settingOf = (indexId: number): LineSetting => {
    const index = table.indexes.find((each) => each.indexId === indexId)
    return index?.kind === 'global' ? index : table
  }
  const lines = new Map(throughput.map(([indexId, use]) => [indexId, lineUse(settingOf(indexId), use)]))
  return { region: 'us-east-1', table, counts: new Map(counts), throughput: lines, streamReads }
}

/** The same units in every minute. */
function units(minutes: number, reads: number, writes: number): ThroughputUse {
  return { startMs, reads: new Float64Array(minutes).fill(reads), writes: new Float64Array(minutes).fill(writes) }
}

function estimate(tables: readonly TableCost[], patterns: readonly PatternUse[] = [], minutes = 60): CostEstimate {
  const window = { fromMs: startMs, toMs: startMs + minutes * 60_000 }
  return estimateCost({ window, priceTable: shippedPrices, wantedRegion: 'us-east-1', tables, patterns, unpricedIndexes: [] })
}

/** Equal but for the rounding of the last digits. */
function near(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)
}

test('On-demand requests cost what their units do, for 730 hours of the window', () => {
  // 1,200 reads and 600 writes in an hour: 876,000 and 438,000 in a month.
  const cost = tableCost(observed({ table: tableNamed('Orders'), throughput: [[0, units(60, 20, 10)]] }), prices, 60)
  const [line] = cost.lines
  near(line?.throughput?.readUnits, 876_000)
  near(line?.throughput?.writeUnits, 438_000)
  near(line?.throughput?.reads, 0.876 * 0.125)
  near(line?.throughput?.writes, 0.438 * 0.625)
  near(cost.asSet, 0.1095 + 0.27375)
  near(cost.modes.STANDARD.onDemand, 0.38325)
  near(cost.modes.STANDARD_INFREQUENT_ACCESS.onDemand, 0.876 * 0.155 + 0.438 * 0.78)
})

test('A window of half an hour is taken twice as often as one of an hour', () => {
  const table = tableNamed('Orders')
  const half = tableCost(observed({ table, throughput: [[0, units(30, 20, 10)]], streamReads: 7 }), prices, 30)
  const whole = tableCost(observed({ table, throughput: [[0, units(60, 20, 10)]], streamReads: 14 }), prices, 60)
  assert.deepEqual(half, whole)
})

test('Global indexes have reads and writes of their own, local ones only storage', () => {
  const table = tableNamed('Orders', { indexes: [globalIndex, localIndex] })
  const cost = tableCost(
    observed({
      table,
      counts: [
        [0, { itemCount: 1000, sizeBytes: 10 * gb - 100_000 }],
        [1, { itemCount: 1000, sizeBytes: 4 * gb - 100_000 }],
        [2, { itemCount: 500, sizeBytes: 2 * gb - 50_000 }],
      ],
      throughput: [
        [0, units(60, 0, 100)],
        [1, units(60, 200, 100)],
      ],
    }),
    prices,
    60,
  )
  const [own, global, local] = cost.lines
  assert.deepEqual([own?.kind, global?.kind, local?.kind], ['table', 'global', 'local'])
  assert.deepEqual([own?.storageGb, global?.storageGb, local?.storageGb], [10, 4, 2])
  assert.deepEqual([own?.storage, global?.storage, local?.storage], [2.5, 1, 0.5])
  near(own?.throughput?.onDemand, 4.38 * 0.625)
  near(global?.throughput?.onDemand, 4.38 * 0.625 + 8.76 * 0.125)
  assert.equal(local?.throughput, undefined)
  near(cost.asSet, 2.7375 + 3.8325 + 4)
  near(cost.modes.STANDARD_INFREQUENT_ACCESS.onDemand, 8.76 * 0.78 + 8.76 * 0.155 + 1.6)
})

test('A flat day is cheaper provisioned, and its auto scaling costs what the target leaves free', () => {
  // 10 writes a second: 15 units are the first that 70 % of is not less. Of reads, one unit is the least.
  const cost = tableCost(observed({ table: tableNamed('Flat'), throughput: [[0, units(dayMinutes, 0, 600)]] }), prices, dayMinutes)
  near(cost.modes.STANDARD.onDemand, 26.28 * 0.625)
  near(cost.modes.STANDARD.autoScaled, (15 * 0.00065 + 0.00013) * 730)
  near(cost.modes.STANDARD.fixed, (10 * 0.00065 + 0.00013) * 730)
  near(cost.modes.STANDARD_INFREQUENT_ACCESS.autoScaled, (15 * 0.00081 + 0.00016) * 730)
  assert.equal(cost.refusedMinutes, 0)
  assert.deepEqual(cost.cheapest, { tableClass: 'STANDARD', mode: 'fixed', dollars: cost.modes.STANDARD.fixed })
})

test('A day that swells and falls slowly is cheapest with auto scaling', () => {
  const day = units(dayMinutes, 0, 0)
  for (const [minute] of day.writes.entries()) day.writes[minute] = 60 * (520 - 500 * Math.cos((2 * Math.PI * minute) / dayMinutes))
  const cost = tableCost(observed({ table: tableNamed('Wave'), throughput: [[0, day]] }), prices, dayMinutes)
  assert.equal(cost.refusedMinutes, 0)
  assert.equal(cost.cheapest.mode, 'autoScaled')
  assert.ok(cost.modes.STANDARD.onDemand > cost.modes.STANDARD.fixed)
})

test('A day of a few spikes is cheapest on demand: provisioned for the peak it is dear, and auto scaling is too late', () => {
  const day = units(dayMinutes, 0, 0)
  for (const hour of [3, 9, 15, 21]) day.writes[hour * 60] = 60_000
  const cost = tableCost(observed({ table: tableNamed('Spikes'), throughput: [[0, day]] }), prices, dayMinutes)
  near(cost.modes.STANDARD.onDemand, ((240_000 * 730) / 24 / 1_000_000) * 0.625)
  near(cost.modes.STANDARD.fixed, (1000 * 0.00065 + 0.00013) * 730)
  assert.equal(cost.refusedMinutes, 4)
  assert.ok(cost.modes.STANDARD.autoScaled < cost.modes.STANDARD.onDemand)
  assert.deepEqual([cost.cheapest.mode, cost.cheapest.tableClass], ['onDemand', 'STANDARD'])
  const { account, assumptions } = estimate([cost], [], dayMinutes)
  assert.equal(account.cheapest.mode, 'onDemand')
  assert.ok(assumptions.some((sentence) => sentence.startsWith('Where minutes are shown as refused')))
})

test('What is stored much and read little is cheaper in Standard-IA', () => {
  const counts = [[0, { itemCount: 0, sizeBytes: 100 * gb }]] as const
  const cost = tableCost(observed({ table: tableNamed('Archive'), counts, throughput: [[0, units(60, 1, 1)]] }), prices, 60)
  assert.deepEqual([cost.cheapest.tableClass, cost.cheapest.mode], ['STANDARD_INFREQUENT_ACCESS', 'onDemand'])
})

test('A provisioned table costs what is provisioned now, with its global indexes', () => {
  const provisioned = { readUnits: 10, writeUnits: 5 }
  const indexes = [{ ...globalIndex, provisioned: { readUnits: 2, writeUnits: 5 } }]
  const table = tableNamed('Old', { billingMode: 'PROVISIONED', tableClass: 'STANDARD_INFREQUENT_ACCESS', provisioned, indexes })
  const throughput = [
    [0, units(60, 600, 300)],
    [1, units(60, 121, 0)],
  ] as const
  const cost = tableCost(observed({ table, throughput }), prices, 60)
  near(cost.asSet, (12 * 0.00016 + 10 * 0.00081) * 730)
  // The index has one unit a minute less than it used.
  assert.equal(cost.refusedAsSet, 60)
  const [sentence] = estimate([cost]).assumptions.filter((each) => each.startsWith('As it is'))
  assert.equal(sentence, 'As it is, Old would have been throttled in 60 minutes: it used more than is provisioned now.')
  assert.equal(tableCost(observed({ table, throughput: throughput.slice(0, 1) }), prices, 60).refusedAsSet, 0)
})

test('A maximum on demand costs nothing, and the assumptions say when it would have throttled', () => {
  const use = [[0, units(60, 1e9, 301)]] as const
  const table = tableNamed('Capped', { onDemandMaxima: { writeUnitsMax: 5 } })
  const cost = tableCost(observed({ table, throughput: use }), prices, 60)
  const free = tableCost(observed({ table: tableNamed('Capped'), throughput: use }), prices, 60)
  assert.deepEqual(cost, { ...free, refusedAsSet: 60 })
  assert.equal(free.refusedAsSet, 0)
  const [sentence] = estimate([cost]).assumptions.filter((each) => each.startsWith('As it is'))
  assert.equal(sentence, 'As it is, Capped would have been throttled in 60 minutes: it used more than its maximum on demand.')
})

test('25 GB of Standard are free once for the account, and none of Standard-IA', () => {
  const table = (name: string, storedGb: number, tableClass: Table['tableClass'] = 'STANDARD'): TableCost =>
    tableCost(observed({ table: tableNamed(name, { tableClass }), counts: [[0, { itemCount: 0, sizeBytes: storedGb * gb }]] }), prices, 60)
  const two = estimate([table('A', 20), table('B', 20)])
  near(two.account.tables, 10)
  near(two.account.freeStorage, 6.25)
  near(two.account.asSet, 3.75)
  near(two.account.modes.STANDARD.onDemand, 3.75)
  near(two.account.modes.STANDARD_INFREQUENT_ACCESS.onDemand, 4)
  assert.deepEqual([two.account.cheapest.mode, two.account.cheapest.tableClass], ['onDemand', 'STANDARD'])
  const small = estimate([table('A', 20), table('C', 50, 'STANDARD_INFREQUENT_ACCESS')])
  near(small.account.freeStorage, 5)
  near(small.account.asSet, 5)
})

test('The first 2.5 million GetRecords requests of the account are free', () => {
  // 2,000 in an hour are 1.46 million in a month.
  const table = (name: string): TableCost => tableCost(observed({ table: tableNamed(name), streamReads: 2000 }), prices, 60)
  near(table('A').streamReads, 1_460_000)
  near(table('A').streams, 0.292)
  near(estimate([table('A')]).account.asSet, 0)
  const two = estimate([table('A'), table('B')])
  near(two.account.freeStreams, 0.5)
  near(two.account.asSet, 0.084)
})

test('Patterns share what their table costs on demand, reads and writes apart', () => {
  const throughput = [[0, units(60, 20, 10)]] as const
  const tables = [
    tableCost(observed({ table: tableNamed('Orders'), throughput }), prices, 60),
    tableCost(observed({ table: tableNamed('Users'), throughput }), prices, 60),
  ]
  const pattern = (table: string, operation: string, readUnits: number, writeUnits: number): PatternUse => {
    return { table, operation, text: '', requests: 1, readUnits, writeUnits }
  }
  const { patterns } = estimate(tables, [
    pattern('Orders', 'Query', 3, 0),
    pattern('Orders', 'Scan', 9, 0),
    pattern('Orders', 'PutItem', 0, 77),
    pattern('Users', 'ExecuteTransaction', 5, 5),
    pattern('Gone', 'Scan', 5, 5),
  ])
  assert.deepEqual(
    patterns.map(({ operation }) => operation),
    ['ExecuteTransaction', 'PutItem', 'Scan', 'Query'],
  )
  const amounts = [0.38325, 0.27375, 0.082125, 0.027375]
  for (const [at, { dollars, share }] of patterns.entries()) {
    near(dollars, amounts[at] ?? 0)
    near(share, (amounts[at] ?? 0) / 0.7665)
  }
})

test('Assumptions tell the window, its factor, whose prices they are, and what is left out', () => {
  const vectors = [{ name: 'embedding' } as VectorIndex]
  const table = tableNamed('Docs', { vectorIndexes: vectors })
  const estimated = estimateCost({
    window: { fromMs: startMs, toMs: startMs + 60_000 },
    priceTable: shippedPrices,
    wantedRegion: 'eu-west-1',
    tables: [tableCost(observed({ table, throughput: [[0, units(1, 0, 0)]] }), prices, 1)],
    patterns: [],
    unpricedIndexes: ['Docs.embedding'],
  })
  assert.deepEqual(estimated.window, { from: '2026-11-22T00:00:00.000Z', to: '2026-11-22T00:01:00.000Z', minutes: 1 })
  assert.deepEqual([estimated.prices.region, estimated.prices.wantedRegion, estimated.prices.date], ['us-east-1', 'eu-west-1', '2026-10'])
  assert.deepEqual(estimated.assumptions, [
    'What was consumed from 2026-11-22 00:00 to 2026-11-22 00:01 UTC (1 minute) goes on like that for a month of 730 hours: it is taken 43,800 times.',
    'Nothing was consumed in that time: storage, and the least that can be provisioned, is all there is to pay.',
    'It is less than a day, so that it does not show how a day goes up and down.',
    'There are no prices for eu-west-1 in the table: those of us-east-1 stand in.',
    'Prices of us-east-1: list prices of US East (N. Virginia) at https://aws.amazon.com/dynamodb/pricing/, after the price cut of November 2024 (2026-10).',
    'Free for an account, and taken off the sums alone, as if it had no other tables: 25 GB in Standard, 2,500,000 GetRecords requests.',
    'Storage is what is there now: items and index entries, and 100 bytes for each of them.',
    'Auto scaling is played over the minutes: it aims at 70 %, grows after 2 minutes above, shrinks after 15 below 50 % within the quota of decreases, and stays where it is while nothing is used. It begins with what the average needs.',
    'Fixed is what the busiest minute needs on average, provisioned all month.',
    'Vector indexes are not priced, because their prices are not known: Docs.embedding.',
    'Not priced: data transfer, reserved capacity, provisioned units that are free for new accounts, taxes; and what is not in use: point-in-time recovery, backups, exports, imports, global tables, Kinesis.',
  ])
})
