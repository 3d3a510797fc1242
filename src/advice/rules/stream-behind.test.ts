import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench, withStream } from '../../../test/harness/advice-bench.ts'
import { hourMs, minuteMs } from '../../base/clock.ts'
import { streamBehindRule } from './stream-behind.ts'

/** 100 records, of which a reader read the first ten and came no further. */
async function stoppedBench(): Promise<AdviceBench> {
  const bench = await openBench(streamBehindRule, withStream(1))
  await bench.record(1, 100)
  bench.poll(1, 1, 11)
  return bench
}

test('stream-behind warns of a reader that was stopped, and says when records are lost', async () => {
  const bench = await stoppedBench()
  bench.pass(2 * hourMs)
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.match(draft.sentence, /^Who reads shard shardId-\S+ of the stream of Orders is 2 h behind; in 22 h records are lost\.$/)
})

test('stream-behind begins with an hour, and is an error from 20 hours', async () => {
  for (const [ms, severity] of [
    [hourMs - 1, 'none'],
    [hourMs, 'warning'],
    [20 * hourMs - 1, 'warning'],
    [20 * hourMs, 'error'],
    [24 * hourMs, 'none'],
  ] as const) {
    const bench = await stoppedBench()
    bench.pass(ms)
    assert.equal(await bench.severity(), severity, `${ms}`)
  }
})

test('stream-behind says nothing of a reader that has read all, or that catches up', async () => {
  const done = await stoppedBench()
  done.poll(1, 11, 101)
  done.pass(2 * hourMs)
  assert.equal(await done.severity(), 'none')
  const catching = await stoppedBench()
  const created = catching.clock.now()
  catching.pass(3 * hourMs)
  catching.poll(1, 11, 21, created - hourMs)
  catching.pass(minuteMs)
  catching.poll(1, 21, 31, created)
  assert.equal(await catching.severity(), 'none')
  const stuck = await stoppedBench()
  stuck.pass(3 * hourMs)
  for (let at = 0; at < 5; at += 1) {
    stuck.poll(1, 11, 11, stuck.clock.now() - 3 * hourMs)
    stuck.pass(minuteMs)
  }
  assert.equal(await stuck.severity(), 'warning')
  assert.equal(streamBehindRule.isForProduction, true)
})
