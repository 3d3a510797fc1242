import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { items } from './arbitrary-values.test.ts'
import { itemText, parseItem } from './item-text.ts'

test('parseItem reads back what itemText wrote, every name included', () => {
  fc.assert(
    fc.property(items, (item) => {
      const text = itemText(item)
      const read = parseItem(text)
      assert.deepEqual(Object.entries(read), Object.entries(item))
      assert.equal(itemText(read), text)
    }),
  )
})

test('itemText is well-formed text without NUL', () => {
  fc.assert(
    fc.property(items, (item) => {
      const text = itemText(item)
      assert.ok(text.isWellFormed() && !text.includes('\0'))
    }),
  )
})

test('parseItem takes __proto__ for a name', () => {
  const text = '{"__proto__":{"S":"x"},"a":{"M":{"__proto__":{"N":"1"}}}}'
  assert.equal(itemText(parseItem(text)), text)
  assert.deepEqual(Object.keys(parseItem(text)), ['__proto__', 'a'])
})
