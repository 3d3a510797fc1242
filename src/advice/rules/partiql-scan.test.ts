import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import { partiqlScanRule } from './partiql-scan.ts'

const megabyte = 2 ** 20

async function severityAfter(
  where: string,
  { times = 10, bytes = 2 * megabyte, parameters = [] as readonly object[] } = {},
): Promise<string> {
  const bench = await openBench(partiqlScanRule)
  await bench.count(1000, bytes)
  const statement = `SELECT * FROM "Orders"${where}`
  bench.hearTimes(times, {
    operation: 'ExecuteStatement',
    clauses: { statement },
    input: { Statement: statement, Parameters: parameters },
    readUnits: 256,
  })
  return bench.severity()
}

test('partiql-scan warns of an OR that does not fix the key', async () => {
  assert.equal(await severityAfter(` WHERE pk = '1' OR x = 2`), 'warning')
  assert.equal(await severityAfter(''), 'warning')
  assert.equal(await severityAfter(' WHERE x = ?', { parameters: [{ S: 'a' }] }), 'warning')
})

test('partiql-scan begins with 10 statements, above 1 MB', async () => {
  assert.equal(await severityAfter('', { times: 9 }), 'none')
  assert.equal(await severityAfter('', { bytes: megabyte }), 'none')
  assert.equal(await severityAfter('', { bytes: megabyte + 1 }), 'warning')
})

test('partiql-scan says nothing where the key is fixed, nor of 20 items', async () => {
  assert.equal(await severityAfter(` WHERE pk IN ['1', '2'] AND x = 2`), 'none')
  assert.equal(await severityAfter(' WHERE pk = ?', { parameters: [{ S: 'a' }] }), 'none')
  assert.equal(await severityAfter('', { bytes: 2000, times: 1000 }), 'none')
})

test('partiql-scan says what to fix', async () => {
  const bench = await openBench(partiqlScanRule)
  await bench.count(1000, 3 * megabyte)
  const statement = 'SELECT * FROM "Orders"'
  bench.hearTimes(10, { operation: 'ExecuteStatement', clauses: { statement }, input: { Statement: statement }, readUnits: 384 })
  const [draft] = await bench.find()
  assert.match(draft?.sentence ?? '', /reads all of Orders \(3 MB\): its WHERE does not fix pk\. It was asked 10 times for 3,840 units\.$/)
})
