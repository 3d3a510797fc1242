import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallParts, openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import { countByReadingRule } from './count-by-reading.ts'

const count: CallParts = { operation: 'Scan', input: { Select: 'COUNT' }, readUnits: 128 }

async function severityAfter(times: number, parts: CallParts = {}): Promise<string> {
  const bench = await openBench(countByReadingRule)
  bench.hearTimes(times, { ...count, ...parts })
  return bench.severity()
}

test('count-by-reading names a count of 30 MB', async () => {
  const bench = await openBench(countByReadingRule)
  bench.hearTimes(10, { ...count, readUnits: 3840 })
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.sentence, 'Counting costs 3,840 read units each time, as much as reading: Scan Orders.')
})

test('count-by-reading begins with 10 requests of 128 units', async () => {
  assert.equal(await severityAfter(9), 'none')
  assert.equal(await severityAfter(10), 'info')
  assert.equal(await severityAfter(10, { readUnits: 127.5 }), 'none')
})

test('count-by-reading says nothing of a count of 20 items, nor of requests for the items themselves', async () => {
  assert.equal(await severityAfter(1000, { readUnits: 0.5 }), 'none')
  assert.equal(await severityAfter(1000, { input: {} }), 'none')
})

test('count-by-reading warns in production when counting costs much', async () => {
  const bench = await openBench(countByReadingRule)
  bench.money = someMoney
  bench.profile = 'prod'
  for (let minute = 0; minute < 5; minute += 1) {
    bench.hearTimes(10, count)
    bench.pass(60_000)
  }
  bench.hear(count)
  assert.equal(await bench.severity(), 'warning')
  bench.money = { ...someMoney, usdPerMonth: 1000 }
  assert.equal(await bench.severity(), 'info')
})
