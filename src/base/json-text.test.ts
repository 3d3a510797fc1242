import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonText, writeJson } from './json-text.ts'

test('writeJson prints plain data as JSON.stringify does', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepEqual(JSON.parse(writeJson(value)), JSON.parse(JSON.stringify(value)))))
})

test('writeJson copies JsonText wherever it stands', () => {
  const value = { Items: [new JsonText('{"a":1}'), new JsonText('{}')], Item: new JsonText('{"b": 2}'), Count: 2 }
  assert.equal(writeJson(value), '{"Items":[{"a":1},{}],"Item":{"b": 2},"Count":2}')
})

test('writeJson leaves out what is undefined and keeps odd names', () => {
  assert.equal(writeJson({ a: undefined, ['__proto__']: 1, '"': null }), '{"__proto__":1,"\\"":null}')
})
