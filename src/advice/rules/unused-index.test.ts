import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, indexOn, openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import { dayMs } from '../../base/clock.ts'
import { unusedIndexRule } from './unused-index.ts'

/** `readsOf`: how often the table and the index were read. */
async function benchWith(units: number, readsOf: { readonly table: number; readonly index?: number }): Promise<AdviceBench> {
  const bench = await openBench(unusedIndexRule, { indexes: [indexOn('byState', 'state')] })
  const { metrics } = bench.engine.metering
  const dimensions = { region: bench.engine.catalog.region, TableName: 'Orders', GlobalSecondaryIndexName: 'byState' }
  metrics.series('ConsumedWriteCapacityUnits', dimensions).add(units, bench.clock.now())
  bench.hear()
  bench.countPattern('GetItem', readsOf.table)
  bench.countPattern('Query', readsOf.index ?? 0, 'byState')
  return bench
}

test('unused-index names an index that nobody asks, in this run', async () => {
  const [draft] = await (await benchWith(1000, { table: 100 })).find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.index, 'byState')
  assert.equal(draft.sentence, 'byState of Orders took 1,000 write units and was not read in this run.')
})

test('unused-index begins with 1,000 units and 100 reads of the table', async () => {
  assert.equal(await (await benchWith(999, { table: 100 })).severity(), 'none')
  assert.equal(await (await benchWith(1000, { table: 99 })).severity(), 'none')
})

test('unused-index says nothing of an index that was read once', async () => {
  assert.equal(await (await benchWith(5000, { table: 1000, index: 1 })).severity(), 'none')
})

test('unused-index waits 30 days in production', async () => {
  const bench = await benchWith(1000, { table: 100 })
  bench.profile = 'prod'
  bench.pass(30 * dayMs - 1)
  assert.equal(await bench.severity(), 'none')
  bench.pass(1)
  assert.equal(await bench.severity(), 'info')
})

test('unused-index warns when the index costs much', async () => {
  const bench = await benchWith(1000, { table: 100 })
  bench.profile = 'prod'
  bench.money = someMoney
  bench.pass(31 * dayMs)
  const key = bench.key('open', undefined, 1)
  // 1,000 units a minute for $1 per million: $43.80 a month.
  bench.minutes(59, 'write', [[key, 1000]])
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  const usdPerMonth = draft.saving?.usdPerMonth ?? 0
  assert.ok(usdPerMonth > 42 && usdPerMonth < 44, `${usdPerMonth}`)
})
