/** What the advisor is told of money and capacity is what the estimate of costs says, and what auto scaling knows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import type { Rule } from '../../advice/rule.ts'
import { cheaperModeRule } from '../../advice/rules/cheaper-mode.ts'
import { overProvisionedRule } from '../../advice/rules/over-provisioned.ts'
import { minuteMs } from '../../base/clock.ts'
import { registerScalableTarget } from '../../services/auto-scaling/operations/register-scalable-target.ts'
import { scalingContext } from '../../services/auto-scaling/operations/scaling-context.ts'
import { shippedPrices } from '../../services/cost/price-table.ts'
import { Records } from '../../services/records.ts'
import { costsForAdvice } from './costs-for-advice.ts'

const units = { readUnits: 1000, writeUnits: 1000 }

/** A day with 20 write units in each second, of a table that has 1,000. */
async function benchWith(rule: Rule): Promise<AdviceBench> {
  const bench = await openBench(rule, { changes: { billingMode: 'PROVISIONED', provisioned: units, warm: units } })
  const { metering, catalog } = bench.engine
  const written = metering.metrics.series('ConsumedWriteCapacityUnits', { region: catalog.region, TableName: 'Orders' })
  for (let minute = 0; minute < 1440; minute += 1) {
    written.add(20 * 60, bench.clock.now())
    if (minute < 1439) bench.pass(minuteMs)
  }
  return bench
}

test('costsForAdvice tells the prices of a unit, what the table costs, and what would be cheaper', async () => {
  const bench = await benchWith(cheaperModeRule)
  const { moneyOf } = costsForAdvice({ priceTable: shippedPrices, records: new Records(bench.engine.store) })
  const money = await moneyOf(bench.engine, bench.table)
  const own = shippedPrices.regions['us-east-1']?.STANDARD
  assert.ok(money !== undefined && own !== undefined)
  assert.equal(money.usdPerWriteUnit, own.onDemandWritesPerMillion / 1_000_000)
  assert.ok(Math.abs(money.usdPerMonth - 730 * 1000 * (own.readUnitHour + own.writeUnitHour)) < 0.01, `${money.usdPerMonth}`)
  assert.ok(money.cheapest.usdPerMonth < 0.2 * money.usdPerMonth)
})

test('costsForAdvice tells what is provisioned, used and scaled', async () => {
  const bench = await benchWith(overProvisionedRule)
  const { engine } = bench
  const records = new Records(engine.store)
  const before = await costsForAdvice({ priceTable: shippedPrices, records }).capacityOf(engine, bench.table)
  const writes = before.find(({ access }) => access === 'write')
  assert.equal(writes?.index, undefined)
  assert.equal(writes?.provisioned, 1000)
  assert.equal(writes.peak, 20)
  assert.ok(writes.mean > 0 && writes.mean <= 20, `${writes.mean}`)
  assert.equal(writes.scaling, undefined)
  const input = {
    ServiceNamespace: 'dynamodb',
    ResourceId: 'table/Orders',
    ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
  } as const
  await registerScalableTarget(await scalingContext({ engine, records }), {
    ...input,
    MinCapacity: 5,
    MaxCapacity: 1000,
  })
  const after = await costsForAdvice({ priceTable: shippedPrices, records }).capacityOf(engine, bench.table)
  assert.deepEqual(after.find(({ access }) => access === 'write')?.scaling, {
    min: 5,
    max: 1000,
    targetPercent: undefined,
    minutesAtMax: 0,
  })
})
