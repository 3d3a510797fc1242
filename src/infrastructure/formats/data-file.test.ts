import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

test('Files of items belong to the table that their name says', async () => {
  const table = json({
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    BillingMode: 'PAY_PER_REQUEST',
  })
  const reading = await readTexts(
    { 'd/orders.json': table, 'd/orders.seed.jsonl': '{"id":"a"}\n{"id":{"S":"b"}}\n', 'd/users.jsonl': '{}\n' },
    {},
    ['d'],
  )
  assert.deepEqual(reading.tables[0]?.seeds[0]?.items, [{ id: { S: 'a' } }, { id: { S: 'b' } }])
  assert.deepEqual(linesOf(reading), [
    'd/users.jsonl users: not done: no file here makes such a table: stator copy puts items into one that is there.',
  ])
  await assert.rejects(readTexts({ 'orders.json': table, 'orders.jsonl': '{"id":"a"}\n{"id":\n' }), {
    message: 'orders.jsonl:2: it is not JSON.',
  })
  await assert.rejects(readTexts({ 'notes.json': '{"a": 1}' }), { message: /^notes\.json: it is no infrastructure code that is known/ })
})
