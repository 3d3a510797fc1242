import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseItem } from './item-json.ts'
import type { TableKeys } from './table-keys.ts'

const keys: TableKeys = {
  tableName: 'Shop',
  partition: [{ name: 'PK', type: 'S' }],
  sort: [{ name: 'SK', type: 'N' }],
  indexes: [{ name: 'ByTag', isGlobal: true, partition: [{ name: 'tag', type: 'B' }], sort: [] }],
}

test('DynamoDB JSON is taken as it is, also as a line of an export', () => {
  const item = { PK: { S: 'a' }, SK: { N: '1' }, list: { L: [{ S: 'x' }] }, set: { SS: ['y'] } }
  assert.deepEqual(parseItem(JSON.stringify(item), 'f', keys), item)
  assert.deepEqual(parseItem(JSON.stringify({ Item: item }), 'f', keys), item)
})

test('plain JSON becomes DynamoDB JSON, with texts in keys of the type of the key', () => {
  const text =
    '{"PK":"a","SK":"${sort}","tag":"t","n":1.5,"big":12345678901234567890,"set":{"$set":["a"]},"yes":true,"no":null,"list":["x",2],"map":{"__proto__":{"S":"m"}}}'
  const item = parseItem(text, 'f', keys)
  assert.deepEqual(item['SK'], { N: '${sort}' })
  assert.deepEqual(item['tag'], { B: 't' })
  assert.deepEqual(item['n'], { N: '1.5' })
  assert.deepEqual([item['big'], item['set']], [{ N: '12345678901234567890' }, { SS: ['a'] }])
  assert.deepEqual([item['yes'], item['no']], [{ BOOL: true }, { NULL: true }])
  assert.deepEqual(item['list'], { L: [{ S: 'x' }, { N: '2' }] })
  assert.equal(JSON.stringify(item['map']), '{"M":{"__proto__":{"M":{"S":{"S":"m"}}}}}')
})

test('an item that can not be sent is refused in one sentence', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['{"PK":', /^f\.json is not JSON: .+\.$/],
    ['[]', /^f\.json is not a JSON object: an item is an object of attributes\.$/],
    ['{}', /^f\.json has no attribute PK, which is the partition key of Shop\.$/],
    ['{"PK":"a"}', /^f\.json has no attribute SK, which is the sort key of Shop\.$/],
    ['{"PK":1,"SK":1}', /^PK in f\.json is of type N, but the partition key of Shop is of type S\.$/],
    ['{"PK":{"S":"a"},"SK":{"S":"1"}}', /^SK in f\.json is of type S, but the sort key of Shop is of type N\.$/],
    [`{"PK":"a","SK":1,"x":${'['.repeat(40)}${']'.repeat(40)}}`, /^f\.json is nested deeper than 32 levels, which no item may be\.$/],
  ]
  for (const [text, message] of faults) assert.throws(() => parseItem(text, 'f.json', keys), { message })
})
