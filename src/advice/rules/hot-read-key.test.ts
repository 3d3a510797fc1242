import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import { hotReadKeyRule } from './hot-read-key.ts'

const minute = 60

test('hot-read-key names one item that is read 1,000 times a second', async () => {
  const bench = await openBench(hotReadKeyRule)
  bench.minutes(4, 'read', [[bench.key('config'), 1000 * minute]])
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.match(draft.sentence, /^config is read with 1,000 of the 3,000 read units\/s that one key has, 100 % of the reads of Orders\.$/)
})

test('hot-read-key begins with 900 units a second and warns from 1,800', async () => {
  for (const [rate, severity] of [
    [899, 'none'],
    [900, 'info'],
    [1799, 'info'],
    [1800, 'warning'],
  ] as const) {
    const bench = await openBench(hotReadKeyRule)
    bench.minutes(3, 'read', [[bench.key('a'), rate * minute]])
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
})

test('hot-read-key says nothing of a burst of 30 s, nor of a share below a tenth', async () => {
  const burst = await openBench(hotReadKeyRule)
  burst.minutes(1, 'read', [[burst.key('a'), 30 * 2500]])
  burst.minutes(5, 'read', [[burst.key('a'), minute]])
  assert.equal(await burst.severity(), 'none')
  const small = await openBench(hotReadKeyRule)
  const others = Array.from({ length: 400 }, (_, at) => [small.key(`o${at}`), 25 * minute] as const)
  small.minutes(4, 'read', [[small.key('a'), 1000 * minute], ...others])
  assert.equal(await small.severity(), 'none')
})

test('hot-read-key calls it an error when reads were refused', async () => {
  for (const [times, severity] of [
    [9, 'none'],
    [10, 'error'],
  ] as const) {
    const bench = await openBench(hotReadKeyRule)
    bench.note('read', bench.key('a'), 20)
    bench.refuse('TableReadKeyRangeThroughputExceeded', 'a', times)
    assert.equal(await bench.severity(), severity)
  }
})
