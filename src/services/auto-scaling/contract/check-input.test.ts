import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkScalingInput } from './check-input.ts'
import { ScalingError } from './errors.ts'
import { type ScalingOperation, scalingOperations } from './operations.ts'
import { scalingShapes } from './shapes.ts'

const named = { ServiceNamespace: 'dynamodb', ResourceId: 'table/T', ScalableDimension: 'dynamodb:table:ReadCapacityUnits' }

const operations = Object.keys(scalingOperations) as ScalingOperation[]

test('every shape refers to shapes that exist', () => {
  for (const [name, shape] of Object.entries(scalingShapes)) {
    const references = [
      ...('members' in shape ? Object.values<string>(shape.members) : []),
      ...('of' in shape ? [shape.of] : []),
      ...('to' in shape ? [shape.from, shape.to] : []),
    ]
    for (const reference of references)
      assert.ok(Object.hasOwn(scalingShapes, reference.replace('!', '')), `${name} refers to ${reference}`)
  }
  for (const operation of operations) {
    assert.ok(Object.hasOwn(scalingShapes, `${operation}Input`) && Object.hasOwn(scalingShapes, `${operation}Output`), operation)
  }
})

test('members that are null or that no shape names are left out, and decimals for integers are truncated', () => {
  const body = { ...named, MinCapacity: 1.9, MaxCapacity: null, Unknown: 1, SuspendedState: { DynamicScalingInSuspended: true, More: 2 } }
  assert.deepEqual(checkScalingInput('RegisterScalableTarget', body), {
    ...named,
    MinCapacity: 1,
    SuspendedState: { DynamicScalingInSuspended: true },
  })
})

test('names that every object inherits are no members', () => {
  assert.throws(() => checkScalingInput('DeleteScalingPolicy', JSON.parse('{"__proto__":{"PolicyName":"x"}}')), {
    message: /^4 validation errors detected: Value null at 'policyName'/,
  })
})

test('names of policies are printable ASCII, those of scheduled actions have no colon, slash, bar or outer space', () => {
  const policy = (PolicyName: string): unknown => checkScalingInput('PutScalingPolicy', { ...named, PolicyName })
  policy('$a b:~')
  for (const name of ['é', '\n', '', 'x'.repeat(257)]) assert.throws(() => policy(name), { name: 'ValidationException' })
  const action = (ScheduledActionName: string): unknown => checkScalingInput('PutScheduledAction', { ...named, ScheduledActionName })
  action('á b')
  for (const name of [' a', 'a ', 'a:b', 'a/b', 'a|b', 'a\u0085b', '']) assert.throws(() => action(name), { name: 'ValidationException' })
})

test('whatever the body is, it is an input or an error of the service', () => {
  const values = fc.jsonValue({ maxDepth: 4 })
  const bodies = fc.oneof(
    values,
    fc.record({ ...Object.fromEntries(Object.keys(named).map((name) => [name, values])), Tags: values, MaxResults: values }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...operations), bodies, (operation, body) => {
      try {
        checkScalingInput(operation, body)
      } catch (error) {
        assert.ok(error instanceof ScalingError)
      }
    }),
  )
})
