import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttributeMap } from '../values/attribute-value.ts'
import { type FittedKeyCondition, fitKeyCondition, type KeyAttributes } from './fit-key-condition.ts'
import { compileKeyCondition, type KeyCondition } from './key-condition.ts'
import { Placeholders } from './placeholders.ts'

const values: AttributeMap = {
  ':s': { S: 's' },
  ':z': { S: 'z' },
  ':n': { N: '1' },
  ':m': { N: '2' },
  ':b': { B: 'AQ==' },
  ':t': { BOOL: true },
  ':empty': { S: '' },
  ':none': { B: '' },
}

const compile = (text: string): KeyCondition => compileKeyCondition(text, new Placeholders({ '#sk': 'sk' }, values))

describe('Key condition', () => {
  test('reads its clauses in written order, whatever is in parentheses', () => {
    assert.deepEqual(compile('((sk BETWEEN :n AND :m) AND (pk = :s))'), [
      { attribute: 'sk', operator: 'BETWEEN', values: [{ N: '1' }, { N: '2' }] },
      { attribute: 'pk', operator: '=', values: [{ S: 's' }] },
    ])
    assert.deepEqual(
      compile('pk = :s AND (a = :n AND begins_with(#sk, :s))').map(({ attribute }) => attribute),
      ['pk', 'a', 'sk'],
    )
  })

  for (const [written, operator] of Object.entries({ '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' })) {
    test(`:n ${written} sk means sk ${operator} :n`, () => {
      assert.deepEqual(compile(`:n ${written} sk`), [{ attribute: 'sk', operator, values: [{ N: '1' }] }])
    })
  }
})

describe('Key condition is refused:', () => {
  const P = 'Invalid KeyConditionExpression: '
  const cases: readonly (readonly [string, string])[] = [
    ['pk =', `${P}Syntax error; token: "<EOF>", near: "="`],
    ['((pk = :s))', `${P}The expression has redundant parentheses;`],
    ['pk = :s AND foo(sk)', `${P}Invalid function name; function: foo`],
    ['name = :s', `${P}Attribute name is a reserved keyword; reserved keyword: name`],
    ['pk = :gone', `${P}An expression attribute value used in expression is not defined; attribute value: :gone`],
    [
      'begins_with(sk, :n) AND pk = :s AND a = :s OR b = :gone',
      `${P}Incorrect operand type for operator or function; operator or function: begins_with, operand type: N`,
    ],
    [':t >= sk AND pk = :s', `${P}Incorrect operand type for operator or function; operator or function: >=, operand type: BOOL`],
    ['sk BETWEEN :t AND :n', `${P}Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL`],
    ['pk = :gone AND begins_with(sk, :n)', `${P}An expression attribute value used in expression is not defined; attribute value: :gone`],
    ['pk = :s OR sk = :n', 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :s AND NOT sk = :n', 'Invalid operator used in KeyConditionExpression: NOT'],
    ['pk = :s AND sk IN (:n, :m)', 'Invalid operator used in KeyConditionExpression: IN'],
    ['pk <> :s', 'Invalid operator used in KeyConditionExpression: <>'],
    ['pk = :s AND attribute_exists(sk)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
    ['contains(pk, :s)', 'Invalid operator used in KeyConditionExpression: contains'],
    ['size(pk) = :n', 'KeyConditionExpressions cannot contain nested operations'],
    ['sk BETWEEN size(pk) AND :n', 'KeyConditionExpressions cannot contain nested operations'],
    [
      ':n BETWEEN sk AND :m',
      'Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand',
    ],
    [
      'begins_with(:s, sk)',
      'Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand',
    ],
    ['pk = sk', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
    ['sk BETWEEN :n AND pk', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
    [':s = :z', 'Invalid condition in KeyConditionExpression: No key attribute specified'],
    ['pk.a = :s', `${P}KeyConditionExpressions cannot have conditions on nested attributes`],
    ['begins_with(pk[0], :s)', `${P}KeyConditionExpressions cannot have conditions on nested attributes`],
    ['sk > :n AND #sk < :m', `${P}KeyConditionExpressions must only contain one condition per key`],
  ]
  for (const [text, message] of cases) {
    test(text, () => assert.throws(() => compile(text), { exception: 'ValidationException', message, inRequest: true }))
  }
})

const composite: KeyAttributes = { hash: [{ name: 'pk', type: 'S' }], range: [{ name: 'sk', type: 'N' }] }
const multi: KeyAttributes = {
  hash: [
    { name: 't', type: 'S' },
    { name: 'u', type: 'S' },
  ],
  range: [
    { name: 'a', type: 'N' },
    { name: 'b', type: 'N' },
    { name: 'c', type: 'N' },
  ],
}
const fit = (text: string, key: KeyAttributes): FittedKeyCondition => fitKeyCondition(compile(text), key)

describe('fitKeyCondition', () => {
  const s = { S: 's' }
  const n = { N: '1' }
  const m = { N: '2' }

  test('takes the partition alone, an equal sort key or one range of it', () => {
    assert.deepEqual(fit('pk = :s', composite), { hashValues: [s], rangeEquals: [] })
    assert.deepEqual(fit(':n = sk AND pk = :s', composite), { hashValues: [s], rangeEquals: [n] })
    assert.deepEqual(fit('pk = :s AND sk BETWEEN :n AND :m', composite), {
      hashValues: [s],
      rangeEquals: [],
      rangeCondition: { operator: 'BETWEEN', values: [n, m] },
    })
    assert.deepEqual(fit(':n <= sk AND pk = :s', composite).rangeCondition, { operator: '>=', values: [n] })
  })

  test('takes several key attributes in the order of the schema, the last one named with any operator', () => {
    assert.deepEqual(fit('u = :z AND t = :s', multi), { hashValues: [s, { S: 'z' }], rangeEquals: [] })
    assert.deepEqual(fit('b < :m AND u = :z AND a = :n AND t = :s', multi), {
      hashValues: [s, { S: 'z' }],
      rangeEquals: [n],
      rangeCondition: { operator: '<', values: [m] },
    })
    assert.deepEqual(fit('t = :s AND u = :s AND c = :m AND b = :n AND a = :m', multi).rangeEquals, [m, n, m])
  })

  const gap = (needed: string, named: string): string =>
    `RANGE key attributes ${needed} must have equality conditions specified in the query because a condition is present on key attribute ${named}`
  const mismatch = 'One or more parameter values were invalid: Condition parameter type does not match schema type'
  const empty = (type: string, key: string): string =>
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type} value. Key: ${key}`
  const refused: readonly (readonly [string, KeyAttributes, string])[] = [
    [
      'pk = :s AND sk = :n AND x = :n',
      composite,
      'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)',
    ],
    [
      'a = :n AND sk = :n AND x = :n',
      composite,
      'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)',
    ],
    ['sk = :n', composite, 'Query condition missed key schema element: pk'],
    ['x = :n', composite, 'Query condition missed key schema element: pk'],
    ['t = :s', multi, 'HASH key attributes u must have equality conditions specified in the query'],
    ['pk > :s', composite, 'Query key condition not supported'],
    ['begins_with(pk, :s) AND sk = :n', composite, 'Query key condition not supported'],
    ['pk = :s AND x = :n', composite, 'Query key condition not supported'],
    ['pk = :n', composite, mismatch],
    ['pk = :t', composite, mismatch],
    ['pk = :s AND sk = :s', composite, mismatch],
    ['pk = :s AND begins_with(sk, :s)', composite, mismatch],
    ['pk = :empty', composite, empty('string', 'pk')],
    ['pk = :none', { hash: [{ name: 'pk', type: 'B' }], range: [] }, empty('binary', 'pk')],
    ['pk = :s AND begins_with(sk, :empty)', { ...composite, range: [{ name: 'sk', type: 'S' }] }, empty('string', 'sk')],
    ['t = :s AND u = :s AND a = :n AND c = :n', multi, gap('b', 'c')],
    ['t = :s AND u = :s AND a > :n AND b = :n', multi, gap('a', 'b')],
    ['t = :s AND u = :s AND b = :n', multi, gap('a', 'b')],
    ['t = :s AND u = :s AND c = :n', multi, gap('a, b', 'c')],
  ]
  for (const [text, key, message] of refused) {
    test(`refuses ${text}`, () => assert.throws(() => fit(text, key), { exception: 'ValidationException', message, inRequest: false }))
  }
})
