import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queriedText } from './queried-key.ts'

test('queriedText reads the value of a key condition, new or legacy', () => {
  const values = { ':a': { S: 'open' }, ':b': { N: '3' } }
  assert.equal(queriedText({ KeyConditionExpression: 'state = :a', ExpressionAttributeValues: values }, 'state'), 'open')
  assert.equal(
    queriedText(
      { KeyConditionExpression: 'n > :a AND #s=:b', ExpressionAttributeNames: { '#s': 'state' }, ExpressionAttributeValues: values },
      'state',
    ),
    '3',
  )
  assert.equal(
    queriedText({ KeyConditions: { state: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'open' }] } } }, 'state'),
    'open',
  )
  assert.equal(queriedText({ KeyConditionExpression: 'other = :a', ExpressionAttributeValues: values }, 'state'), undefined)
  assert.equal(queriedText({}, 'state'), undefined)
})
