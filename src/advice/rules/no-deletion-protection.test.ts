import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { dayMs } from '../../base/clock.ts'
import type { Table } from '../../engine/schema/table.ts'
import { noDeletionProtectionRule } from './no-deletion-protection.ts'

async function benchWith(items: number, changes: Partial<Table> = {}, ageMs = dayMs): Promise<AdviceBench> {
  const bench = await openBench(noDeletionProtectionRule, { changes })
  await bench.count(items, items * 100)
  bench.pass(ageMs)
  return bench
}

test('no-deletion-protection names a table with 1,000 items that is a day old', async () => {
  const [draft] = await (await benchWith(1000)).find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.sentence, 'One DeleteTable ends the 1,000 items of Orders.')
  assert.equal(await (await benchWith(999)).severity(), 'none')
  assert.equal(await (await benchWith(1000, {}, dayMs - 1)).severity(), 'none')
})

test('no-deletion-protection says nothing of a protected table, of a cache that expires, nor in tests', async () => {
  assert.equal(await (await benchWith(1000, { deletionProtection: true })).severity(), 'none')
  assert.equal(await (await benchWith(1000, { timeToLive: { attributeName: 'ttl', enabled: true } })).severity(), 'none')
  assert.equal(noDeletionProtectionRule.isForProduction, true)
})
