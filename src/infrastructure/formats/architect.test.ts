import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, range, readTexts, type Texts, typed } from '../../../test/harness/infrastructure-texts.ts'

test('Architect: tables, indexes and streams of its own language and of JSON', async () => {
  const arc = `@app
shop

@tables
orders   # all of them
  id *String
  at **Number
  expires TTL
  encrypt true
  PointInTimeRecovery true

@tables-indexes
orders
  email *String
  at **Number
  projection keys
orders
  at *Number
  name byAt
  projection a b

@tables-streams
orders
`
  const indexes = [
    { IndexName: 'email-at-index', KeySchema: [hash('email'), range('at')], Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'byAt', KeySchema: [hash('at')], Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] } },
  ]
  const json1 = {
    app: 'shop',
    tables: [{ orders: { id: '*String', at: '**Number', expires: 'TTL', encrypt: true, PointInTimeRecovery: true } }],
    'tables-indexes': [
      { orders: { email: '*String', at: '**Number', projection: 'keys' } },
      { orders: { at: '*Number', name: 'byAt', projection: ['a', 'b'] } },
    ],
    'tables-streams': [{ orders: {} }],
  }
  for (const texts of [{ 'app.arc': arc }, { 'arc.json': json(json1) }] as readonly Texts[]) {
    const reading = await readTexts(texts)
    const [spec] = reading.tables
    assert.deepEqual(spec?.input, {
      TableName: 'shop-staging-orders',
      KeySchema: [hash('id'), range('at')],
      AttributeDefinitions: [typed('id', 'S'), typed('at', 'N'), typed('email', 'S')],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: indexes,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { Enabled: true },
    })
    assert.deepEqual([spec?.ttl, spec?.recovery], [{ Enabled: true, AttributeName: 'expires' }, { PointInTimeRecoveryEnabled: true }])
    assert.match(linesOf(reading)[0] ?? '', /orders\.stream: not done: Stator runs no functions yet; the table has the stream\.$/)
  }
})
