import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, indexOn, openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import { hourMs } from '../../base/clock.ts'
import { scanAsAccessPathRule } from './scan-as-access-path.ts'

const megabyte = 2 ** 20

async function benchAfter(scansOfHours: readonly number[], parts: CallParts = {}, bytes = 40 * megabyte): Promise<AdviceBench> {
  const bench = await openBench(scanAsAccessPathRule, { indexes: [indexOn('sparse', 'open')] })
  await bench.count(40_000, bytes)
  await bench.count(40_000, bytes, 1)
  for (const scans of scansOfHours) {
    bench.hearTimes(scans, { operation: 'Scan', readUnits: 100, ...parts })
    bench.pass(hourMs)
  }
  return bench
}

test('scan-as-access-path names a list that scans 40 MB, with its price', async () => {
  const bench = await benchAfter([8, 8])
  bench.money = someMoney
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(
    draft.sentence,
    'Scan Orders read 40 MB 16 times in 24 h: 100 units each time, $0.05 a month at the pace of the last 24 h, 100 % of all reads of Orders; with every item it will be more.',
  )
})

test('scan-as-access-path begins with 10 scans in two hours, above 1 MB, and a fifth of the reads', async () => {
  assert.equal(await (await benchAfter([5, 5])).severity(), 'warning')
  assert.equal(await (await benchAfter([5, 4])).severity(), 'none')
  assert.equal(await (await benchAfter([10])).severity(), 'none')
  assert.equal(await (await benchAfter([5, 5], {}, megabyte)).severity(), 'none')
  assert.equal(await (await benchAfter([5, 5], {}, megabyte + 1)).severity(), 'warning')
  for (const [otherUnits, severity] of [
    [1000, 'warning'],
    [1001, 'info'],
    [4000, 'info'],
    [4001, 'none'],
  ] as const) {
    const bench = await benchAfter([5, 5])
    bench.hear({ operation: 'GetItem', readUnits: otherUnits })
    assert.equal(await bench.severity(), severity, `${otherUnits}`)
  }
})

test('scan-as-access-path counts chains of pages, and none of several segments', async () => {
  assert.equal(await (await benchAfter([20, 20], { continues: true })).severity(), 'none')
  assert.equal(await (await benchAfter([20, 20], { input: { TotalSegments: 4 } })).severity(), 'none')
  assert.equal(await (await benchAfter([20, 20], { input: { TotalSegments: 1 } })).severity(), 'warning')
})

test('scan-as-access-path says nothing of one whole chain a day, nor of a sparse index that is read whole', async () => {
  assert.equal(await (await benchAfter(Array.from({ length: 24 * 12 }, (_, hour) => (hour % 24 === 0 ? 1 : 0)))).severity(), 'none')
  assert.equal(await (await benchAfter([20, 20], { index: 'sparse' })).severity(), 'none')
  assert.equal(await (await benchAfter([20, 20], { index: 'sparse', clauses: { filter: 'a = ?' } })).severity(), 'warning')
})
