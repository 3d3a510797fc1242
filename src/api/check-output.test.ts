import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonText } from '../base/json-text.ts'
import { checkExceptionMembers, checkOutput } from './check-output.ts'

test('checkOutput finds nothing wrong with answers as they should be', () => {
  assert.deepEqual(checkOutput('GetItem', {}), [])
  const item = { pk: { S: 'a' }, m: { M: { l: { L: [{ NULL: true }, { BS: ['AA=='] }] } } } }
  assert.deepEqual(checkOutput('GetItem', { Item: item, ConsumedCapacity: { TableName: 'games', CapacityUnits: 0.5 } }), [])
  assert.deepEqual(checkOutput('GetItem', { Item: new JsonText(JSON.stringify(item)), ConsumedCapacity: undefined }), [])
  assert.deepEqual(checkOutput('DescribeTable', { Table: { TableName: 'games', CreationDateTime: 1.5, TableStatus: 'ACTIVE' } }), [])
})

test('checkOutput names every deviation by its path', () => {
  assert.deepEqual(checkOutput('Query', { Items: [{ pk: { S: 1 } }], Count: 0.5, Extra: 1, LastEvaluatedKey: null }), [
    'Query.Items[0][pk].S: number instead of String',
    'Query.Count: 0.5 is not a whole number',
    'Query.Extra: no member of QueryOutput',
    'Query.LastEvaluatedKey: null instead of Key',
  ])
  assert.deepEqual(checkOutput('DescribeEndpoints', {}), ['DescribeEndpoints.Endpoints: missing'])
  assert.deepEqual(checkOutput('DescribeTable', { Table: { TableStatus: 'GONE' } }).length, 1)
  assert.deepEqual(checkOutput('GetItem', { Item: { a: {}, b: { S: 'x', N: '1' }, c: { B: 'x' } } }), [
    'GetItem.Item[a]: 0 types in one attribute value',
    'GetItem.Item[b]: 2 types in one attribute value',
    'GetItem.Item[c].B: x is not base64',
  ])
  assert.deepEqual(checkOutput('GetItem', []), ['GetItem: list instead of GetItemOutput'])
})

test('checkExceptionMembers knows the members of an exception', () => {
  const reasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'no', Item: { pk: { S: 'a' } } }]
  assert.deepEqual(checkExceptionMembers('TransactionCanceledException', { CancellationReasons: reasons }), [])
  assert.deepEqual(checkExceptionMembers('TransactionCanceledException', { CancellationReasons: [{ Why: 1 }], Item: {} }), [
    'TransactionCanceledException.CancellationReasons[0].Why: no member of CancellationReason',
    'TransactionCanceledException.Item: no member of TransactionCanceledException',
  ])
  assert.deepEqual(checkExceptionMembers('ResourceNotFoundException', {}), [])
})
