import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, openBench } from '../../../test/harness/advice-bench.ts'
import { unsortableSortKeyRule } from './unsortable-sort-key.ts'

async function benchWith(sortOf: (at: number) => string, query: CallParts, puts = 30): Promise<AdviceBench> {
  const bench = await openBench(unsortableSortKeyRule, { range: 'sk' })
  bench.hearTimes(puts, (at) => ({ writes: [{ attributes: { pk: { S: 'a' }, sk: { S: sortOf(at) } } }] }))
  bench.hear({ operation: 'Query', ...query })
  return bench
}

const ofNumbers = (at: number) => `ORDER#${at}`
const newest: CallParts = { clauses: { keyCondition: 'pk = ?' }, input: { ScanIndexForward: false } }

test('unsortable-sort-key warns of ORDER#9 and ORDER#10', async () => {
  const [draft] = await (await benchWith(ofNumbers, newest)).find()
  assert.equal(draft?.severity, 'warning')
  assert.match(draft.sentence, /^ORDER#\d+ sorts before ORDER#\d+ in sk of Orders: /)
  assert.match(draft.change.code ?? '', /padStart\(4, '0'\)/)
})

test('unsortable-sort-key begins with 20 samples and a Query that goes by the order', async () => {
  assert.equal(await (await benchWith(ofNumbers, newest, 19)).severity(), 'none')
  assert.equal(await (await benchWith(ofNumbers, newest, 20)).severity(), 'warning')
  assert.equal(await (await benchWith(ofNumbers, { clauses: { keyCondition: 'pk = ?' } })).severity(), 'none')
  assert.equal(await (await benchWith(ofNumbers, { clauses: { keyCondition: 'pk = ? AND sk > ?' } })).severity(), 'warning')
  assert.equal(await (await benchWith(ofNumbers, { input: { Limit: 10 } })).severity(), 'warning')
  assert.equal(await (await benchWith(ofNumbers, { operation: 'GetItem', input: { Limit: 10 } })).severity(), 'none')
})

test('unsortable-sort-key remembers how numbers that only grow began', async () => {
  assert.equal(await (await benchWith(ofNumbers, newest, 5000)).severity(), 'warning')
})

test('unsortable-sort-key says nothing of fixed widths and of UUIDs', async () => {
  assert.equal(await (await benchWith((at) => `ORDER#${String(at).padStart(8, '0')}`, newest)).severity(), 'none')
  assert.equal(await (await benchWith((at) => `7c9e6679-7425-40de-944b-e07fc1f90a${at + 10}`, newest)).severity(), 'none')
})
