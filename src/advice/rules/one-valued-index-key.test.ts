import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, indexOn, openBench } from '../../../test/harness/advice-bench.ts'
import { oneValuedIndexKeyRule } from './one-valued-index-key.ts'

const byType = indexOn('byType', 'type')

async function benchWith(entries: number, values: readonly string[]): Promise<AdviceBench> {
  const bench = await openBench(oneValuedIndexKeyRule, { indexes: [byType] })
  await bench.count(entries, entries * 100, 1)
  await bench.store(values.flatMap((value) => ['1', '2'].map((id) => bench.key(value, { S: id }, 1))))
  return bench
}

test('one-valued-index-key names an index on `type`, as information while it is hardly written', async () => {
  const bench = await benchWith(1200, ['order'])
  bench.minutes(4, 'write', [[bench.key('order', undefined, 1), 1]])
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.index, 'byType')
  assert.match(draft.sentence, /^All 1,200 entries of byType have type=order: one partition takes its writes, at most 1,000 units\/s/)
})

test('one-valued-index-key begins with 1,000 entries, and ends with a third value', async () => {
  assert.equal(await (await benchWith(999, ['a'])).severity(), 'none')
  assert.equal(await (await benchWith(1000, ['a', 'b'])).severity(), 'info')
  assert.equal(await (await benchWith(1000, ['a', 'b', 'c'])).severity(), 'none')
})

test('one-valued-index-key sees that one of many values takes 90 % of the writes', async () => {
  for (const [units, severity] of [
    [8900, 'none'],
    [9100, 'info'],
  ] as const) {
    const bench = await benchWith(5000, ['a', 'b', 'c'])
    bench.note('write', bench.key('a', undefined, 1), units)
    bench.note('write', bench.key('b', undefined, 1), 10_000 - units)
    assert.equal(await bench.severity(), severity, `${units}`)
  }
})

test('one-valued-index-key warns from 300 writes a second, and calls refusals an error', async () => {
  for (const [rate, severity] of [
    [299, 'info'],
    [300, 'warning'],
  ] as const) {
    const bench = await benchWith(1000, ['a'])
    bench.minutes(3, 'write', [[bench.key('a', undefined, 1), rate * 60]])
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
  const refused = await benchWith(1000, ['a'])
  refused.refuse('IndexWriteKeyRangeThroughputExceeded', 'a', 1, { index: byType })
  assert.equal(await refused.severity(), 'error')
})
