import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, openBench } from '../../../test/harness/advice-bench.ts'
import { hotCounterRule } from './hot-counter.ts'

/** Minutes of increments, ten of which are heard in each; all together come to so many units a second. */
async function benchWith(
  rate: number,
  minutes = 4,
  parts: (at: number) => object = () => ({ keyHash: 'c', keyText: 'views', partitionKeyText: 'views' }),
): Promise<AdviceBench> {
  const bench = await openBench(hotCounterRule)
  for (let minute = 0; minute < minutes; minute += 1) {
    for (let at = 0; at < 10; at += 1) {
      const call: CallParts = {
        operation: 'UpdateItem',
        writeUnits: rate * 6,
        writes: [{ kind: 'update', computed: ['n'], ...parts(at + 10 * minute) }],
      }
      bench.hear(call)
      bench.pass(6000)
    }
  }
  bench.hear()
  return bench
}

test('hot-counter names a counter of page views', async () => {
  const [draft] = await (await benchWith(200)).find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.key, 'views')
  assert.match(draft.sentence, /^views of Orders is incremented /)
  assert.match(draft.change.code ?? '', /ADD n :one/)
})

test('hot-counter begins with 100 units a second in three minutes', async () => {
  assert.equal(await (await benchWith(99)).severity(), 'none')
  assert.equal(await (await benchWith(100)).severity(), 'info')
  assert.equal(await (await benchWith(100, 3)).severity(), 'info')
  assert.equal(await (await benchWith(500, 2)).severity(), 'none')
  assert.equal(await (await benchWith(599)).severity(), 'info')
  assert.equal(await (await benchWith(600)).severity(), 'warning')
  assert.equal(await (await benchWith(1000)).severity(), 'error')
})

test('hot-counter says nothing of a stock count with 2 writes a second, nor of a counter for each of many users', async () => {
  assert.equal(await (await benchWith(2)).severity(), 'none')
  const ofUsers = (at: number) => ({ keyHash: `${at % 20}`, keyText: `user ${at % 20}`, partitionKeyText: `user ${at % 20}` })
  assert.equal(await (await benchWith(900, 4, ofUsers)).severity(), 'none')
})

test('hot-counter says nothing of updates that only set', async () => {
  assert.equal(await (await benchWith(500, 4, () => ({ computed: [], assigned: ['n'] }))).severity(), 'none')
})

test('hot-counter is an error when increments are refused', async () => {
  const bench = await benchWith(5)
  bench.refuse('TableWriteKeyRangeThroughputExceeded', 'views', 9)
  assert.equal(await bench.severity(), 'none')
  bench.refuse('TableWriteKeyRangeThroughputExceeded', 'views', 1)
  assert.equal(await bench.severity(), 'error')
})

test('hot-counter remembers a bounded number of items', async () => {
  const bench = await openBench(hotCounterRule)
  for (let at = 0; at < 200_000; at += 1) {
    bench.hear({
      operation: 'UpdateItem',
      writeUnits: 1e6,
      writes: [{ kind: 'update', computed: ['n'], keyHash: `${at}`, keyText: `${at}` }],
    })
  }
  bench.refuse('TableWriteKeyRangeThroughputExceeded', 'a', 20)
  assert.ok((await bench.find()).length <= 64)
})
