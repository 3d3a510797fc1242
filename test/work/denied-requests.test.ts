/**
 * Neither what it is told nor how long that takes shows somebody who may not ask whether a table or an item is there: the same is read for
 * it, counted rather than timed. What is read without being asked for is nothing at all.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { callAs, TestIdentities } from '../harness/test-identities.ts'
import { openCountedService } from './counted-service.ts'

const identities = new TestIdentities()
const { service, workOf } = await openCountedService({
  identities: () => identities,
  signatureClock: new ManualClock(Date.UTC(2026, 10, 22, 10)),
})
after(() => service.close())

const s = (S: string): object => ({ S })
const byKey = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': s('a') } }
const ifThere = { ConditionExpression: 'attribute_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }

await callAs('root', service, 'CreateTable', {
  TableName: 'There',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
})
await callAs('root', service, 'PutItem', { TableName: 'There', Item: { pk: s('a'), secret: s('x') } })

/** By the name of a table and a key. */
const requests: { readonly [operation: string]: (TableName: string, Key: object) => object } = {
  GetItem: (TableName, Key) => ({ TableName, Key }),
  PutItem: (TableName, Item) => ({ TableName, Item, ...ifThere }),
  UpdateItem: (TableName, Key) => ({ TableName, Key, UpdateExpression: 'REMOVE secret', ...ifThere }),
  DeleteItem: (TableName, Key) => ({ TableName, Key, ...ifThere }),
  Query: (TableName) => ({ TableName, ...byKey }),
  Scan: (TableName) => ({ TableName }),
  BatchGetItem: (TableName, Key) => ({ RequestItems: { [TableName]: { Keys: [Key] } } }),
  BatchWriteItem: (TableName, Item) => ({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
  TransactGetItems: (TableName, Key) => ({ TransactItems: [{ Get: { TableName, Key } }] }),
  TransactWriteItems: (TableName, Key) => ({ TransactItems: [{ ConditionCheck: { TableName, Key, ...ifThere } }] }),
  ExecuteStatement: (TableName) => ({ Statement: `SELECT * FROM "${TableName}" WHERE pk = 'a'` }),
  DescribeTable: (TableName) => ({ TableName }),
  DeleteTable: (TableName) => ({ TableName }),
  DescribeTimeToLive: (TableName) => ({ TableName }),
  DescribeContinuousBackups: (TableName) => ({ TableName }),
  ListTagsOfResource: (TableName) => ({ ResourceArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}` }),
  GetResourcePolicy: (TableName) => ({ ResourceArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}` }),
}

for (const [operation, inputOf] of Object.entries(requests)) {
  test(`${operation} tells nobody whom nothing is allowed whether a table or an item is there`, async () => {
    const seen = []
    for (const [table, pk] of [
      ['There', 'a'],
      ['There', 'b'],
      ['Gone', 'a'],
    ] as const) {
      let answer = ''
      const work = await workOf(async () => {
        const { status, exception, message } = await callAs('user', service, operation, inputOf(table, { pk: s(pk) }))
        answer = `${status} ${exception} ${message}`.replaceAll(table, 'T')
      })
      seen.push({ answer, work })
    }
    const [first, ...others] = seen
    assert.match(first?.answer ?? '', /^400 .*AccessDeniedException.*is not authorized to perform/)
    for (const other of others) assert.deepEqual(other, first)
  })
}
