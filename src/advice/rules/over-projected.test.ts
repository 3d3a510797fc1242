import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, indexOn, openBench } from '../../../test/harness/advice-bench.ts'
import { overProjectedRule } from './over-projected.ts'

/** An answer with 40 bytes. */
const read: CallParts = {
  operation: 'Query',
  index: 'byState',
  clauses: { keyCondition: 'state = ?', projection: 'name, price' },
  reads: [{ attributes: { name: { S: 'x'.repeat(26) }, price: { S: 'yyyyy' } } }],
}

async function benchWith(entryBytes: number, reads: number, parts: CallParts = {}): Promise<AdviceBench> {
  const bench = await openBench(overProjectedRule, { indexes: [indexOn('byState', 'state')] })
  await bench.count(100, 100 * entryBytes, 1)
  bench.hearTimes(reads, { ...read, ...parts })
  return bench
}

test('over-projected names an index of 6 KB entries whose readers want two names', async () => {
  const [draft] = await (await benchWith(6144, 100)).find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.sentence, 'byState of Orders copies 6 KB of each item, and its readers ask for 40 B.')
  assert.equal(draft.change.code, 'Projection: {"ProjectionType":"INCLUDE","NonKeyAttributes":["name","price"]}')
})

test('over-projected begins with 100 reads that want less than half', async () => {
  assert.equal(await (await benchWith(6144, 99)).severity(), 'none')
  assert.equal(await (await benchWith(81, 100)).severity(), 'info')
  assert.equal(await (await benchWith(80, 100)).severity(), 'none')
})

test('over-projected says nothing once somebody reads without a projection', async () => {
  const bench = await benchWith(6144, 100)
  bench.hear({ ...read, clauses: { keyCondition: 'state = ?' } })
  assert.equal(await bench.severity(), 'none')
})

test('over-projected does not know how large is what only a filter looks at', async () => {
  const filtered = (filter: string): CallParts => ({ clauses: { keyCondition: 'state = ?', projection: 'name, price', filter } })
  assert.equal(await (await benchWith(6144, 100, filtered('body = ?'))).severity(), 'none')
  assert.equal(await (await benchWith(6144, 100, filtered('contains(name, ?)'))).severity(), 'none')
  assert.equal(await (await benchWith(6144, 100, filtered('price = ?'))).severity(), 'info')
})

test('over-projected is over an hour after the last such request', async () => {
  const bench = await benchWith(6144, 100)
  bench.pass(60 * 60_000 - 1)
  assert.equal(await bench.severity(), 'info')
  bench.pass(2)
  assert.equal(await bench.severity(), 'none')
})
