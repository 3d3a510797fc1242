import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytes, items, strings, values } from './arbitrary-values.test.ts'
import type { AttributeValue } from './attribute-value.ts'
import { numberSizeBytes } from './number.ts'
import { binarySizeBytes, itemSizeBytes, utf8SizeBytes, valueSizeBytes } from './size.ts'

test('valueSizeBytes is that of the table of data-model.md §5', () => {
  const table: readonly (readonly [AttributeValue, number])[] = [
    [{ S: '' }, 0],
    [{ S: 'aé€\u{1f600}' }, 1 + 2 + 3 + 4],
    [{ B: '' }, 0],
    [{ B: 'AA==' }, 1],
    [{ B: 'AAA=' }, 2],
    [{ B: 'AAAA' }, 3],
    [{ BOOL: false }, 1],
    [{ NULL: true }, 1],
    [{ N: '100.5' }, 4],
    [{ SS: ['', 'ab', 'é'] }, 4],
    [{ NS: ['-42', '0'] }, 4],
    [{ BS: ['', 'AA==', 'AAAA'] }, 4],
    [{ L: [] }, 3],
    [{ L: [{ S: 'ab' }, { BOOL: true }] }, 3 + 1 + 2 + 1 + 1],
    [{ M: {} }, 3],
    [{ M: { é: { S: 'ab' }, n: { L: [] } } }, 3 + 1 + 2 + 2 + 1 + 1 + 3],
  ]
  for (const [value, sizeBytes] of table) assert.equal(valueSizeBytes(value), sizeBytes, JSON.stringify(value))
})

test('itemSizeBytes is the sum of names and values', () => {
  assert.equal(itemSizeBytes({}), 0)
  assert.equal(itemSizeBytes({ pk: { S: 'K' }, é: { N: '0' } }), 2 + 1 + 2 + 1)
  assert.equal(itemSizeBytes(JSON.parse('{"__proto__":{"S":"abc"}}')), 12)
  fc.assert(
    fc.property(items, (item) => {
      const model = Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + modelSizeBytes(value), 0)
      assert.equal(itemSizeBytes(item), model)
    }),
  )
})

test('valueSizeBytes agrees with a model that walks the JSON', () => {
  fc.assert(fc.property(values, (value) => assert.equal(valueSizeBytes(value), modelSizeBytes(value))))
})

test('utf8SizeBytes counts the bytes of UTF-8 in short and long strings', () => {
  fc.assert(
    fc.property(strings, fc.nat(20), (text, padding) => {
      const padded = 'x'.repeat(padding) + text
      assert.equal(utf8SizeBytes(padded), Buffer.from(padded).length)
    }),
  )
})

test('binarySizeBytes counts the bytes behind the base64', () => {
  fc.assert(fc.property(bytes, (content) => assert.equal(binarySizeBytes(Buffer.from(content).toString('base64')), content.length)))
})

function modelSizeBytes(value: AttributeValue): number {
  const [[type, content] = []] = Object.entries(value) as [string, unknown][]
  const ofString = (text: string): number => Buffer.from(text).length
  const ofBinary = (text: string): number => Buffer.from(text, 'base64').length
  const total = (members: readonly string[], sizeOf: (member: string) => number): number =>
    members.reduce((sum, member) => sum + sizeOf(member), 0)
  if (type === 'S') return ofString(content as string)
  if (type === 'B') return ofBinary(content as string)
  if (type === 'N') return numberSizeBytes(content as string)
  if (type === 'SS') return total(content as string[], ofString)
  if (type === 'BS') return total(content as string[], ofBinary)
  if (type === 'NS') return total(content as string[], numberSizeBytes)
  if (type === 'L' || type === 'M') {
    return Object.entries(content as object).reduce(
      (sum, [name, member]) => sum + 1 + (type === 'M' ? ofString(name) : 0) + modelSizeBytes(member),
      3,
    )
  }
  return 1
}
