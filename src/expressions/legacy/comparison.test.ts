import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { setOwn } from '../../base/own.ts'
import { names, values } from '../../values/arbitrary-values.test.ts'
import type { AttributeType, AttributeValue, Item } from '../../values/attribute-value.ts'
import { compileCondition, conditionOf } from '../condition.ts'
import { Placeholders } from '../placeholders.ts'
import { bindComparison, type ComparisonOperator, checkForm } from './comparison.ts'

const samples: { readonly [type in AttributeType]: AttributeValue } = {
  S: { S: 'm' },
  N: { N: '5' },
  B: { B: 'AQID' },
  BOOL: { BOOL: true },
  NULL: { NULL: true },
  SS: { SS: ['a', 'b'] },
  NS: { NS: ['1', '2'] },
  BS: { BS: ['AQ==', 'Ag=='] },
  L: { L: [{ S: 'x' }, { N: '1' }] },
  M: { M: { k: { N: '1' } } },
}
const allTypes = Object.keys(samples) as AttributeType[]

/** Fewest and most arguments, and the types they may have (expressions.md §10). */
const table: readonly [ComparisonOperator, number, number, readonly AttributeType[]][] = [
  ['EQ', 1, 1, allTypes],
  ['NE', 1, 1, allTypes],
  ['LE', 1, 1, ['S', 'N', 'B']],
  ['LT', 1, 1, ['S', 'N', 'B']],
  ['GE', 1, 1, ['S', 'N', 'B']],
  ['GT', 1, 1, ['S', 'N', 'B']],
  ['BETWEEN', 2, 2, ['S', 'N', 'B']],
  ['IN', 1, 100, ['S', 'N', 'B']],
  ['BEGINS_WITH', 1, 1, ['S', 'B']],
  ['CONTAINS', 1, 1, ['S', 'N', 'B', 'BOOL', 'NULL']],
  ['NOT_CONTAINS', 1, 1, ['S', 'N', 'B', 'BOOL', 'NULL']],
  ['NULL', 0, 0, []],
  ['NOT_NULL', 0, 0, []],
]

function faultOf(operator: ComparisonOperator, sent: readonly object[]): string | undefined {
  try {
    checkForm({ attribute: 'a', operator, sent })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function holds(operator: ComparisonOperator, sent: readonly AttributeValue[], value: AttributeValue | undefined): boolean {
  const item: Item = value === undefined ? {} : { a: value }
  return conditionOf(bindComparison({ attribute: 'a', operator, sent }, 'current')).matches(item)
}

describe('the form of a comparison', () => {
  for (const [operator, fewest, most, types] of table) {
    const [sample = 'S'] = types

    test(`${operator} takes ${fewest === most ? fewest : `${fewest} to ${most}`} arguments`, () => {
      const wrong = `One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`
      const counts = [fewest - 1, fewest, most, most + 1].filter((count) => count >= 0)
      for (const count of counts) {
        const fault = faultOf(operator, new Array<AttributeValue>(count).fill(samples[sample]))
        assert.equal(fault, count < fewest || count > most ? wrong : undefined, `${count} arguments`)
      }
    })

    test(`${operator} takes its types and no other`, () => {
      if (most === 0) return
      for (const type of allTypes) {
        const fault = faultOf(operator, new Array<AttributeValue>(fewest).fill(samples[type]))
        const wrong = `One or more parameter values were invalid: ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`
        assert.equal(fault, types.includes(type) ? undefined : wrong)
      }
    })
  }

  test('the arguments of IN and BETWEEN are of one type', () => {
    const mixed = 'One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type'
    assert.equal(faultOf('BETWEEN', [{ S: 'a' }, { N: '1' }]), mixed)
    assert.equal(faultOf('IN', [{ N: '1' }, { N: '2' }, { B: '' }]), mixed)
    assert.equal(faultOf('IN', [{ N: '1' }, { N: '2' }]), undefined)
  })

  test('the number of arguments comes before their types, these before mixed types', () => {
    assert.match(faultOf('LT', [{ SS: ['a'] }, { S: 'a' }]) ?? '', /Invalid number/)
    assert.match(faultOf('IN', [{ S: 'a' }, { SS: ['a'] }]) ?? '', /IN is not valid for SS/)
  })

  test('values without one type are left to the check of values', () => {
    assert.equal(faultOf('LT', [{}]), undefined)
    assert.equal(faultOf('LT', [{ S: 'a', SS: ['b'] }]), undefined)
    assert.throws(() => bindComparison({ attribute: 'a', operator: 'LT', sent: [{}] }, 'current'), {
      message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    })
  })
})

describe('the values of a comparison', () => {
  test('are checked in the wording of the operation', () => {
    const sent = [{ SS: ['b', 'a', 'b'] }]
    assert.throws(() => bindComparison({ attribute: 'a', operator: 'EQ', sent }, 'current'), {
      message: 'One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.',
    })
    assert.throws(() => bindComparison({ attribute: 'a', operator: 'EQ', sent }, 'older'), {
      message: 'One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.',
    })
  })

  test('the bounds of BETWEEN are in order', () => {
    const fault = {
      message: 'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
      inRequest: true,
    }
    for (const [lower, upper] of [
      [{ N: '10' }, { N: '9' }],
      [{ S: 'b' }, { S: 'a' }],
      [{ B: '/w==' }, { B: 'AQ==' }],
    ] as const) {
      assert.throws(() => bindComparison({ attribute: 'a', operator: 'BETWEEN', sent: [lower, upper] }, 'current'), fault)
      assert.doesNotThrow(() => bindComparison({ attribute: 'a', operator: 'BETWEEN', sent: [upper, lower] }, 'current'))
      assert.doesNotThrow(() => bindComparison({ attribute: 'a', operator: 'BETWEEN', sent: [lower, lower] }, 'current'))
    }
  })
})

test('a comparison holds as the table of expressions.md §10 says', () => {
  const cases: readonly [ComparisonOperator, readonly AttributeValue[], AttributeValue | undefined, boolean][] = [
    ['EQ', [{ N: '1.0' }], { N: '1' }, true],
    ['EQ', [{ S: '1' }], { N: '1' }, false],
    ['EQ', [{ SS: ['b', 'a'] }], { SS: ['a', 'b'] }, true],
    ['EQ', [{ L: [{ N: '1' }] }], { L: [{ N: '1' }] }, true],
    ['EQ', [{ BOOL: false }], undefined, false],
    ['NE', [{ N: '1' }], { N: '2' }, true],
    ['NE', [{ N: '1' }], { S: '1' }, true],
    ['NE', [{ N: '1' }], undefined, true],
    ['NE', [{ N: '1' }], { N: '1' }, false],
    ['LT', [{ N: '10' }], { N: '9' }, true],
    ['LT', [{ S: '10' }], { S: '9' }, false],
    ['LT', [{ N: '10' }], { S: '1' }, false],
    ['LT', [{ N: '10' }], undefined, false],
    ['LE', [{ N: '10' }], { N: '10' }, true],
    ['GE', [{ B: 'gA==' }], { B: '/w==' }, true],
    ['GT', [{ N: '10' }], { N: '10' }, false],
    ['BETWEEN', [{ N: '1' }, { N: '3' }], { N: '3' }, true],
    ['BETWEEN', [{ N: '1' }, { N: '3' }], { N: '3.1' }, false],
    ['IN', [{ S: 'a' }, { S: 'b' }], { S: 'b' }, true],
    ['IN', [{ S: 'a' }], { SS: ['a'] }, false],
    ['BEGINS_WITH', [{ S: 'he' }], { S: 'hello' }, true],
    ['BEGINS_WITH', [{ B: 'AQ==' }], { B: 'AQID' }, true],
    ['BEGINS_WITH', [{ S: 'he' }], undefined, false],
    ['CONTAINS', [{ S: 'll' }], { S: 'hello' }, true],
    ['CONTAINS', [{ S: 'a' }], { SS: ['a', 'b'] }, true],
    ['CONTAINS', [{ N: '1' }], { NS: ['1', '2'] }, true],
    ['CONTAINS', [{ BOOL: true }], { L: [{ BOOL: true }] }, true],
    ['CONTAINS', [{ S: 'k' }], { M: { k: { S: 'k' } } }, false],
    ['NOT_CONTAINS', [{ S: 'll' }], { S: 'hello' }, false],
    ['NOT_CONTAINS', [{ S: 'x' }], { S: 'hello' }, true],
    ['NOT_CONTAINS', [{ S: 'x' }], { N: '1' }, true],
    ['NOT_CONTAINS', [{ S: 'x' }], undefined, false],
    ['NULL', [], undefined, true],
    ['NULL', [], { NULL: true }, false],
    ['NOT_NULL', [], { NULL: true }, true],
    ['NOT_NULL', [], undefined, false],
  ]
  for (const [operator, sent, value, expected] of cases) {
    assert.equal(holds(operator, sent, value), expected, `${JSON.stringify(value)} ${operator} ${JSON.stringify(sent)}`)
  }
})

/** What each operator is as an expression, where `#a` is the attribute and `:0`, `:1` … are the arguments. */
const equivalents: { readonly [operator in ComparisonOperator]: string } = {
  EQ: '#a = :0',
  NE: '#a <> :0',
  LE: '#a <= :0',
  LT: '#a < :0',
  GE: '#a >= :0',
  GT: '#a > :0',
  BETWEEN: '#a BETWEEN :0 AND :1',
  IN: '#a IN (:0, :1, :2)',
  BEGINS_WITH: 'begins_with(#a, :0)',
  CONTAINS: 'contains(#a, :0)',
  NOT_CONTAINS: 'attribute_exists(#a) AND NOT contains(#a, :0)',
  NULL: 'attribute_not_exists(#a)',
  NOT_NULL: 'attribute_exists(#a)',
}

test('a comparison and its expression agree on every item', () => {
  const operators = fc.constantFrom(...(Object.keys(equivalents) as ComparisonOperator[]))
  // Few of each type, so that stored values often equal, contain or begin with an argument.
  const few = fc.oneof(
    fc.constantFrom<AttributeValue>(
      { S: '' },
      { S: 'a' },
      { S: 'ab' },
      { N: '1' },
      { N: '2' },
      { B: 'AQ==' },
      { B: 'AQI=' },
      { BOOL: true },
    ),
    fc.constantFrom<AttributeValue>(
      { SS: ['a'] },
      { NS: ['1', '2'] },
      { BS: ['AQ=='] },
      { L: [{ S: 'a' }, { NULL: true }] },
      { NULL: true },
    ),
    values,
  )
  const stored = fc.option(few, { nil: undefined })
  fc.assert(
    fc.property(operators, fc.array(few, { minLength: 3, maxLength: 3 }), names, stored, (operator, pool, attribute, value) => {
      const sent = pool.slice(0, [...equivalents[operator].matchAll(/:\d/g)].length)
      let legacy: ReturnType<typeof conditionOf>
      try {
        checkForm({ attribute, operator, sent })
        legacy = conditionOf(bindComparison({ attribute, operator, sent }, 'current'))
      } catch {
        return
      }
      const item: Record<string, AttributeValue> = { other: { S: 'a' } }
      if (value !== undefined) setOwn(item, attribute, value)
      const placeholders = new Placeholders({ '#a': attribute }, Object.fromEntries(sent.map((each, at) => [`:${at}`, each])))
      const modern = compileCondition('ConditionExpression', equivalents[operator], placeholders)
      assert.equal(legacy.matches(item), modern.matches(item))
      assert.deepEqual(legacy.attributes, modern.attributes)
    }),
    { numRuns: 1000 },
  )
})
