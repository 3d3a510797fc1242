import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Placeholders } from './placeholders.ts'
import { compileSearchCondition } from './search-condition.ts'

const one = { S: '1' }
const two = { S: '2' }
const compile = (text: string) => compileSearchCondition(text, new Placeholders({ '#n': 'a.b' }, { ':1': one, ':2': two }))

test('equalities joined by AND come out in written order, whichever side the value stands on', () => {
  assert.deepEqual(compile('a = :1'), [{ name: 'a', value: one }])
  assert.deepEqual(compile('(b = :1) AND (:2 = a AND #n = :1)'), [
    { name: 'b', value: one },
    { name: 'a', value: two },
    { name: 'a.b', value: one },
  ])
})

test('a path into an attribute is in no search schema', () => {
  assert.throws(() => compile('a.b = :1'), {
    message: 'SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: [a, b]',
  })
})

test('whatever is no equality is told as a wrong comparator', () => {
  for (const text of [
    'a < :1',
    'a <> :1',
    'a = :1 OR b = :2',
    'NOT a = :1',
    'a BETWEEN :1 AND :2',
    'attribute_exists(a)',
    'a = b',
    'size(a) = :1',
  ]) {
    assert.throws(
      () => compile(text),
      { message: 'Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression' },
      text,
    )
  }
})

test('faults of the text name the expression', () => {
  assert.throws(() => compile('a = :3'), {
    message: 'Invalid SearchConditionExpression: An expression attribute value used in expression is not defined; attribute value: :3',
  })
})
