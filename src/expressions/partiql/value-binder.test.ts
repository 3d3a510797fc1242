import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { checkAttributeValue } from '../../values/check.ts'
import { parseStatement } from './parse-statement.ts'
import type { Term } from './statement.ts'
import { ValueBinder } from './value-binder.ts'

function termOf(literal: string): Term {
  const { statement } = parseStatement(`INSERT INTO T VALUE ${literal}`)
  assert.ok(statement.kind === 'insert')
  return statement.value
}

/** The value, or the message about it: thrown, or noted. */
function bound(literal: string, parameters: readonly AttributeValue[] = []): unknown {
  const values = new ValueBinder(parameters)
  try {
    const value = values.value(termOf(literal))
    return values.fault?.message ?? value
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

function print(value: AttributeValue): string {
  if ('S' in value) return quoted(value.S)
  if ('N' in value) return value.N
  if ('BOOL' in value) return String(value.BOOL)
  if ('L' in value) return `[${value.L.map(print).join(', ')}]`
  if ('M' in value) {
    const members = Object.entries(value.M).map(([name, member]) => `${quoted(name)}: ${print(member)}`)
    return `{${members.join(', ')}}`
  }
  if ('SS' in value) return `<<${value.SS.map(quoted).join(', ')}>>`
  return 'NS' in value ? `<<${value.NS.join(', ')}>>` : 'NULL'
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const text = fc.oneof(fc.constantFrom("it's", '?', '--', '/*'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }))
const number = fc.tuple(fc.integer(), fc.integer({ min: -99, max: 99 })).map(([digits, exponent]) => `${digits}e${exponent}`)
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((S) => ({ S })),
    number.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }).map((M) => ({ M })),
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.uniqueArray(fc.integer().map(String), { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
  ),
}))

describe('literals', () => {
  test('mean the value they spell', () => {
    fc.assert(fc.property(value, (each) => assert.deepEqual(bound(print(each)), checkAttributeValue(each, 'older'))))
  })

  test('are told where they are wrong, the first of them', () => {
    assert.equal(
      bound("{'a': [1, {'b': ?}], 'c': ?}", [{ S: 'x' }, { S: 'y' }]),
      'Unsupported data type: Parameter under key root.a[1].b at 1:37:1',
    )
    assert.match(String(bound("{'a': ?, 'b': [1e126]}", [{ S: 'x' }])), /under root\.b\[0\]$/)
    assert.match(String(bound('[<<1, 2, 1e0>>]')), /Input collection \[1, 2, 1e0\] contains duplicates! under root\[0\]$/)
  })

  test('have 32 levels, whatever they are made of', () => {
    const wrapped = (levels: number, inner: string): string => `${'['.repeat(levels - 1)}${inner}${']'.repeat(levels - 1)}`
    for (const inner of ['1', "'x'", '[]', '{}', '<<1>>', 'null']) {
      assert.equal(typeof bound(wrapped(32, inner)), 'object', inner)
      assert.equal(bound(wrapped(33, inner)), `Nesting Levels have exceeded supported limits under root${'[0]'.repeat(32)}`, inner)
    }
  })

  test('of an INSERT begin anew with every attribute', () => {
    const item = new ValueBinder([{ L: [{ N: '1' }] }]).item(termOf(`{'p': ?, 'l': ${'['.repeat(31)}1${']'.repeat(31)}}`))
    assert.deepEqual(item.p, { L: [{ N: '1' }] })
    assert.throws(() => new ValueBinder([]).item(termOf("{'a': {'b': 1e126}}")), { message: /under root\.b$/ })
  })
})
