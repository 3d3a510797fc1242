/** The registry is held to the SDK's model: every operation of it is answered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OperationName, operations } from '../api/operations.ts'
import { handlers } from './registry.ts'

test('Every operation of the model has a handler', () => {
  const names = Object.keys(operations) as OperationName[]
  assert.deepEqual(
    names.filter((name) => handlers[name] === undefined),
    [],
  )
})
