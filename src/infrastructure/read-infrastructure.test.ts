import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, only, readTexts, typed } from '../../test/harness/infrastructure-texts.ts'
import { Sources } from './documents/source-files.ts'

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

test('Of a folder only what may be infrastructure code is parsed', async (t) => {
  const parsed: string[] = []
  const { documentIn } = Sources.prototype
  t.mock.method(Sources.prototype, 'documentIn', function (this: Sources, text: string, path: string) {
    parsed.push(path)
    return documentIn.call(this, text, path)
  })
  const table =
    'TableName: orders\nKeySchema: [{ AttributeName: id, KeyType: HASH }]\nAttributeDefinitions: [{ AttributeName: id, AttributeType: S }]\n'
  const texts = {
    'd/lock.yaml': `packages:\n${'  "@aws-sdk/credential-provider-node": 1.2.3\n'.repeat(1000)}`,
    'd/openapi.json': json({ openapi: '3.1.0', paths: { '/Resources': { get: { summary: 'KeySchema' } } } }),
    'd/package.json': json({ name: 'resources', dependencies: {} }),
    'd/orders.yaml': `${table}BillingMode: PAY_PER_REQUEST\n`,
    'd/flow.yaml':
      '{"TableName":"flow","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],AttributeDefinitions: [{AttributeName: id, AttributeType: S}], BillingMode: PAY_PER_REQUEST}',
  }
  const reading = await readTexts(texts, {}, ['d'])
  assert.deepEqual(parsed, ['d/flow.yaml', 'd/orders.yaml'])
  assert.deepEqual(
    reading.tables.map(({ input }) => input.TableName),
    ['flow', 'orders'],
  )
})
