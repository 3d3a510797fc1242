import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileCondition } from './compile-condition.ts'
import type { ContextValue } from './context-keys.ts'

function holds(
  operator: string,
  values: readonly string[],
  given: ContextValue | undefined,
  others: { readonly [key: string]: string } = {},
): boolean {
  const { holds: test } = compileCondition({ operator, key: 'K:x', values }, true)
  return test((key) => (key === 'k:x' ? given : others[key]))
}

describe('A condition on a key that is absent', () => {
  const outcomes: readonly (readonly [string, boolean])[] = [
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAllValues:StringNotEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
    ['NumericLessThan', false],
    ['NotIpAddress', true],
    ['ArnNotLike', true],
  ]
  for (const [operator, expected] of outcomes) {
    test(`${expected ? 'holds' : 'does not hold'} with ${operator}`, () => {
      assert.equal(holds(operator, ['1'], undefined), expected)
      assert.equal(holds(operator, ['1'], []), expected)
    })
  }

  test('is what Null asks for', () => {
    assert.equal(holds('Null', ['true'], undefined), true)
    assert.equal(holds('Null', ['false'], undefined), false)
    assert.equal(holds('Null', ['false'], 'v'), true)
  })
})

describe('A condition', () => {
  const outcomes: readonly (readonly [string, readonly string[], ContextValue, boolean])[] = [
    // Several values need a set prefix, whatever the operator.
    ['StringEquals', ['a'], ['a'], false],
    ['StringNotEquals', ['a'], ['b'], false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a'], ['a', 'b'], false],
    ['ForAnyValue:StringEquals', ['a'], ['a', 'b'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'c'], true],
    ['ForAllValues:StringEquals', ['a'], 'a', true],
    // Either of the values will do, and none of them may match a negated operator.
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringLike', ['a*c?'], 'abbcd', true],
    ['StringLike', ['A*'], 'abc', false],
    ['NumericLessThan', ['10'], '9.5', true],
    ['NumericEquals', ['1.0'], '1', true],
    ['NumericLessThan', ['1'], '1', false],
    ['NumericLessThanEquals', ['1'], '1', true],
    ['NumericGreaterThan', ['1'], '1', false],
    ['NumericGreaterThanEquals', ['1'], '1', true],
    ['NumericGreaterThanEquals', ['1'], '0', false],
    ['DateLessThan', ['2026'], '2026-01-01', false],
    ['DateLessThanEquals', ['2026'], '2026-01-01', true],
    ['DateGreaterThan', ['2026'], '2026-01-01', false],
    ['DateGreaterThanEquals', ['2026'], '2026-01-01', true],
    ['DateNotEquals', ['2026'], '2026-01-01', false],
    ['NumericNotEquals', ['1'], 'one', false],
    ['DateGreaterThan', ['2026-11-29T00:00:00Z'], '2026-11-30T01:00:00Z', true],
    ['DateEquals', ['2026-11-29'], '1795910400', true],
    ['DateLessThan', ['yesterday'], '2026-11-30T01:00:00Z', false],
    ['Bool', ['TRUE'], 'true', true],
    ['BinaryEquals', ['AQ=='], 'AQ==', true],
    ['IpAddress', ['10.0.0.0/8'], '10.1.2.3', true],
    ['IpAddress', ['10.0.0.1'], '10.0.0.2', false],
    ['IpAddress', ['2001:db8::/32'], '2001:db8:0:1::5', true],
    ['NotIpAddress', ['2001:db8::/32'], '10.1.2.3', true],
    ['IpAddress', ['10.0.0.0/33'], '10.0.0.0', false],
    ['ArnLike', ['arn:aws:iam::*:role/*'], 'arn:aws:iam::123456789012:role/a/b', true],
    ['ArnLike', ['arn:*:role/*'], 'arn:aws:iam::123456789012:role/a', false],
    ['ArnEquals', ['arn:aws:iam::*:role/a'], 'arn:aws:iam::1:role/a', true],
  ]
  for (const [operator, values, given, expected] of outcomes) {
    test(`${operator} ${values.join(', ')} ${expected ? 'holds' : 'does not hold'} for ${JSON.stringify(given)}`, () => {
      assert.equal(holds(operator, values, given), expected)
    })
  }

  test('reads variables, their defaults and literal characters', () => {
    assert.equal(holds('StringEquals', ['${aws:username}'], 'ann', { 'aws:username': 'ann' }), true)
    assert.equal(holds('StringLike', ['${aws:username}/*'], '*/x', { 'aws:username': '*' }), true)
    assert.equal(holds('StringLike', ['${aws:username}/*'], 'a/x', { 'aws:username': '*' }), false)
    assert.equal(holds('StringEquals', ["${aws:username, 'nobody'}"], 'nobody'), true)
    assert.equal(holds('StringLike', ['a${*}'], 'a*'), true)
    assert.equal(holds('StringLike', ['a${*}'], 'ab'), false)
  })

  test('with a variable that has no value does not hold, negated or not', () => {
    assert.equal(holds('StringEquals', ['${k:none}', 'a'], 'a'), false)
    assert.equal(holds('StringNotEquals', ['${k:none}'], 'a'), false)
  })
})
