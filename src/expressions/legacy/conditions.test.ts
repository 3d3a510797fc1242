import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { type ConditionalOperator, compileConditions, readExpected, readFilter } from './conditions.ts'
import type { ExpectedAttribute } from './expected.ts'

const prefix = 'One or more parameter values were invalid: '
const x: AttributeValue = { S: 'x' }

function expected(entries: { readonly [attribute: string]: ExpectedAttribute }, operator?: ConditionalOperator): (item: Item) => boolean {
  const condition = compileConditions(readExpected(entries, operator), 'current')
  return (item) => condition?.matches(item) ?? true
}

describe('Expected', () => {
  test('refuses members that do not go together', () => {
    const cases: readonly [ExpectedAttribute, string][] = [
      [{ Value: x, AttributeValueList: [x] }, 'Value and AttributeValueList cannot be used together for Attribute: a'],
      [
        { Value: x, AttributeValueList: [x], ComparisonOperator: 'EQ' },
        'Value and AttributeValueList cannot be used together for Attribute: a',
      ],
      [{ Exists: true, ComparisonOperator: 'EQ', Value: x }, 'Exists and ComparisonOperator cannot be used together for Attribute: a'],
      [{ Exists: false, ComparisonOperator: 'NULL' }, 'Exists and ComparisonOperator cannot be used together for Attribute: a'],
      [{ ComparisonOperator: 'EQ' }, 'Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a'],
      [{ ComparisonOperator: 'IN' }, 'Value or AttributeValueList must be used with ComparisonOperator: IN for Attribute: a'],
      [{ AttributeValueList: [x] }, 'AttributeValueList can only be used with a ComparisonOperator for Attribute: a'],
      [{ Exists: false, AttributeValueList: [x] }, 'AttributeValueList can only be used with a ComparisonOperator for Attribute: a'],
      [{}, 'Value must be provided when Exists is null for Attribute: a'],
      [{ Exists: true }, 'Value must be provided when Exists is true for Attribute: a'],
      [{ Exists: false, Value: x }, 'Value cannot be used when Exists is false for Attribute: a'],
      [{ ComparisonOperator: 'NULL', Value: x }, 'Invalid number of argument(s) for the NULL ComparisonOperator'],
      [{ ComparisonOperator: 'EQ', AttributeValueList: [] }, 'Invalid number of argument(s) for the EQ ComparisonOperator'],
      [{ ComparisonOperator: 'BETWEEN', Value: x }, 'Invalid number of argument(s) for the BETWEEN ComparisonOperator'],
    ]
    for (const [attribute, message] of cases) {
      assert.throws(() => expected({ a: attribute }), { message: `${prefix}${message}`, inRequest: true })
    }
  })

  test('Value alone and Exists true mean equality', () => {
    for (const entry of [{ Value: x }, { Exists: true, Value: x }, { ComparisonOperator: 'EQ', Value: x } as const]) {
      const holds = expected({ a: entry })
      assert.deepEqual([holds({ a: x }), holds({ a: { S: 'y' } }), holds({})], [true, false, false])
    }
  })

  test('Exists false means that the attribute is not there', () => {
    const holds = expected({ a: { Exists: false } })
    assert.deepEqual([holds({}), holds({ b: x }), holds({ a: { NULL: true } })], [true, true, false])
  })

  test('entries are joined by AND unless ConditionalOperator says OR', () => {
    const entries = { a: { Value: x }, b: { Exists: false } }
    const items: Item[] = [{ a: x }, { a: x, b: x }, {}, { b: x }]
    assert.deepEqual(items.map(expected(entries)), [true, false, false, false])
    assert.deepEqual(items.map(expected(entries, 'AND')), [true, false, false, false])
    assert.deepEqual(items.map(expected(entries, 'OR')), [true, true, true, false])
  })

  test('names that every object inherits are names like any other', () => {
    const holds = expected({ constructor: { Exists: false }, toString: { Value: x } })
    assert.equal(holds({ toString: x } as unknown as Item), true)
    assert.equal(holds({}), false)
    const proto = expected(JSON.parse('{"__proto__":{"Exists":false}}'))
    assert.deepEqual([proto({}), proto(JSON.parse('{"__proto__":{"S":"x"}}'))], [true, false])
  })

  test('an empty Expected asks nothing', () => {
    assert.equal(compileConditions(readExpected({}, undefined), 'current'), undefined)
  })
})

describe('ConditionalOperator', () => {
  test('needs conditions to join', () => {
    const message = 'ConditionalOperator cannot be used without Filter or Expected'
    assert.throws(() => readExpected(undefined, 'AND'), { message, inRequest: true })
    assert.throws(() => readFilter(undefined, 'OR'), { message, inRequest: true })
  })

  test('needs two of them', () => {
    const message = 'ConditionalOperator can only be used when Filter or Expected has two or more elements'
    assert.throws(() => readExpected({ a: { Value: x } }, 'AND'), { message, inRequest: true })
    assert.throws(() => readFilter({ a: { ComparisonOperator: 'NULL' } }, 'OR'), { message, inRequest: true })
    assert.throws(() => readFilter({}, 'OR'), { message, inRequest: true })
  })

  test('comes before what is wrong with a condition', () => {
    assert.throws(() => readExpected({ a: {} }, 'AND'), /two or more elements/)
  })
})

describe('a filter', () => {
  test('without an argument list has no arguments', () => {
    assert.throws(() => readFilter({ a: { ComparisonOperator: 'EQ' } }, undefined), {
      message: `${prefix}Invalid number of argument(s) for the EQ ComparisonOperator`,
    })
  })

  test('has at most as many operators as an expression', () => {
    const conditions = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, { ComparisonOperator: 'NULL' } as const]))
    assert.doesNotThrow(() => readFilter(conditions(300), undefined))
    assert.throws(() => readFilter(conditions(301), undefined), {
      message: 'Invalid FilterExpression: The expression contains too many operators; operator count: 301',
    })
    const candidates = { ComparisonOperator: 'IN', AttributeValueList: new Array<AttributeValue>(100).fill(x) } as const
    assert.doesNotThrow(() => readFilter({ a: candidates, b: candidates, c: candidates }, undefined))
    assert.throws(
      () => readFilter({ a: candidates, b: candidates, c: candidates, d: { ComparisonOperator: 'NULL' } }, undefined),
      /count: 301/,
    )
  })
})
