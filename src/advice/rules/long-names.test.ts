import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import { longNamesRule } from './long-names.ts'

/** An item with so many attributes, whose names and values have so many letters. */
function itemOf(attributes: number, nameLetters: number, valueLetters: number): object {
  const names = Array.from({ length: attributes }, (_, at) => [`${at}`.padEnd(nameLetters, 'x'), { S: 'v'.repeat(valueLetters) }])
  return { pk: { S: 'a' }, ...Object.fromEntries(names) }
}

async function severityAfter(puts: number, item: object): Promise<string> {
  const bench = await openBench(longNamesRule)
  bench.hearTimes(puts, { writes: [{ attributes: item as never }] })
  return bench.severity()
}

test('long-names names 60 sensors with names of 25 letters', async () => {
  const bench = await openBench(longNamesRule)
  bench.hearTimes(100, { writes: [{ attributes: itemOf(60, 25, 8) as never }] })
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.match(
    draft.sentence,
    /^Names take 76 % of the 1\.94 KB that an item of Orders has: with names of 3 letters, 100 of 200 write units would have been saved\.$/,
  )
})

test('long-names begins with 100 puts of 1 KB, 40 % of names and a fifth of the units', async () => {
  assert.equal(await severityAfter(99, itemOf(60, 25, 8)), 'none')
  // 40 × (12 + 16) + 3 bytes: above 1 KB by names, of which short ones make 0.7.
  assert.equal(await severityAfter(100, itemOf(40, 12, 16)), 'info')
  assert.equal(await severityAfter(100, itemOf(40, 11, 18)), 'none')
  // 1,024 bytes are one unit, whatever their names; one more is a second unit.
  assert.equal(await severityAfter(100, itemOf(1, 500, 521)), 'none')
  assert.equal(await severityAfter(100, itemOf(1, 500, 522)), 'info')
})

test('long-names says nothing of items of 200 bytes', async () => {
  assert.equal(await severityAfter(1000, itemOf(6, 25, 8)), 'none')
})

test('long-names counts names inside of maps and lists', async () => {
  const bench = await openBench(longNamesRule)
  const sensors = { L: Array.from({ length: 60 }, () => ({ M: { ['x'.repeat(25)]: { S: 'v'.repeat(4) } } })) }
  bench.hearTimes(100, { writes: [{ attributes: { pk: { S: 'a' }, sensors } }] })
  assert.equal(await bench.severity(), 'info')
})
