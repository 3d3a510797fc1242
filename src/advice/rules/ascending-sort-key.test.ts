import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { ascendingSortKeyRule } from './ascending-sort-key.ts'

/** Four minutes of writes to one device; `sortOf` says with which sort key. */
async function benchWith(
  rate: number,
  sortOf: (at: number) => string,
  keyOf: (at: number) => string = () => 'device',
): Promise<AdviceBench> {
  const bench = await openBench(ascendingSortKeyRule, { range: 'sk' })
  let at = 0
  for (let minute = 0; minute < 4; minute += 1) {
    bench.hear()
    for (let write = 0; write < 60; write += 1) {
      at += 1
      bench.meter('write', bench.key(keyOf(at), { S: sortOf(at) }), rate)
      bench.pass(1000)
    }
  }
  bench.hear()
  return bench
}

const ascending = (at: number) => String(1_000_000 + at)
/** Up and down in turns. */
const scattered = (at: number) => String(1_000_000 + ((at * 7919) % 1000))

test('ascending-sort-key warns of a time series of one device with 700 writes a second', async () => {
  const [draft] = await (await benchWith(700, ascending)).find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(
    draft.sentence,
    'device of Orders gets 700 write units/s, each item behind the last: a split between its sort keys cannot spread them.',
  )
})

test('ascending-sort-key begins with 600 writes a second', async () => {
  assert.equal(await (await benchWith(599, ascending)).severity(), 'none')
  assert.equal(await (await benchWith(600, ascending)).severity(), 'warning')
})

test('ascending-sort-key says nothing of sort keys in any order, nor of many devices', async () => {
  assert.equal(await (await benchWith(700, scattered)).severity(), 'none')
  assert.equal(await (await benchWith(2000, ascending, (at) => `device ${at % 40}`)).severity(), 'none')
})

test('ascending-sort-key is an error when such writes are refused', async () => {
  const bench = await benchWith(100, ascending)
  assert.equal(await bench.severity(), 'none')
  bench.refuse('TableWriteKeyRangeThroughputExceeded', 'device', 10)
  assert.equal(await bench.severity(), 'error')
})
