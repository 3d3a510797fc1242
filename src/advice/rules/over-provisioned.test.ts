import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import type { LineCapacity } from '../table-capacity.ts'
import { overProvisionedRule } from './over-provisioned.ts'

const idle: LineCapacity = { index: undefined, access: 'write', provisioned: 1000, mean: 15, peak: 20, minutes: 1440 }

async function severityWith(parts: Partial<LineCapacity>): Promise<string> {
  const bench = await openBench(overProvisionedRule)
  bench.profile = 'prod'
  bench.money = someMoney
  bench.capacity = [{ ...idle, ...parts }]
  return bench.severity()
}

test('over-provisioned names 1,000 units for 20', async () => {
  const bench = await openBench(overProvisionedRule)
  bench.profile = 'prod'
  bench.money = someMoney
  bench.capacity = [idle]
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.sentence, '1,000 write units/s of Orders stand ready; 15 were used, and 20 in the busiest minute of 24 h.')
  assert.equal(draft.saving?.usdPerMonth, 71.1)
  assert.equal(draft.change.code, 'WriteCapacityUnits: 26')
})

test('over-provisioned ends at a fifth on average, and half in the busiest minute', async () => {
  assert.equal(await severityWith({ mean: 199, peak: 499 }), 'warning')
  assert.equal(await severityWith({ mean: 200, peak: 499 }), 'none')
  assert.equal(await severityWith({ mean: 199, peak: 500 }), 'none')
})

test('over-provisioned says nothing within a day, of a burst once a night, of what is scaled, nor on demand', async () => {
  assert.equal(await severityWith({ minutes: 1439 }), 'none')
  assert.equal(await severityWith({ peak: 800 }), 'none')
  assert.equal(await severityWith({ scaling: { min: 1, max: 1000, targetPercent: 70, minutesAtMax: 0 } }), 'none')
  assert.equal(await severityWith({ provisioned: undefined }), 'none')
  assert.equal(overProvisionedRule.isForProduction, true)
})
