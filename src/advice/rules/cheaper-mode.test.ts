import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import { cheaperModeRule } from './cheaper-mode.ts'

async function severityWith(usdPerMonth: number, cheapest: number, windowMinutes = 1440): Promise<string> {
  const bench = await openBench(cheaperModeRule)
  bench.money = {
    ...someMoney,
    usdPerMonth,
    cheapest: { text: 'provisioned with auto scaling, Standard', usdPerMonth: cheapest },
    windowMinutes,
  }
  return bench.severity()
}

test('cheaper-mode says by how much another mode is cheaper', async () => {
  const bench = await openBench(cheaperModeRule)
  bench.money = {
    ...someMoney,
    usdPerMonth: 100,
    cheapest: { text: 'provisioned with auto scaling, Standard', usdPerMonth: 30 },
    windowMinutes: 2880,
  }
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.sentence, 'Orders would cost $30 a month provisioned with auto scaling, Standard, instead of $100: 70 % less.')
  assert.equal(draft.saving?.usdPerMonth, 70)
})

test('cheaper-mode begins with a fifth and $5, and warns from $50', async () => {
  assert.equal(await severityWith(25, 20), 'info')
  assert.equal(await severityWith(25, 20.01), 'none')
  assert.equal(await severityWith(24, 19), 'info')
  assert.equal(await severityWith(26, 21), 'none')
  assert.equal(await severityWith(100, 50), 'warning')
  assert.equal(await severityWith(100, 50.01), 'info')
})

test('cheaper-mode says nothing of a spiky table that is cheapest as it is, of an hour, nor without prices', async () => {
  assert.equal(await severityWith(100, 100), 'none')
  assert.equal(await severityWith(100, 30, 1439), 'none')
  assert.equal(await (await openBench(cheaperModeRule)).severity(), 'none')
  assert.equal(cheaperModeRule.isForProduction, true)
})
