import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'

const countries = ['de', 'fr', 'at', 'ch', 'it', 'es', 'pt', 'nl']

async function benchWith(keys: number, items: number, units: number): Promise<AdviceBench> {
  const bench = await openBench(lowCardinalityKeyRule, { range: 'sk' })
  await bench.count(items, items * 100)
  const names = Array.from({ length: keys }, (_, at) => countries[at] ?? `country ${at}`)
  await bench.store(names.flatMap((name) => [1, 2, 3].map((sort) => bench.key(name, { S: `${sort}` }))))
  for (const name of names) bench.note('write', bench.key(name), units / keys)
  return bench
}

test('low-cardinality-key names a table of 8 countries with 20,000 items and 6,000 puts', async () => {
  const bench = await benchWith(8, 20_000, 6000)
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(
    draft.sentence,
    '8 partition keys hold the 20,000 items of Orders; together they never take more than 8,000 writes/s, whatever is provisioned.',
  )
})

test('low-cardinality-key takes at most 20 keys, 10,000 items and 5,000 units', async () => {
  for (const [keys, items, units, severity] of [
    [20, 10_000, 5000, 'info'],
    [21, 10_000, 5000, 'none'],
    [20, 9999, 5000, 'none'],
    [20, 10_000, 4980, 'none'],
  ] as const) {
    assert.equal(await (await benchWith(keys, items, units)).severity(), severity, `${keys} ${items} ${units}`)
  }
})

test('low-cardinality-key says nothing of a small table of settings, of tenants that write seldom, nor of a test with 5 users', async () => {
  assert.equal(await (await benchWith(3, 30, 50_000)).severity(), 'none')
  assert.equal(await (await benchWith(20, 20_000, 3600)).severity(), 'none')
  assert.equal(await (await benchWith(5, 5, 5)).severity(), 'none')
})

test('low-cardinality-key warns when a quarter of what the keys can do is used, and calls refusals an error', async () => {
  for (const [rate, severity] of [
    [490, 'info'],
    [500, 'warning'],
  ] as const) {
    const bench = await benchWith(2, 20_000, 6000)
    bench.minutes(4, 'write', [
      [bench.key('de'), (rate * 60) / 2],
      [bench.key('fr'), (rate * 60) / 2],
    ])
    // What the first minute had besides is not in the third of the busiest.
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
  const refused = await benchWith(2, 20_000, 6000)
  refused.refuse('TableWriteKeyRangeThroughputExceeded', 'de', 1)
  assert.equal(await refused.severity(), 'error')
})
