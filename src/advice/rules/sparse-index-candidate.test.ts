import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, indexOn, openBench } from '../../../test/harness/advice-bench.ts'
import { sparseIndexCandidateRule } from './sparse-index-candidate.ts'

function query(value: string): CallParts {
  return {
    operation: 'Query',
    index: 'byState',
    input: { KeyConditionExpression: 'state = :s', ExpressionAttributeValues: { ':s': { S: value } } },
  }
}

/** So many open entries, and one of each other value; `entries` are told of. */
async function benchWith(open: number, entries: number, others: readonly string[] = ['closed']): Promise<AdviceBench> {
  const bench = await openBench(sparseIndexCandidateRule, { indexes: [indexOn('byState', 'state')] })
  await bench.count(entries, entries * 100, 1)
  await bench.store(Array.from({ length: open }, (_, at) => bench.key('open', { S: `${at}` }, 1)))
  await bench.store(others.map((value) => bench.key(value, { S: '1' }, 1)))
  return bench
}

test('sparse-index-candidate names an index of open and closed orders of which only the open ones are asked for', async () => {
  const bench = await benchWith(30, 1000)
  bench.hearTimes(20, query('open'))
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(
    draft.sentence,
    'Of 1,000 entries of byState, only those with state=open are asked for (3 %); the others are written and kept for nothing.',
  )
})

test('sparse-index-candidate begins with 1,000 entries, 20 queries, and at most 5 % asked for', async () => {
  for (const [open, entries, queries, severity] of [
    [50, 1000, 20, 'info'],
    [51, 1000, 20, 'none'],
    [10, 999, 20, 'none'],
    [10, 1000, 19, 'none'],
  ] as const) {
    const bench = await benchWith(open, entries)
    bench.hearTimes(queries, query('open'))
    assert.equal(await bench.severity(), severity, `${open} ${entries} ${queries}`)
  }
})

test('sparse-index-candidate counts collections longer than one chunk', async () => {
  const bench = await benchWith(2500, 50_000)
  bench.hearTimes(20, query('open'))
  assert.equal((await bench.find())[0]?.evidence['asked'], 2500)
})

test('sparse-index-candidate says nothing when all values are asked for, when there are many, nor when somebody scans', async () => {
  const asked = await benchWith(
    30,
    1000,
    Array.from({ length: 3 }, (_, at) => `state ${at}`),
  )
  for (const value of ['open', 'state 0', 'state 1', 'state 2']) asked.hearTimes(10, query(value))
  // All are asked for; that the other three hold no more than three entries is what was made up here.
  asked.hearTimes(1, { operation: 'Scan', index: 'byState' })
  assert.equal(await asked.severity(), 'none')
  const many = await benchWith(
    30,
    1000,
    Array.from({ length: 10 }, (_, at) => `state ${at}`),
  )
  many.hearTimes(20, query('open'))
  assert.equal(await many.severity(), 'none')
  const all = await benchWith(30, 1000)
  all.hearTimes(20, query('open'))
  await all.store(Array.from({ length: 100 }, (_, at) => all.key('closed', { S: `more ${at}` }, 1)))
  all.hear(query('closed'))
  assert.equal(await all.severity(), 'none')
})

test('sparse-index-candidate is over an hour after the last query, and silent when not all was heard', async () => {
  const bench = await benchWith(30, 1000)
  bench.hearTimes(20, query('open'))
  bench.isDeaf = true
  assert.equal(await bench.severity(), 'none')
  bench.isDeaf = false
  bench.pass(60 * 60_000)
  assert.equal(await bench.severity(), 'info')
  bench.pass(1)
  assert.equal(await bench.severity(), 'none')
})
