import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import { hotKeyRule } from './hot-key.ts'

const minute = 60

test('hot-key names the key with 43 % of 2,000 writes a second, and how to spread it', async () => {
  const bench = await openBench(hotKeyRule)
  const others = Array.from({ length: 57 }, (_, at) => [bench.key(`other-${at}`), 20 * minute] as const)
  bench.minutes(4, 'write', [[bench.key('key-1'), 860 * minute], ...others])
  const [draft, ...rest] = await bench.find()
  assert.deepEqual(rest, [])
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.key, 'key-1')
  assert.match(draft.sentence, /^key-1 takes \d+ of the 2,000 write units\/s of Orders, 43 % of its writes; one key has at most 1,000\.$/)
  assert.equal(draft.evidence['shards'], 2)
  assert.match(draft.change.code ?? '', /const N = 2\n/)
})

test('hot-key begins with 300 writes a second in three whole minutes, and grows graver with 600 and 1,000', async () => {
  for (const [rate, severity] of [
    [299, 'none'],
    [300, 'info'],
    [599, 'info'],
    [600, 'warning'],
    [999, 'warning'],
    [1000, 'error'],
  ] as const) {
    const bench = await openBench(hotKeyRule)
    bench.minutes(3, 'write', [[bench.key('a'), rate * minute]])
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
  const short = await openBench(hotKeyRule)
  short.minutes(2, 'write', [[short.key('a'), 900 * minute]])
  assert.equal(await short.severity(), 'none')
})

test('hot-key begins with a tenth of the writes', async () => {
  for (const [ofOthers, severity] of [
    [2900, 'none'],
    [2600, 'info'],
  ] as const) {
    const bench = await openBench(hotKeyRule)
    const others = Array.from({ length: 30 }, (_, at) => [bench.key(`o${at}`), (ofOthers * minute) / 30] as const)
    bench.minutes(3, 'write', [[bench.key('a'), 310 * minute], ...others])
    assert.equal(await bench.severity(), severity, `${ofOthers}`)
  }
})

test('hot-key says nothing of a large share of few writes, nor of a burst', async () => {
  const slow = await openBench(hotKeyRule)
  slow.minutes(5, 'write', [
    [slow.key('a'), 2 * minute],
    [slow.key('b'), 3 * minute],
  ])
  assert.equal(await slow.severity(), 'none')
  const burst = await openBench(hotKeyRule)
  burst.minutes(1, 'write', [[burst.key('a'), 20 * 2000]])
  burst.minutes(5, 'write', [[burst.key('a'), minute]])
  assert.equal(await burst.severity(), 'none')
})

test('hot-key reckons no rate where the clock was moved or stood still', async () => {
  const moved = await openBench(hotKeyRule)
  for (let at = 0; at < 6; at += 1) {
    moved.hear()
    moved.note('write', moved.key('a'), 900 * minute)
    moved.move(60_000)
  }
  moved.hear()
  assert.equal(await moved.severity(), 'none')
  const frozen = await openBench(hotKeyRule)
  for (let at = 0; at < 6; at += 1) {
    frozen.hear()
    frozen.note('write', frozen.key('a'), 900 * minute)
    frozen.freeze(60_000)
  }
  assert.equal(await frozen.severity(), 'none')
})

test('hot-key names a key with half of at least ten refusals, whatever its rate', async () => {
  for (const [ofKey, ofOthers, severity] of [
    [5, 4, 'none'],
    [5, 5, 'error'],
    [10, 11, 'none'],
  ] as const) {
    const bench = await openBench(hotKeyRule)
    bench.note('write', bench.key('a'), 20)
    bench.refuse('TableWriteKeyRangeThroughputExceeded', 'a', ofKey)
    for (let at = 0; at < ofOthers; at += 1) bench.refuse('TableWriteKeyRangeThroughputExceeded', `o${at % 7}`, 1)
    assert.equal(await bench.severity(), severity, `${ofKey}, ${ofOthers}`)
  }
})

test('hot-key does not call refused what was let through, and says nothing of it in a test', async () => {
  const bench = await openBench(hotKeyRule)
  bench.note('write', bench.key('a'), 20)
  bench.refuse('TableWriteKeyRangeThroughputExceeded', 'a', 20, { mode: 'observe' })
  assert.equal(await bench.severity(), 'none')
  bench.profile = 'prod'
  assert.equal(await bench.severity(), 'warning')
  bench.pass(2 * 3_600_000)
  assert.equal(await bench.severity(), 'none')
})
