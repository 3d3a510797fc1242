import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { hourMs } from '../../base/clock.ts'
import { movingHotKeyRule } from './moving-hot-key.ts'

/** For each hour, its hot key, and how many of 100 writes it has. */
async function benchAfter(hours: readonly (readonly [string, number])[], writes = 100): Promise<AdviceBench> {
  const bench = await openBench(movingHotKeyRule)
  for (const [at, [key, share]] of hours.entries()) {
    if (at > 0) bench.pass(hourMs - writes)
    bench.hearTimes(writes, (write) => ({
      writes: [{ partitionKeyText: write < (share * writes) / 100 ? `${key}` : `cold ${write}` }],
    }))
  }
  return bench
}

test('moving-hot-key names a table whose partition key is the date', async () => {
  // The clock of these tests begins on that day.
  const bench = await benchAfter([
    ['2026-11-22', 100],
    ['2026-11-22', 100],
    ['2026-11-22', 100],
  ])
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.key, '2026-11-22')
  assert.match(draft.sentence, /^100 % of the writes to Orders go to 2026-11-22, and 3 of the last 6 hours were like that\./)
})

test('moving-hot-key sees a counter that goes on, from the third hour on', async () => {
  const hours = [
    ['9', 60],
    ['10', 60],
    ['11', 60],
    ['12', 60],
  ] as const
  const [draft] = await (await benchAfter(hours)).find()
  assert.match(draft?.sentence ?? '', /Before, it was 10, which is idle now\./)
  assert.equal(await (await benchAfter(hours.slice(0, 3))).severity(), 'none')
})

test('moving-hot-key begins with half of 100 writes in an hour', async () => {
  const hours = (share: number) => ['1', '2', '3', '4'].map((key) => [key, share] as const)
  assert.equal(await (await benchAfter(hours(50))).severity(), 'info')
  assert.equal(await (await benchAfter(hours(49))).severity(), 'none')
  assert.equal(await (await benchAfter(hours(100), 99)).severity(), 'none')
})

test('moving-hot-key says nothing of a key that stays, of a small share for the month, nor of an archive of old days', async () => {
  assert.equal(await (await benchAfter(Array.from({ length: 6 }, () => ['tenant', 90] as const))).severity(), 'none')
  assert.equal(await (await benchAfter(Array.from({ length: 6 }, () => ['2026-11', 2] as const))).severity(), 'none')
  const archive = Array.from({ length: 6 }, (_, at) => [`2025-01-${20 - at}`, 90] as const)
  assert.equal(await (await benchAfter(archive)).severity(), 'none')
  const read = await openBench(movingHotKeyRule)
  for (let at = 0; at < 600; at += 1) {
    read.hear({ operation: 'GetItem', reads: [{ partitionKeyText: '2026-11-22' }] })
    read.pass(hourMs / 100)
  }
  assert.equal(await read.severity(), 'none')
})

test('moving-hot-key warns from 300 writes a second', async () => {
  for (const [rate, severity] of [
    [299, 'info'],
    [300, 'warning'],
  ] as const) {
    const bench = await benchAfter([
      ['1', 90],
      ['2', 90],
      ['3', 90],
      ['4', 90],
    ])
    bench.minutes(4, 'write', [[bench.key('4'), rate * 60]])
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
})
