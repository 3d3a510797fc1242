/** What is judged is what is found: names that a request writes in another way, and clauses that only one side could read. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { decodeIterator, encodeIterator } from '../../src/engine/streams/shard-iterator.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService } from '../harness/service.ts'
import { callAs, TestIdentities } from '../harness/test-identities.ts'

const home = 'arn:aws:dynamodb:us-east-1:123456789012:table/Secrets'
const elsewhere = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Secrets'
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const identities = new TestIdentities()
let service: Service
let iterator: string

async function asRoot<T>(operation: string, input: object): Promise<T> {
  const { status, body } = await callAs('root', service, operation, input)
  assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
  return body as T
}

async function assertRefused(operation: string, input: object, resource: RegExp = /table\/Secrets/): Promise<void> {
  const { exception, message, body } = await callAs('user', service, operation, input)
  const { Responses = [] } = body as {
    readonly Responses?: readonly { readonly Error?: { readonly Code: string; readonly Message: string } }[]
  }
  const error = Responses[0]?.Error
  assert.equal(exception ?? error?.Code, exception === undefined ? 'AccessDenied' : 'AccessDeniedException', `${operation}: ${message}`)
  assert.match(message ?? error?.Message ?? '', resource)
}

before(async () => {
  service = await openTestService('steady', {
    identities: () => identities,
    signatureClock: new ManualClock(1_795_341_600_000),
    tableStateDelayMs: 0,
  })
  await asRoot('CreateTable', {
    TableName: 'Secrets',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  })
  await asRoot('PutItem', { TableName: 'Secrets', Item: { pk: { S: 'a' }, salary: { N: '1' } } })
  const { Table } = await asRoot<{ Table: { LatestStreamArn: string } }>('DescribeTable', { TableName: 'Secrets' })
  const StreamArn = Table.LatestStreamArn
  const { StreamDescription } = await asRoot<{ StreamDescription: { Shards: { ShardId: string }[] } }>('DescribeStream', { StreamArn })
  const [shard] = StreamDescription.Shards
  const asked = { StreamArn, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  iterator = (await asRoot<{ ShardIterator: string }>('GetShardIterator', asked)).ShardIterator
})
after(() => service.close())

describe('An ARN as the client writes it', () => {
  const denied = [everything, { Effect: 'Deny', Action: 'dynamodb:*', Resource: [home, `${home}/*`] }]
  const lent = [{ ...everything, Resource: [elsewhere, `${elsewhere}/*`, home.replace('arn:aws:', 'arn:aws-cn:')] }]

  for (const [why, identity] of Object.entries({ 'gets around no deny': denied, 'is let by no other': lent })) {
    test(`${why} in a statement of PartiQL`, async () => {
      identities.setPolicies({ identity })
      for (const from of [elsewhere, elsewhere.replace('123456789012', '999999999999')]) {
        const Statement = `SELECT * FROM "${from}" WHERE pk = 'a'`
        await assertRefused('ExecuteStatement', { Statement })
        await assertRefused('BatchExecuteStatement', { Statements: [{ Statement }] })
        const TransactStatements = [{ Statement: `DELETE FROM "${from}" WHERE pk = 'a'` }]
        await assertRefused('ExecuteTransaction', { TransactStatements })
      }
    })

    test(`${why} in an iterator that was made up`, async () => {
      identities.setPolicies({ identity })
      const decoded = decodeIterator(iterator)
      assert.ok(decoded)
      for (const streamArn of [decoded.streamArn.replace('us-east-1', 'eu-west-1'), decoded.streamArn.replace('arn:aws:', 'arn:aws-cn:')]) {
        await assertRefused('GetRecords', { ShardIterator: encodeIterator({ ...decoded, streamArn }) })
      }
    })

    test(`${why} of tags and policies of resources`, async () => {
      identities.setPolicies({ identity })
      const ResourceArn = home.replace('arn:aws:', 'arn:aws-cn:')
      for (const [operation, more] of [
        ['TagResource', { Tags: [{ Key: 'a', Value: 'b' }] }],
        ['UntagResource', { TagKeys: ['a'] }],
        ['ListTagsOfResource', {}],
        ['GetResourcePolicy', {}],
        ['DeleteResourcePolicy', {}],
      ] as const) {
        await assertRefused(operation, { ResourceArn, ...more })
      }
    })
  }

  test('of another partition names no resource', async () => {
    const ResourceArn = home.replace('arn:aws:', 'arn:aws-cn:')
    const { exception, message } = await callAs('root', service, 'ListTagsOfResource', { ResourceArn })
    assert.deepEqual(
      [exception, message],
      ['ValidationException', `Invalid TableArn: Invalid ResourceArn provided as input ${ResourceArn}`],
    )
  })
})

describe('dynamodb:Attributes', () => {
  const TableName = 'Secrets'
  const named = (...names: readonly string[]) => [
    { ...everything, Condition: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': names } } },
  ]
  /** As deep as a transaction takes, and an item does not. */
  const deep = (levels: number): object => (levels === 1 ? { N: '1' } : { L: [deep(levels - 1)] })

  test('knows what a transaction writes beside a value of 33 levels', async () => {
    identities.setPolicies({ identity: named('pk') })
    const values = { ExpressionAttributeValues: { ':s': { N: '9' }, ':deep': deep(33) } }
    const condition = { ConditionExpression: 'salary <> :deep' }
    const UpdateExpression = 'SET salary = :s'
    const Key = { pk: { S: 'a' } }
    for (const element of [
      { Update: { TableName, Key, UpdateExpression, ...condition, ...values } },
      { Delete: { TableName, Key, ConditionExpression: 'salary <> :deep AND salary <> :s', ...values } },
      { Put: { TableName, Item: Key, ConditionExpression: 'salary <> :deep AND salary <> :s', ...values } },
      { ConditionCheck: { TableName, Key, ConditionExpression: 'salary <> :deep AND salary <> :s', ...values } },
    ]) {
      await assertRefused('TransactWriteItems', { TransactItems: [element] })
    }
  })
})

describe('aws:RequestTag', () => {
  test('is of every key that differs by its case alone', async () => {
    const blue = { Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } } }
    identities.setPolicies({ identity: [{ ...everything, ...blue }] })
    const tags = (...values: readonly string[]) => values.map((Value, at) => ({ Key: ['Team', 'team', 'TEAM'][at], Value }))
    for (const Tags of [tags('blue', 'red'), tags('red', 'blue'), tags('blue', 'blue', 'red')]) {
      await assertRefused('TagResource', { ResourceArn: home, Tags })
    }
    const { exception } = await callAs('user', service, 'TagResource', { ResourceArn: home, Tags: tags('blue', 'blue') })
    assert.equal(exception, undefined)
  })
})
