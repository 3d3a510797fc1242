import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AttributeCensus } from './attribute-census.ts'
import type { HeardCall } from './heard-call.ts'
import { census as limits } from './limits.ts'

function put(tableId: number, attributes: object): HeardCall {
  return { touched: { writes: () => [{ tableId, kind: 'put', attributes }], reads: () => [] } } as unknown as HeardCall
}

test('AttributeCensus looks at all of the first puts, and then at some', () => {
  const census = new AttributeCensus()
  for (let at = 0; at < limits.wholePuts + 160; at += 1) census.hear(put(1, { a: { S: String(at) }, b: { N: '1' } }))
  const facts = census.of(1).get('a')
  assert.equal(facts?.texts, limits.wholePuts + 160 / limits.everyPuts)
  assert.equal(facts.numeric, facts.texts)
  assert.deepEqual([...facts.widths], [1, 2, 3])
  assert.equal(census.of(1).get('b'), undefined)
  census.forget()
  assert.equal(census.of(1).size, 0)
})

test('AttributeCensus knows a bounded number of tables and names', () => {
  const census = new AttributeCensus()
  for (let table = 1; table < 200; table += 1) census.hear(put(table, { a: { S: 'x' } }))
  assert.equal(census.of(limits.tablesMax).size, 1)
  assert.equal(census.of(limits.tablesMax + 1).size, 0)
  for (let at = 0; at < 100_000; at += 1) census.hear(put(1, { [`name ${at}`]: { S: 'x' } }))
  assert.ok(census.of(1).size <= limits.namesMax)
})
