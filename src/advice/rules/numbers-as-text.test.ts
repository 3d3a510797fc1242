import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { numbersAsTextRule } from './numbers-as-text.ts'

async function benchWith(puts: number, priceOf: (at: number) => object, filter: string): Promise<AdviceBench> {
  const bench = await openBench(numbersAsTextRule)
  bench.hearTimes(puts, (at) => ({ writes: [{ attributes: { pk: { S: `${at}` }, price: priceOf(at) } }] }))
  bench.hear({ operation: 'Scan', clauses: { filter } })
  return bench
}

const between = 'price BETWEEN ? AND ?'
const ofText = (at: number) => ({ S: `${at}.5` })

test('numbers-as-text warns of prices as text that are asked for between two', async () => {
  const [draft] = await (await benchWith(100, ofText, between)).find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(
    draft.sentence,
    "price of Orders holds numbers as text (100 % of 100 samples), and Scan Orders filter price BETWEEN ? AND ? compares them: '9' is above '10' there.",
  )
})

test('numbers-as-text begins with 100 samples, of which 99 % are numbers', async () => {
  assert.equal(await (await benchWith(99, ofText, between)).severity(), 'none')
  assert.equal(await (await benchWith(200, (at) => (at < 2 ? { S: 'free' } : ofText(at)), between)).severity(), 'warning')
  assert.equal(await (await benchWith(200, (at) => (at < 3 ? { S: 'free' } : ofText(at)), between)).severity(), 'none')
})

test('numbers-as-text says nothing of zip codes and ids that must be equal, of one width, nor of numbers', async () => {
  assert.equal(await (await benchWith(200, ofText, 'price = ?')).severity(), 'none')
  assert.equal(await (await benchWith(200, (at) => ({ S: String(10_000 + at) }), between)).severity(), 'none')
  assert.equal(await (await benchWith(200, (at) => ({ N: `${at}` }), between)).severity(), 'none')
})
