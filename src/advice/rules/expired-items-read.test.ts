import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, openBench, startMs } from '../../../test/harness/advice-bench.ts'
import { expiredItemsReadRule } from './expired-items-read.ts'

const timeToLive = { attributeName: 'ttl', enabled: true }
const nowSeconds = startMs / 1000

async function benchAfter(expired: number, fresh: number, parts: CallParts = {}, ageSeconds = 60): Promise<AdviceBench> {
  const bench = await openBench(expiredItemsReadRule, { changes: { timeToLive } })
  const read = (seconds: number): CallParts => ({
    operation: 'GetItem',
    readUnits: 0.5,
    ...parts,
    reads: [{ attributes: { pk: { S: 'a' }, ttl: { N: String(seconds) } } }],
  })
  for (let at = 0; at < expired; at += 1) bench.hear(read(nowSeconds - ageSeconds))
  for (let at = 0; at < fresh; at += 1) bench.hear(read(nowSeconds + 3600))
  return bench
}

test('expired-items-read warns of sessions that are read after their end', async () => {
  const [draft] = await (await benchAfter(12, 12)).find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.sentence, '12 of 24 answers (50 %) held items whose ttl had passed: GetItem Orders. AWS may keep such items for days.')
})

test('expired-items-read begins with 10 answers and one of a hundred', async () => {
  assert.equal(await (await benchAfter(9, 0)).severity(), 'none')
  assert.equal(await (await benchAfter(10, 990)).severity(), 'warning')
  assert.equal(await (await benchAfter(10, 991)).severity(), 'none')
})

test('expired-items-read says nothing of who asks for the attribute: one that keeps them out, and one that archives them', async () => {
  for (const filter of ['attribute_not_exists(ttl) OR ttl > ?', 'ttl < ?']) {
    assert.equal(await (await benchAfter(50, 0, { operation: 'Query', clauses: { filter } })).severity(), 'none', filter)
  }
  assert.equal(await (await benchAfter(50, 0, { operation: 'Query', clauses: { filter: 'status = ?' } })).severity(), 'warning')
})

test('expired-items-read says nothing of this second, nor of what never expires', async () => {
  assert.equal(await (await benchAfter(50, 0, {}, 0)).severity(), 'none')
  assert.equal(await (await benchAfter(50, 0, {}, 1)).severity(), 'warning')
  assert.equal(await (await benchAfter(50, 0, {}, 6 * 365 * 86_400)).severity(), 'none')
})
