import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateParts } from './update-parts.ts'

const values = { ':n': { N: '1' }, ':s': { S: 'x' }, ':t': { SS: ['x'] } }

function partsOf(UpdateExpression: string, ExpressionAttributeNames?: { readonly [name: string]: string }): ReturnType<typeof updateParts> {
  return updateParts({ UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues: values })
}

test('What becomes a value of the request is assigned, what is made of what is there is computed', () => {
  const parts = partsOf('SET a = :s, #b.c = :s, d = if_not_exists(d, :n), e = list_append(e, :s) REMOVE f, g[0] ADD h :t DELETE i :t', {
    '#b': 'set',
  })
  assert.deepEqual(parts.assigned, ['a', 'set', 'f', 'g'])
  assert.deepEqual(parts.computed, ['d', 'e', 'h', 'i'])
  assert.deepEqual(parts.values, { a: { S: 'x' } })
  assert.equal(parts.isIncrement, false)
})

test('Names that look like keywords or hold signs change nothing', () => {
  const parts = partsOf('set #add = :s, #remove-it = :n', { '#add': 'ADD', '#remove-it': 'a - b' })
  assert.deepEqual(parts.assigned, ['ADD', 'a - b'])
  assert.equal(parts.isIncrement, false)
})

test('Numbers that are added to are increments, however that is written', () => {
  for (const text of [
    'ADD a :n',
    'add a :n',
    'SET a = a + :n',
    'SET a = a - :n',
    'SET a = if_not_exists(a, :n) + :n',
    'SET b = :s ADD a :n',
  ]) {
    assert.equal(partsOf(text).isIncrement, true, text)
  }
  assert.equal(updateParts({ AttributeUpdates: { a: { Action: 'ADD', Value: { N: '1' } } } }).isIncrement, true)
})

test('Updates of the old kind are read, too', () => {
  const AttributeUpdates = {
    a: { Value: { S: 'x' } },
    b: { Action: 'DELETE' },
    c: { Action: 'DELETE', Value: { SS: ['x'] } },
    d: { Action: 'ADD', Value: { SS: ['x'] } },
  }
  const parts = updateParts({ AttributeUpdates })
  assert.deepEqual(
    [parts.assigned, parts.computed],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  )
  assert.deepEqual(parts.values, { a: { S: 'x' } })
  assert.deepEqual(updateParts({}).assigned, [])
})
