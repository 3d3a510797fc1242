import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, only, readTexts, typed } from '../../test/harness/infrastructure-texts.ts'

test('A file that is given twice is one, and a folder may not hold without end', async () => {
  const table = json({
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    BillingMode: 'PAY_PER_REQUEST',
  })
  assert.equal((await only({ 'd/a.json': table }, {}, ['d/a.json', 'd', 'd/a.json'])).input.TableName, 'orders')
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`d/${at % 7}/${at}.txt`, '']))
  await assert.rejects(readTexts({ ...many, 'd/a.json': table }, {}, ['d']), { message: /^d\S*: it holds more than 10000 files\.$/ })
})
