import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { hotItemRule } from './hot-item.ts'

/** Four minutes of writes to one key, of which so many in a hundred go to one item. */
async function benchWith(rate: number, percent: number): Promise<AdviceBench> {
  const bench = await openBench(hotItemRule, { range: 'sk' })
  for (let minute = 0; minute < 4; minute += 1) {
    bench.hear()
    for (let write = 0; write < 60; write += 1) {
      const isHot = (write * 100) / 60 < percent
      bench.meter('write', bench.key('stock', { S: isHot ? 'item' : `other ${minute} ${write}` }), rate)
      bench.pass(1000)
    }
  }
  bench.hear()
  return bench
}

test('hot-item names the item behind a hot key', async () => {
  const [draft] = await (await benchWith(700, 100)).find()
  assert.equal(draft?.severity, 'warning')
  assert.match(draft.sentence, /^One item of stock in Orders has 100 % of the 700 write units\/s of its key/)
})

test('hot-item begins with 80 % of the writes of a key of 300 units a second', async () => {
  assert.equal(await (await benchWith(299, 100)).severity(), 'none')
  assert.equal(await (await benchWith(300, 100)).severity(), 'info')
  assert.equal(await (await benchWith(1000, 100)).severity(), 'error')
  assert.equal(await (await benchWith(700, 90)).severity(), 'warning')
  assert.equal(await (await benchWith(700, 60)).severity(), 'none')
})

test('hot-item says nothing of a stock count with 2 writes a second', async () => {
  assert.equal(await (await benchWith(2, 100)).severity(), 'none')
})
