import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { values } from './arbitrary-values.test.ts'
import type { AttributeValue } from './attribute-value.ts'
import { equalValues } from './equality.ts'

test('equalValues compares lists in order and maps without', () => {
  const list = (...N: string[]): AttributeValue => ({ L: N.map((each) => ({ N: each })) })
  assert.ok(equalValues(list('1', '2'), list('1', '2')))
  assert.ok(!equalValues(list('1', '2'), list('2', '1')))
  assert.ok(!equalValues(list('1', '2'), list('1')))
  assert.ok(equalValues({ M: { a: { S: '1' }, b: { S: '2' } } }, { M: { b: { S: '2' }, a: { S: '1' } } }))
  assert.ok(!equalValues({ M: { a: { S: '1' } } }, { M: { a: { S: '1' }, b: { S: '2' } } }))
  assert.ok(!equalValues({ M: { a: { S: '1' }, b: { S: '2' } } }, { M: { a: { S: '1' }, c: { S: '2' } } }))
})

test('equalValues tells types apart', () => {
  const lookAlikes: readonly AttributeValue[] = [
    { S: '1' },
    { N: '1' },
    { B: '' },
    { S: '' },
    { BOOL: true },
    { NULL: true },
    { SS: ['1'] },
    { NS: ['1'] },
    { BS: ['1'] },
    { L: [] },
    { M: {} },
  ]
  for (const [at, a] of lookAlikes.entries()) for (const [to, b] of lookAlikes.entries()) assert.equal(equalValues(a, b), at === to)
})

test('equalValues does not find what every object inherits', () => {
  assert.ok(!equalValues({ M: { toString: { S: '' } } }, { M: { a: { S: '' } } }))
  assert.ok(!equalValues(parsed('{"M":{"__proto__":{"S":""}}}'), { M: { a: { S: '' } } }))
  assert.ok(equalValues(parsed('{"M":{"__proto__":{"S":""}}}'), parsed('{"M":{"__proto__":{"S":""}}}')))
})

test('equalValues holds exactly when the JSON is the same but for the order of maps', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      assert.equal(equalValues(a, b), sortedJson(a) === sortedJson(b))
      assert.ok(equalValues(a, reversedMaps(a)))
    }),
  )
})

function parsed(text: string): AttributeValue {
  return JSON.parse(text) as AttributeValue
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`)
  return `{${members.sort().join()}}`
}

function reversedMaps(value: AttributeValue): AttributeValue {
  if ('L' in value) return { L: value.L.map(reversedMaps) }
  if (!('M' in value)) return structuredClone(value)
  const entries = Object.entries(value.M).map(([name, member]) => [name, reversedMaps(member)] as const)
  return { M: Object.fromEntries(entries.toReversed()) }
}
