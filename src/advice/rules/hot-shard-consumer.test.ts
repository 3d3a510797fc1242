import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench, withStream } from '../../../test/harness/advice-bench.ts'
import { hotShardConsumerRule } from './hot-shard-consumer.ts'

/** Shards with so many records, each read up to so many of its end. */
async function benchWith(...shards: readonly (readonly [records: number, unread: number])[]): Promise<AdviceBench> {
  const bench = await openBench(hotShardConsumerRule, withStream(shards.length))
  for (const [at, [records, unread]] of shards.entries()) {
    await bench.record(at + 1, records)
    bench.poll(at + 1, 1, records - unread + 1)
  }
  return bench
}

test('hot-shard-consumer warns of a shard that follows a hot key', async () => {
  const bench = await benchWith([7000, 3000], [1000, 10], [1000, 10], [1000, 0])
  const [draft, ...others] = await bench.find()
  assert.deepEqual(others, [])
  assert.equal(draft?.severity, 'warning')
  assert.match(draft.sentence, /has 70 % of the records and 3,000 that wait to be read/)
})

test('hot-shard-consumer begins with four shards, 70 % of the records and five times the backlog', async () => {
  assert.equal(await (await benchWith([7000, 3000], [1500, 0], [1500, 0])).severity(), 'none')
  assert.equal(await (await benchWith([6999, 3000], [1000, 10], [1000, 10], [1001, 0])).severity(), 'none')
  assert.equal(await (await benchWith([7000, 1000], [1000, 200], [1000, 200], [1000, 200])).severity(), 'warning')
  assert.equal(await (await benchWith([7000, 1000], [1000, 201], [1000, 201], [1000, 201])).severity(), 'none')
  assert.equal(await (await benchWith([7000, 999], [1000, 0], [1000, 0], [1000, 0])).severity(), 'none')
})

test('hot-shard-consumer says nothing of four even shards', async () => {
  assert.equal(await (await benchWith([1000, 500], [1000, 500], [1000, 500], [1000, 500])).severity(), 'none')
  assert.equal(hotShardConsumerRule.isForProduction, true)
})

test('hot-shard-consumer warns of a third reader of a shard', async () => {
  const bench = await benchWith([100, 0])
  bench.poll(1, 1, 101, 0, '10.0.0.2')
  assert.equal(await bench.severity(), 'none')
  bench.poll(1, 1, 101, 0, '10.0.0.3')
  assert.equal(await bench.severity(), 'warning')
  // Those that came before are gone after a minute.
  bench.pass(61_000)
  bench.poll(1, 1, 101, 0, '10.0.0.4')
  assert.equal(await bench.severity(), 'none')
})
