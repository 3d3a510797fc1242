import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exceptions } from './errors.ts'
import { errorsOf } from './operation-errors.ts'
import { actionsOf, findOperation, operations, targetOf } from './operations.ts'
import { shapeNamed } from './shapes.ts'

const all = Object.values(operations)

test('the table of operations has the 62 operations of DynamoDB and the 4 of Streams', () => {
  assert.equal(all.length, 66)
  assert.equal(all.filter(({ tier }) => tier === 'ST').length, 4)
  for (const [name, operation] of Object.entries(operations)) assert.equal(operation.name, name)
})

test('every operation has the shapes of an input and an output', () => {
  for (const { name } of all) {
    assert.equal(shapeNamed(`${name}Input`).kind, 'structure')
    assert.equal(shapeNamed(`${name}Output`).kind, 'structure')
  }
})

test('an operation is found by its target and by nothing else', () => {
  for (const operation of all) assert.equal(findOperation(targetOf(operation)), operation)
  assert.equal(findOperation('DynamoDB_20120810.GetItem'), operations.GetItem)
  assert.equal(findOperation('DynamoDBStreams_20120810.GetRecords'), operations.GetRecords)
  for (const target of [
    '',
    'GetItem',
    'DynamoDB_20120810.GetRecords',
    'DynamoDBStreams_20120810.GetItem',
    'DynamoDB_20120810.constructor',
  ]) {
    assert.equal(findOperation(target), undefined, target)
  }
})

test('the current wording is spoken by six operations, the envelope by the three that write one item', () => {
  const current = all.filter(({ wording }) => wording === 'current').map(({ name }) => name)
  assert.deepEqual(current.sort(), ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'])
  const enveloped = all.filter((operation) => operation.enveloped).map(({ name }) => name)
  assert.deepEqual(enveloped.sort(), ['DeleteItem', 'PutItem', 'UpdateItem'])
})

test('every error of an operation is in the catalogue, once', () => {
  for (const operation of all) {
    const errors = errorsOf(operation)
    assert.equal(new Set(errors).size, errors.length, operation.name)
    for (const error of errors) assert.ok(Object.hasOwn(exceptions, error), error)
  }
})

test('operations without an action of their own need those of their members', () => {
  assert.deepEqual(actionsOf(operations.GetItem), ['GetItem'])
  assert.deepEqual(actionsOf(operations.TransactGetItems), ['GetItem'])
  assert.ok(actionsOf(operations.ExecuteStatement).includes('PartiQLSelect'))
})
