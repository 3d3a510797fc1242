import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedAttributes, comparedForOrder, namesAttribute } from './asked-attributes.ts'

test('askedAttributes tells what is equal from what lies between', () => {
  assert.deepEqual(askedAttributes('a = ? AND b BETWEEN ? AND ? AND begins_with("my c", ?) AND d > ?'), {
    equal: ['a'],
    ranged: ['b', 'my c', 'd'],
  })
  for (const condition of [undefined, 'a = ? OR b = ?', 'NOT a = ?', 'contains(a, ?)', 'a = b']) {
    assert.deepEqual(askedAttributes(condition), { equal: [], ranged: [] }, `${condition}`)
  }
})

test('namesAttribute goes by whole names', () => {
  assert.equal(namesAttribute('attribute_not_exists(ttl) OR ttl > ?', 'ttl'), true)
  assert.equal(namesAttribute('SELECT * FROM "T" WHERE "ttl" > ?', 'ttl'), true)
  assert.equal(namesAttribute('ttl2 > ?', 'ttl'), false)
  assert.equal(namesAttribute(undefined, 'ttl'), false)
})

test('comparedForOrder names what is compared, and not what is equal', () => {
  assert.deepEqual(comparedForOrder('price BETWEEN ? AND ? AND a = ? AND b >= ?'), ['b', 'price'])
  assert.deepEqual(comparedForOrder(undefined), [])
})
