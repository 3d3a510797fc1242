import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { dayMs } from '../../base/clock.ts'
import type { Table } from '../../engine/schema/table.ts'
import { noPitrRule } from './no-pitr.ts'

const recovered: Partial<Table> = { history: { epochs: [{ number: 1, sinceMs: 0 }], recovery: { periodDays: 35 } } }

async function benchWith(items: number, changes: Partial<Table> = {}, ageMs = dayMs): Promise<AdviceBench> {
  const bench = await openBench(noPitrRule, { changes })
  await bench.count(items, 2 ** 30)
  bench.pass(ageMs)
  return bench
}

test('no-pitr names a table with 1,000 items that is a day old, and the price', async () => {
  const [draft] = await (await benchWith(1000)).find()
  assert.equal(draft?.severity, 'info')
  assert.match(draft.change.text, /about \$0\.2 a month/)
  assert.equal(await (await benchWith(999)).severity(), 'none')
  assert.equal(await (await benchWith(1000, {}, dayMs - 1)).severity(), 'none')
})

test('no-pitr says nothing where recovery is on, of a cache that expires, nor in tests', async () => {
  assert.equal(await (await benchWith(1000, recovered)).severity(), 'none')
  assert.equal(await (await benchWith(1000, { timeToLive: { attributeName: 'ttl', enabled: true } })).severity(), 'none')
  assert.equal(noPitrRule.isForProduction, true)
})
