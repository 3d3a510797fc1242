import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { growingCollectionRule } from './growing-collection.ts'

function put(bench: AdviceBench, length: number, more: object = {}): void {
  const comments = { L: Array.from({ length }, () => ({ S: 'x'.repeat(97) })) }
  bench.hear({ writes: [{ attributes: { pk: { S: 'post' }, comments, ...more } }] })
}

async function benchWith(from: number, to: number, everyMs = 1): Promise<AdviceBench> {
  const bench = await openBench(growingCollectionRule)
  for (let length = from; length <= to; length += 1) {
    put(bench, length)
    bench.pass(everyMs)
  }
  return bench
}

test('growing-collection names comments in one list', async () => {
  const [draft] = await (await benchWith(1, 120)).find()
  assert.equal(draft?.severity, 'info')
  assert.match(
    draft.sentence,
    /^comments of post in Orders has 120 elements and grew in 119 writes in a row: each pays 12 write units for 11\.\d KB\.$/,
  )
})

test('growing-collection begins with 20 growths and 100 elements', async () => {
  assert.equal(await (await benchWith(80, 100)).severity(), 'info')
  assert.equal(await (await benchWith(81, 100)).severity(), 'none')
  assert.equal(await (await benchWith(1, 99)).severity(), 'none')
})

test('growing-collection warns in production when it is full within 30 days', async () => {
  // 98 bytes each minute are full in about 2.8 days.
  const bench = await benchWith(100, 200, 60_000)
  assert.equal(await bench.severity(), 'info')
  bench.profile = 'prod'
  assert.equal(await bench.severity(), 'warning')
  const slow = await benchWith(100, 200, 15 * 60_000)
  slow.profile = 'prod'
  assert.equal(await slow.severity(), 'info')
})

test('growing-collection says nothing of a list that is kept at a length', async () => {
  const bench = await benchWith(1, 50)
  for (let at = 0; at < 100; at += 1) put(bench, 50)
  assert.equal(await bench.severity(), 'none')
  const long = await benchWith(1, 200)
  for (let at = 0; at < 3; at += 1) put(long, 200)
  assert.equal(await long.severity(), 'none')
})

test('growing-collection remembers a bounded number of items', async () => {
  const bench = await openBench(growingCollectionRule)
  for (let length = 100; length < 130; length += 1) {
    for (let item = 0; item < 1030; item += 1) {
      bench.hear({
        writes: [{ keyHash: `${item}`, attributes: { pk: { S: `${item}` }, tags: { SS: Array.from({ length }, () => 'x') } } }],
      })
    }
  }
  // More items than there is room for, in turns: each is forgotten before it comes again.
  assert.equal(await bench.severity(), 'none')
})

test('growing-collection is over an hour after the last such request', async () => {
  const bench = await benchWith(1, 120)
  bench.pass(60 * 60_000 - 1)
  assert.equal(await bench.severity(), 'info')
  bench.pass(2)
  assert.equal(await bench.severity(), 'none')
})
