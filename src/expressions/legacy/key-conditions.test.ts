import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fitKeyCondition, type KeyAttributes } from '../fit-key-condition.ts'
import { compileKeyCondition } from '../key-condition.ts'
import { Placeholders } from '../placeholders.ts'
import type { ComparisonOperator } from './comparison.ts'
import type { AttributeConditions } from './conditions.ts'
import { compileKeyConditions, readKeyConditions } from './key-conditions.ts'

const key: KeyAttributes = { hash: [{ name: 'pk', type: 'S' }], range: [{ name: 'sk', type: 'N' }] }
const pk = { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } as const

function fitted(conditions: AttributeConditions, attributes: KeyAttributes = key): ReturnType<typeof fitKeyCondition> {
  return fitKeyCondition(compileKeyConditions(readKeyConditions(conditions), 'current'), attributes)
}

describe('KeyConditions', () => {
  test('mean what the expression means', () => {
    const operators: readonly [ComparisonOperator, string][] = [
      ['EQ', 'sk = :v'],
      ['LT', 'sk < :v'],
      ['LE', 'sk <= :v'],
      ['GT', 'sk > :v'],
      ['GE', 'sk >= :v'],
    ]
    const placeholders = new Placeholders({}, { ':pk': { S: 'a' }, ':v': { N: '1' }, ':w': { N: '2' } })
    for (const [operator, text] of operators) {
      const modern = fitKeyCondition(compileKeyCondition(`pk = :pk AND ${text}`, placeholders), key)
      assert.deepEqual(fitted({ sk: { ComparisonOperator: operator, AttributeValueList: [{ N: '1.0' }] }, pk }), modern)
    }
    const between = fitKeyCondition(compileKeyCondition('pk = :pk AND sk BETWEEN :v AND :w', placeholders), key)
    assert.deepEqual(fitted({ pk, sk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '1' }, { N: '2' }] } }), between)
  })

  test('BEGINS_WITH is a range of strings or binaries', () => {
    const strings: KeyAttributes = { hash: key.hash, range: [{ name: 'sk', type: 'S' }] }
    assert.deepEqual(fitted({ pk, sk: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'x' }] } }, strings).rangeCondition, {
      operator: 'begins_with',
      values: [{ S: 'x' }],
    })
  })

  test('refuse what no key can answer', () => {
    const lists = {
      NE: [{ S: 'a' }],
      IN: [{ S: 'a' }],
      CONTAINS: [{ S: 'a' }],
      NOT_CONTAINS: [{ S: 'a' }],
      NULL: [],
      NOT_NULL: [],
    } as const
    for (const [operator, list] of Object.entries(lists)) {
      const condition = { ComparisonOperator: operator as ComparisonOperator, AttributeValueList: list }
      assert.throws(() => readKeyConditions({ pk, sk: condition }), {
        message: 'Attempted conditional constraint is not an indexable operation',
      })
    }
  })

  test('are refused by their form first', () => {
    assert.throws(() => readKeyConditions({}), { message: 'Conditions can be of length 1 or 2 only' })
    assert.throws(() => readKeyConditions({ pk: { ComparisonOperator: 'EQ' } }), {
      message: 'One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator',
    })
    assert.throws(() => readKeyConditions({ pk, sk: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ N: '1' }] } }), {
      message: 'One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type',
    })
    assert.throws(() => fitted({ pk, sk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '2' }, { N: '1' }] } }), {
      message: 'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    })
  })

  test('are fitted by the rules of key condition expressions', () => {
    const one = { ComparisonOperator: 'EQ', AttributeValueList: [{ N: '1' }] } as const
    const cases: readonly [AttributeConditions, string][] = [
      [{ sk: one }, 'Query condition missed key schema element: pk'],
      [{ pk: { ComparisonOperator: 'GT', AttributeValueList: [{ S: 'a' }] } }, 'Query key condition not supported'],
      [{ pk, other: one }, 'Query key condition not supported'],
      [{ pk, sk: one, other: one }, 'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)'],
      [{ pk: one }, 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
    ]
    for (const [conditions, message] of cases) assert.throws(() => fitted(conditions), { message })
  })

  test('may name all attributes of a key with several', () => {
    const many: KeyAttributes = {
      hash: [
        { name: 'h1', type: 'S' },
        { name: 'h2', type: 'S' },
      ],
      range: [
        { name: 'a', type: 'S' },
        { name: 'b', type: 'S' },
        { name: 'c', type: 'S' },
      ],
    }
    const after = { ComparisonOperator: 'GT', AttributeValueList: [{ S: 'a' }] } as const
    assert.deepEqual(fitted({ b: after, h2: pk, a: pk, h1: pk }, many), {
      hashValues: [{ S: 'a' }, { S: 'a' }],
      rangeEquals: [{ S: 'a' }],
      rangeCondition: { operator: '>', values: [{ S: 'a' }] },
    })
    assert.throws(() => fitted({ h1: pk, h2: pk, a: pk, c: pk }, many), {
      message:
        'RANGE key attributes b must have equality conditions specified in the query because a condition is present on key attribute c',
    })
    assert.throws(() => fitted({ h1: pk, a: pk }, many), {
      message: 'HASH key attributes h2 must have equality conditions specified in the query',
    })
  })
})
