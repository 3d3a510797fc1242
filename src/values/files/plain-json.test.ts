import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { values } from '../arbitrary-values.test.ts'
import type { AttributeMap, AttributeValue } from '../attribute-value.ts'
import { itemOfLine, plainAttribute, plainLine, valueOfPlain } from './plain-json.ts'

/** Behind a key, as every item of a table has one: what has none may look like DynamoDB JSON. */
const keyed = (value: AttributeValue): AttributeMap => ({ key: { S: 'k' }, value })

test('Plain JSON of an item gives the item', () => {
  fc.assert(
    fc.property(values, (value) => {
      assert.deepEqual(itemOfLine(plainLine(keyed(value))), keyed(value))
      assert.deepEqual(valueOfPlain(JSON.parse(JSON.stringify(plainAttribute(value)))), value)
    }),
  )
})

test('Maps that look like a set, bytes, a number or a map of plain JSON are maps', () => {
  for (const name of ['$set', '$binary', '$number', '$map']) {
    for (const inner of [{ S: '1' }, { L: [{ S: 'a' }] }, { M: {} }, { M: { $map: { M: { $set: { L: [] } } } } }, { N: '1' }] as const) {
      const item = keyed({ L: [{ M: { [name]: inner } }, { M: { [name]: inner, other: inner } }] })
      assert.deepEqual(itemOfLine(plainLine(item)), item)
    }
  }
})

test('What is no set of one type is a map', () => {
  for (const members of ['[]', '["a",1]', '[true]', '[[1]]', '[null]']) {
    assert.deepEqual(Object.keys(itemOfLine(`{"a":{"$set":${members}}}`)?.['a'] ?? {}), ['M'])
  }
})

test('DynamoDB JSON is known by values that fit their types', () => {
  assert.deepEqual(itemOfLine('{"a":{"S":"x"},"n":{"N":"1"}}'), { a: { S: 'x' }, n: { N: '1' } })
  assert.deepEqual(itemOfLine('{"Item":{"a":{"S":"x"}}}'), { a: { S: 'x' } })
  assert.deepEqual(itemOfLine('{"a":{"S":1}}'), { a: { M: { S: { N: '1' } } } })
  assert.deepEqual(itemOfLine('{"a":{"constructor":"x"}}'), { a: { M: { constructor: { S: 'x' } } } })
})

test('Numbers keep their text, and what is nested deeper than items may be is refused', () => {
  assert.deepEqual(itemOfLine('{"n":12345678901234567890.50}'), { n: { N: '12345678901234567890.50' } })
  const nested = (levels: number): string => `{"a":${'['.repeat(levels)}1${']'.repeat(levels)}}`
  assert.ok(itemOfLine(nested(32)))
  assert.throws(() => itemOfLine(nested(33)), { message: 'is nested deeper than 32 levels, which no item may be' })
})
