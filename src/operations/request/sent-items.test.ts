import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { rawItems } from '../../values/arbitrary-values.test.ts'
import { ScannedItem } from '../../values/scanned-item.ts'
import { namedAttributes, parseAround, sentAttributes, sentItem, withParsedItems } from './sent-items.ts'

const put = (rest: string): unknown => parseAround('PutItem', Buffer.from(rest))
const batch = (rest: string): unknown => parseAround('BatchWriteItem', Buffer.from(rest))

test('The item of a put stands as it was sent, between whatever else was', () => {
  const body = put('{"TableName":"T","Item":{"id":{"S":"a"}},"ExpressionAttributeValues":{":v":{"S":"}"}}, "ReturnValues" : "NONE"}')
  const { Item, ...rest } = body as { readonly Item: unknown }
  assert.ok(Item instanceof ScannedItem)
  assert.equal(Item.text, '{"id":{"S":"a"}}')
  assert.deepEqual(rest, { TableName: 'T', ExpressionAttributeValues: { ':v': { S: '}' } }, ReturnValues: 'NONE' })
  assert.deepEqual(withParsedItems('PutItem', body), { Item: { id: { S: 'a' } }, ...rest })
})

test('The items of a batch stand where they were sent, also of tables whose names are numbers', () => {
  const body = batch(
    '{"RequestItems":{"b":[{"PutRequest":{"Item":{"id":{"S":"b0"}}}},{"DeleteRequest":{"Key":{"id":{"S":"b1"}}}}],' +
      '"123":[{"PutRequest":{"Item":{"id":{"S":"n0"}}}},{"PutRequest":{"Item":{"Item":{"M":{"Item":{"S":"n1"}}}}}}]}}',
  )
  const { RequestItems } = body as { readonly RequestItems: { readonly [table: string]: readonly { PutRequest?: { Item: unknown } }[] } }
  const texts = Object.entries(RequestItems).map(([table, requests]) => [
    table,
    ...requests.map(({ PutRequest }) => (PutRequest?.Item instanceof ScannedItem ? PutRequest.Item.text : undefined)),
  ])
  assert.deepEqual(texts, [
    ['123', '{"id":{"S":"n0"}}', '{"Item":{"M":{"Item":{"S":"n1"}}}}'],
    ['b', '{"id":{"S":"b0"}}', undefined],
  ])
})

test('Bodies with anything unusual are parsed as a whole', () => {
  for (const text of [
    ...[
      '',
      '{}',
      'null',
      '[]',
      '0',
      '{"Item":',
      '{"Item":{}',
      '{"Item":{}}}',
      '{"TableName":"T","Item":{"id":{"S":"a"}}',
      '{"Item":{"id":{"S":"a"}},}',
    ],
    // Another of the same name, before or behind.
    ...['{"Item":{"id":{"S":"a"}},"Item":{"id":{"S":"b"}}}', '{"Item":{"id":{"S":"a"}},"Item" :0}', '{"Item":1,"Item":{"id":{"S":"a"}}}'],
    ...['{"Item":{"id":{"S":"a"}},"ExpressionAttributeNames":{"#i":"Item"}}', '{"Item":{"id":{"S":"a"}},"Item":null}'],
    // Where no item is looked for.
    ...[
      '{"Key":{"Item":{"M":{}}}}',
      '{"Other":{"Item":{"id":{"S":"a"}}}}',
      '[{"Item":{"id":{"S":"a"}}}]',
      '{"RequestItems":{"T":[{"PutRequest":{"Item":{}}}]}}',
    ],
    ...[
      '{"Item":{"id":{"S":"a\\n"}}}',
      '{"Item":{"id":{"N":"1.0"}}}',
      '{"Item": {"id":{"S":"a"}}}',
      '{"Item":{"id":{"S":"a"}},"ConditionExpression":"a = \\"b\\""}',
    ],
  ]) {
    assert.equal(put(text), undefined, text)
  }
  assert.equal(parseAround('PutItem', Buffer.from([0x7b, 0x22, 0x49, 0xff])), undefined)
  assert.equal(parseAround('PutItem', Buffer.from('{"Item":{"id":{"S":"\xff"}}}', 'latin1')), undefined)
  for (const text of [
    ...[
      '{"RequestItems":null}',
      '{"RequestItems":{"T":null}}',
      '{"RequestItems":{"T":[null,0,{"PutRequest":null}]}}',
      '{"RequestItems":"Item"}',
    ],
    ...[
      '{"RequestItems":{"T":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}],"T":[]}}',
      '{"RequestItems":{"T":[{"DeleteRequest":{"Item":{"id":{"S":"a"}}}}]}}',
    ],
    ...[
      '{"RequestItems":{"T":[{"PutRequest":{"Item":{"id":{"S":"a"}}}},{"PutRequest":{"Item":{"id":{"N":"1.0"}}}}]}}',
      '{"Item":{"id":{"S":"a"}}}',
    ],
  ]) {
    assert.equal(batch(text), undefined, text)
  }
  assert.equal(parseAround('UpdateItem', Buffer.from('{"Item":{"id":{"S":"a"}}}')), undefined)
  assert.equal(parseAround(undefined, Buffer.from('{"Item":{"id":{"S":"a"}}}')), undefined)
})

test('What is put is the same, however its body was read', () => {
  const tables = fc.dictionary(fc.constantFrom('T', '7', 'Item', '__proto__', 'a"Item":{"b'), fc.array(rawItems, { maxLength: 3 }), {
    maxKeys: 3,
  })
  fc.assert(
    fc.property(tables, (items) => {
      const RequestItems = Object.fromEntries(
        Object.entries(items).map(([name, raws]) => [name, raws.map((Item) => ({ PutRequest: { Item } }))] as const),
      )
      const text = JSON.stringify({ RequestItems })
      const body = batch(text)
      if (body === undefined) return
      const parsed = JSON.parse(text)
      for (const [name, requests] of Object.entries((body as typeof parsed).RequestItems)) {
        for (const [at, { PutRequest }] of (requests as (typeof RequestItems)[string]).entries()) {
          const raw = parsed.RequestItems[name][at].PutRequest.Item
          const { text: taken, sizeBytes } = sentItem(PutRequest.Item, 'older')
          const checked = sentItem(raw, 'older')
          assert.deepEqual([taken, sizeBytes], [checked.text, checked.sizeBytes])
          assert.deepEqual(sentAttributes(PutRequest.Item), raw)
        }
      }
      assert.deepEqual(withParsedItems('BatchWriteItem', body), parsed)
    }),
    { numRuns: 500 },
  )
})

test('A request names an item by its key, or by the item that it puts', () => {
  assert.deepEqual(namedAttributes({ Key: { id: { S: 'a' } } }, undefined), { id: { S: 'a' } })
  assert.deepEqual(namedAttributes({ Item: { id: { S: 'a' } } }, undefined), { id: { S: 'a' } })
  assert.equal(namedAttributes(put('{"Item":{"id":{"S":"a"}}}') as object, undefined), undefined)
  assert.equal(namedAttributes({}, undefined), undefined)
})
