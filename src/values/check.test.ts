import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Wording } from '../api/wording.ts'
import { rawItems, rawValues } from './arbitrary-values.test.ts'
import { checkAttributes, checkAttributeValue, checkInOrder, type RawAttributes, type RawAttributeValue } from './check.ts'
import { itemText } from './item-text.ts'

const wordings: readonly Wording[] = ['current', 'older']
const nesting = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
const none = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
const several = 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes'
const nullFalse = 'One or more parameter values were invalid: Null attribute value types must have the value of true'

test('checkAttributeValue makes every type canonical', () => {
  const table: readonly (readonly [RawAttributeValue, unknown])[] = [
    [{ S: '' }, { S: '' }],
    [{ S: 'a\ud800' }, { S: 'a\ufffd' }],
    [{ N: '+1.50e1' }, { N: '15' }],
    [{ B: '' }, { B: '' }],
    [{ BOOL: false }, { BOOL: false }],
    [{ BOOL: true }, { BOOL: true }],
    [{ NULL: true }, { NULL: true }],
    [{ SS: ['\uffff', '\u{10000}', 'b', '', 'a'] }, { SS: ['', 'a', 'b', '\uffff', '\u{10000}'] }],
    [{ NS: ['10', '9', '-1', '1e-3'] }, { NS: ['-1', '0.001', '9', '10'] }],
    [{ BS: ['/w==', '', 'AA=='] }, { BS: ['', 'AA==', '/w=='] }],
    [{ L: [] }, { L: [] }],
    [{ L: [{ N: '1.0' }, { S: 'x' }] }, { L: [{ N: '1' }, { S: 'x' }] }],
    [{ M: {} }, { M: {} }],
    [{ M: { b: { N: '01' }, a: { L: [] } } }, { M: { b: { N: '1' }, a: { L: [] } } }],
    [{ S: 'x', N: null, L: undefined }, { S: 'x' }],
    [{ Other: { deep: 1 }, N: '1' } as RawAttributeValue, { N: '1' }],
  ]
  for (const wording of wordings) for (const [raw, expected] of table) assert.deepEqual(checkAttributeValue(raw, wording), expected)
})

test('checkAttributeValue wants exactly one type, and says so bare', () => {
  for (const raw of [{}, null, undefined, { X: 1 } as RawAttributeValue, { S: null }]) assertFault(raw, none, false)
  assertFault({ L: [{}] }, none, false)
  assertFault({ S: 'a', N: '1' }, several, false)
  assertFault({ S: 'a', N: 'no number' }, several, false)
  assertFault({ M: { a: { L: [], M: {} } } }, several, false)
})

test('checkAttributeValue finds a fault wherever it sits', () => {
  assertFault({ NULL: false }, nullFalse, true)
  assertFault({ M: { a: { L: [{ NULL: false }] } } }, nullFalse, true)
  assertFault({ L: [{ N: 'x' }] }, 'The parameter cannot be converted to a numeric value: x', true)
  assertFault({ M: { a: { SS: [] } } }, 'One or more parameter values were invalid: An string set  may not be empty', true)
  assertFault({ M: { '': { S: 'x' } } }, 'Empty attribute name', true)
})

test('checkAttributeValue accepts a leaf at level 32 and refuses one at level 33', () => {
  for (const wording of wordings) {
    for (const wrap of [inMap, inList]) {
      const leaf: RawAttributeValue = { S: 'x' }
      assert.deepEqual(checkAttributeValue(nested(wrap, 31, leaf), wording), nested(wrap, 31, leaf))
      assert.deepEqual(checkAttributeValue(nested(wrap, 31, { L: [] }), wording), nested(wrap, 31, { L: [] }))
      assertFault(nested(wrap, 32, leaf), nesting, true)
      assertFault(nested(wrap, 33, { S: 'x', N: '1' }), nesting, true)
    }
  }
})

test('checkInOrder goes as deep, through maps, lists and both in turn', () => {
  const either = (value: RawAttributeValue, level: number): RawAttributeValue => (level % 2 === 0 ? inMap(value) : inList(value))
  for (const wrap of [inMap, inList, either]) {
    const deepest = nested(wrap, 31, { S: 'x' })
    assert.deepEqual(checkInOrder(deepest, 'current'), deepest)
    assert.throws(() => checkInOrder(nested(wrap, 32, { S: 'x' }), 'current'), { message: nesting })
  }
})

test('checkAttributes survives nesting of any depth', () => {
  const deep = nested((value, level) => (level % 2 === 0 ? inMap(value) : inList(value)), 100_000, { S: 'x' })
  assertFault(deep, nesting, true)
  assertItemFault({ a: { S: 'x' }, b: deep }, nesting)
})

test('checkAttributes ignores the depth of what it ignores', () => {
  const raw = { Other: nested(inList, 100_000, {}), S: 'x' } as RawAttributeValue
  assert.deepEqual(checkAttributes({ a: raw }, 'current'), { a: { S: 'x' } })
})

test('checkAttributes reports an empty name at the top, then depth, then an empty name in a map', () => {
  const deep = nested(inMap, 40, { S: 'x' })
  const emptyInside: RawAttributeValue = { M: { '': { S: 'x' } } }
  assertItemFault({ deep, '': { S: 'x' } }, 'Empty attribute name')
  assertItemFault({ '': { S: 'x' }, deep }, 'Empty attribute name')
  assertItemFault({ emptyInside, deep }, nesting)
  assertItemFault({ both: { M: { '': { S: 'x' }, deep } } }, nesting)
  assertItemFault({ emptyInside }, 'Empty attribute name')
})

test('checkAttributes accepts names up to 65535 bytes', () => {
  const tooLong = 'One or more parameter values were invalid: Attribute name exceeds the maximum size limit of 65535 bytes'
  for (const name of ['a'.repeat(65_535), '\u0800'.repeat(21_845)]) {
    assert.deepEqual(Object.keys(checkAttributes({ [name]: { S: '' } }, 'current')), [name])
    assertItemFault({ [`${name}a`]: { S: '' } }, tooLong)
    assertItemFault({ map: { M: { [`${name}a`]: { S: '' } } } }, tooLong)
  }
})

test('checkAttributes takes every name as a name', () => {
  const text = '{"__proto__":{"M":{"__proto__":{"N":"1"}}},"constructor":{"S":"c"},"toString":{"L":[]},"S":{"S":"s"}}'
  const item = checkAttributes(JSON.parse(text), 'current')
  assert.equal(itemText(item), text)
  assert.equal(Object.getPrototypeOf(item), Object.prototype)
  assert.deepEqual(checkAttributeValue(JSON.parse('{"__proto__":{"S":"x"},"N":"1"}'), 'current'), { N: '1' })
})

test('checkAttributes makes names well-formed', () => {
  assert.deepEqual(checkAttributes({ 'a\udc00': { S: '' } }, 'current'), { 'a\ufffd': { S: '' } })
})

test('checkAttributes leaves canonical items as they are and what was sent untouched', () => {
  fc.assert(
    fc.property(rawItems, fc.constantFrom(...wordings), (raw, wording) => {
      const sent = JSON.stringify(raw)
      const item = checkAttributes(raw, wording)
      assert.equal(itemText(checkAttributes(item, wording)), itemText(item))
      assert.equal(JSON.stringify(raw), sent)
    }),
  )
})

test('checkAttributes keeps all attributes and their order, wherever the first is that is not canonical', () => {
  const canonical: readonly string[] = ['S', '__proto__', 'constructor', 'a', 'b']
  for (const [at, name] of canonical.entries()) {
    const sent = new Map<string, RawAttributeValue>(canonical.map((each) => [each, { S: each }]))
    for (const raw of [{ N: '01.0' }, { S: 'x', N: null }, { M: { m: { S: '\ud800' } } }] satisfies readonly RawAttributeValue[]) {
      sent.set(name, raw)
      const item = checkAttributes(Object.fromEntries(sent), 'older')
      assert.deepEqual(Object.keys(item), canonical, `${name} at ${at}`)
      for (const [each, value] of sent) {
        assert.deepEqual(Object.getOwnPropertyDescriptor(item, each)?.value, checkAttributeValue(value, 'older'))
      }
    }
  }
})

test('checkAttributeValue and checkAttributes agree', () => {
  fc.assert(
    fc.property(rawValues, (raw) => {
      assert.deepEqual(checkAttributes({ a: raw }, 'current'), { a: checkAttributeValue(raw, 'current') })
    }),
  )
})

function inMap(value: RawAttributeValue): RawAttributeValue {
  return { M: { m: value } }
}

function inList(value: RawAttributeValue): RawAttributeValue {
  return { L: [value] }
}

function nested(wrap: (value: RawAttributeValue, level: number) => RawAttributeValue, wrappers: number, leaf: RawAttributeValue) {
  let value = leaf
  for (let level = 0; level < wrappers; level += 1) value = wrap(value, level)
  return value
}

function assertFault(raw: RawAttributeValue | null | undefined, message: string, inRequest: boolean): void {
  for (const wording of wordings) {
    const fault = { exception: 'ValidationException', message, inRequest }
    assert.throws(() => checkAttributeValue(raw, wording), fault)
    assert.throws(() => checkAttributes({ a: raw }, wording), fault)
  }
}

function assertItemFault(raw: RawAttributes, message: string): void {
  for (const wording of wordings) {
    assert.throws(() => checkAttributes(raw, wording), { exception: 'ValidationException', message, inRequest: true })
  }
}
