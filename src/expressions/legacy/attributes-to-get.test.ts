import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item } from '../../values/attribute-value.ts'
import { compileAttributesToGet } from './attributes-to-get.ts'

const item: Item = { pk: { S: 'a' }, m: { M: { k: { N: '1' } } }, 'm.k': { S: 'dotted' } }

test('AttributesToGet gives whole top-level attributes and adds no keys', () => {
  assert.deepEqual(compileAttributesToGet(['m', 'none']).apply(item), { m: { M: { k: { N: '1' } } } })
  assert.deepEqual(compileAttributesToGet(['m.k']).apply(item), { 'm.k': { S: 'dotted' } })
  assert.deepEqual(compileAttributesToGet(['none', 'constructor', '__proto__']).apply(item), {})
})

test('AttributesToGet refuses a name that comes twice', () => {
  assert.throws(() => compileAttributesToGet(['a', 'b', 'c', 'b', 'a']), {
    message: 'One or more parameter values were invalid: Duplicate value in attribute name: b',
    inRequest: true,
  })
})
