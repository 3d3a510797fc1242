/** Fine-grained access: what requests say of keys, attributes and their own form, as policies see it (iam-dynamodb-actions.md §2, §4). */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, type Reply } from '../harness/service.ts'
import { callAs, TestIdentities, userArn } from '../harness/test-identities.ts'

const startMs = 1_795_341_600_000
const account = 'arn:aws:dynamodb:us-east-1:123456789012'
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const identities = new TestIdentities()
let service: Service

async function asRoot(operation: string, input: object): Promise<void> {
  const { status, body } = await callAs('root', service, operation, input)
  assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
}

const table = (TableName: string, type: string, more: object = {}) => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: type }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  ...more,
})

before(async () => {
  service = await openTestService('steady', {
    identities: () => identities,
    signatureClock: new ManualClock(startMs),
    tableStateDelayMs: 0,
  })
  await asRoot('CreateTable', {
    ...table('Texts', 'S'),
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'mail', AttributeType: 'S' },
      { AttributeName: 'city', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'ByMail', KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      {
        IndexName: 'ByBoth',
        KeySchema: [
          { AttributeName: 'mail', KeyType: 'HASH' },
          { AttributeName: 'city', KeyType: 'HASH' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    Tags: [{ Key: 'Team', Value: 'blue' }],
  })
  await asRoot('CreateTable', table('Numbers', 'N'))
  await asRoot('CreateTable', table('Bytes', 'B'))
})
after(() => service.close())

interface Case {
  readonly condition: object
  readonly operation: string
  readonly input: object
  readonly allowed: boolean
}

const name = (text: string): string => `dynamodb:${text}`
const leading = (...values: readonly string[]) => ({ 'ForAllValues:StringEquals': { [name('LeadingKeys')]: values } })
const attributes = (...values: readonly string[]) => ({ 'ForAllValues:StringEquals': { [name('Attributes')]: values } })
const equals = (key: string, value: string) => ({ StringEquals: { [name(key)]: value } })
const absent = (key: string) => ({ Null: { [name(key)]: 'true' } })
const pk = (text: string) => ({ pk: { S: text } })
const getOf = (TableName: string, value: object, more: object = {}) => ({ TableName, Key: { pk: value }, ...more })
const queryMail = (mail: string) => ({
  TableName: 'Texts',
  IndexName: 'ByMail',
  KeyConditionExpression: ':m = #m',
  ExpressionAttributeNames: { '#m': 'mail' },
  ExpressionAttributeValues: { ':m': { S: mail } },
})
const queryBoth = {
  TableName: 'Texts',
  IndexName: 'ByBoth',
  KeyConditionExpression: 'mail = :m AND city = :c',
  ExpressionAttributeValues: { ':m': { S: 'm' }, ':c': { S: 'c' } },
}
const put = (text: string) => ({ Put: { TableName: 'Texts', Item: pk(text) } })

const cases: readonly Case[] = [
  { condition: leading('a'), operation: 'GetItem', input: getOf('Texts', { S: 'a' }), allowed: true },
  { condition: leading('a'), operation: 'GetItem', input: getOf('Texts', { S: 'b' }), allowed: false },
  { condition: leading('1'), operation: 'GetItem', input: getOf('Numbers', { N: '1.0' }), allowed: true },
  { condition: leading('1.0'), operation: 'GetItem', input: getOf('Numbers', { N: '1.0' }), allowed: false },
  { condition: leading('AQ=='), operation: 'GetItem', input: getOf('Bytes', { B: 'AQ==' }), allowed: true },
  { condition: leading('${aws:username}'), operation: 'PutItem', input: { TableName: 'Texts', Item: pk('ann') }, allowed: true },
  { condition: leading('${aws:username}'), operation: 'PutItem', input: { TableName: 'Texts', Item: pk('bob') }, allowed: false },
  { condition: leading('m'), operation: 'Query', input: queryMail('m'), allowed: true },
  { condition: leading('m'), operation: 'Query', input: queryMail('n'), allowed: false },
  { condition: leading('m'), operation: 'Query', input: queryBoth, allowed: true },
  {
    condition: { 'ForAnyValue:StringEquals': { [name('SecondPartitionKeyValues')]: 'c' } },
    operation: 'Query',
    input: queryBoth,
    allowed: true,
  },
  { condition: absent('FirstPartitionKeyValues'), operation: 'Query', input: queryMail('m'), allowed: true },
  {
    condition: leading('a'),
    operation: 'Query',
    input: { TableName: 'Texts', KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'b' }] } } },
    allowed: false,
  },
  // Vacuously: a Scan leads nowhere.
  { condition: leading('a'), operation: 'Scan', input: { TableName: 'Texts' }, allowed: true },
  {
    condition: leading('a', 'b'),
    operation: 'BatchGetItem',
    input: { RequestItems: { Texts: { Keys: [pk('a'), pk('b')] } } },
    allowed: true,
  },
  { condition: leading('a'), operation: 'BatchGetItem', input: { RequestItems: { Texts: { Keys: [pk('a'), pk('b')] } } }, allowed: false },
  {
    condition: leading('a'),
    operation: 'BatchWriteItem',
    input: { RequestItems: { Texts: [{ PutRequest: { Item: pk('a') } }, { DeleteRequest: { Key: pk('b') } }] } },
    allowed: false,
  },
  { condition: leading('a'), operation: 'TransactWriteItems', input: { TransactItems: [put('a'), put('b')] }, allowed: false },
  {
    condition: leading('a'),
    operation: 'ExecuteStatement',
    input: { Statement: `SELECT * FROM "Texts" WHERE pk IN ['a', 'b']` },
    allowed: false,
  },
  {
    condition: leading('a'),
    operation: 'ExecuteStatement',
    input: { Statement: `SELECT * FROM "Texts" WHERE pk = ?`, Parameters: [{ S: 'a' }] },
    allowed: true,
  },
  { condition: leading('a'), operation: 'ExecuteStatement', input: { Statement: `INSERT INTO "Texts" VALUE {'pk': 'c'}` }, allowed: false },
  {
    condition: leading('a'),
    operation: 'ExecuteStatement',
    input: { Statement: `UPDATE "Texts" SET x = 1 WHERE pk = 'b'` },
    allowed: false,
  },

  {
    condition: attributes('pk', 'a'),
    operation: 'GetItem',
    input: getOf('Texts', { S: 'a' }, { ProjectionExpression: 'a.b[0]' }),
    allowed: true,
  },
  {
    condition: attributes('a'),
    operation: 'GetItem',
    input: getOf('Texts', { S: 'a' }, { ProjectionExpression: 'a.b[0]' }),
    allowed: false,
  },
  {
    condition: attributes('pk', 'a'),
    operation: 'GetItem',
    input: getOf('Texts', { S: 'a' }, { ProjectionExpression: '#x', ExpressionAttributeNames: { '#x': 'secret' } }),
    allowed: false,
  },
  {
    condition: attributes('pk', 'a'),
    operation: 'GetItem',
    input: getOf('Texts', { S: 'a' }, { AttributesToGet: ['secret'] }),
    allowed: false,
  },
  {
    condition: attributes('pk', 'a'),
    operation: 'UpdateItem',
    input: getOf('Texts', { S: 'a' }, { UpdateExpression: 'SET a = if_not_exists(secret, secret)' }),
    allowed: false,
  },
  {
    condition: attributes('pk', 'a'),
    operation: 'DeleteItem',
    input: getOf('Texts', { S: 'a' }, { ConditionExpression: 'attribute_not_exists(secret)' }),
    allowed: false,
  },
  {
    condition: attributes('pk', 'a'),
    operation: 'DeleteItem',
    input: getOf('Texts', { S: 'a' }, { Expected: { secret: { Exists: false } } }),
    allowed: false,
  },
  {
    condition: attributes('pk'),
    operation: 'PutItem',
    input: { TableName: 'Texts', Item: { ...pk('a'), secret: { S: '' } } },
    allowed: false,
  },
  { condition: absent('Attributes'), operation: 'Scan', input: { TableName: 'Texts' }, allowed: true },
  {
    condition: attributes('pk'),
    operation: 'ExecuteStatement',
    input: { Statement: `SELECT secret FROM "Texts" WHERE pk = 'a'` },
    allowed: false,
  },

  { condition: equals('Select', 'ALL_ATTRIBUTES'), operation: 'Scan', input: { TableName: 'Texts' }, allowed: true },
  { condition: equals('Select', 'ALL_PROJECTED_ATTRIBUTES'), operation: 'Query', input: queryMail('m'), allowed: true },
  { condition: equals('Select', 'COUNT'), operation: 'Scan', input: { TableName: 'Texts', Select: 'COUNT' }, allowed: true },
  { condition: equals('Select', 'SPECIFIC_ATTRIBUTES'), operation: 'GetItem', input: getOf('Texts', { S: 'a' }), allowed: false },
  { condition: equals('ReturnValues', 'NONE'), operation: 'UpdateItem', input: getOf('Texts', { S: 'a' }), allowed: true },
  {
    condition: equals('ReturnValues', 'NONE'),
    operation: 'UpdateItem',
    input: getOf('Texts', { S: 'a' }, { ReturnValues: 'ALL_OLD' }),
    allowed: false,
  },
  {
    condition: equals('ReturnValues', 'ALL_OLD'),
    operation: 'TransactWriteItems',
    input: {
      TransactItems: [
        {
          ConditionCheck: {
            TableName: 'Texts',
            Key: pk('none'),
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    },
    allowed: true,
  },
  {
    condition: equals('ReturnValues', 'UPDATED_NEW'),
    operation: 'ExecuteStatement',
    input: { Statement: `UPDATE "Texts" SET x = 1 WHERE pk = 'a' RETURNING MODIFIED NEW *` },
    allowed: true,
  },
  ...['PutItem', 'DeleteItem', 'UpdateItem'].map((operation) => ({
    condition: equals('ReturnValues', 'NONE'),
    operation,
    input: {
      ...(operation === 'PutItem' ? { TableName: 'Texts', Item: pk('a') } : getOf('Texts', { S: 'a' })),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
    allowed: false,
  })),
  ...[`UPDATE "Texts" SET x = 1 WHERE pk = 'a' AND y = 2`, `DELETE FROM "Texts" WHERE pk = 'a' AND y = 2`].map((Statement) => ({
    condition: equals('ReturnValues', 'NONE'),
    operation: 'ExecuteStatement',
    input: { Statement, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    allowed: false,
  })),
  {
    condition: { StringNotEquals: { [name('ReturnValues')]: 'ALL_OLD' } },
    operation: 'ExecuteStatement',
    input: { Statement: `INSERT INTO "Texts" VALUE {'pk': 'a'}`, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    allowed: false,
  },
  { condition: equals('ReturnConsumedCapacity', 'NONE'), operation: 'GetItem', input: getOf('Texts', { S: 'a' }), allowed: true },
  {
    condition: equals('EnclosingOperation', 'TransactWriteItems'),
    operation: 'PutItem',
    input: { TableName: 'Texts', Item: pk('a') },
    allowed: false,
  },
  {
    condition: equals('EnclosingOperation', 'TransactWriteItems'),
    operation: 'TransactWriteItems',
    input: { TransactItems: [put('a')] },
    allowed: true,
  },
  {
    condition: { Bool: { [name('FullTableScan')]: 'false' } },
    operation: 'ExecuteStatement',
    input: { Statement: `SELECT * FROM "Texts" WHERE pk IN ['a', 'b']` },
    allowed: true,
  },
  {
    condition: { Bool: { [name('FullTableScan')]: 'false' } },
    operation: 'ExecuteStatement',
    input: { Statement: `SELECT * FROM "Texts" WHERE a = 1` },
    allowed: false,
  },

  { condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } }, operation: 'Query', input: queryMail('m'), allowed: true },
  {
    condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    operation: 'GetItem',
    input: getOf('Numbers', { N: '1' }),
    allowed: false,
  },
  {
    condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
    operation: 'TagResource',
    input: { ResourceArn: `${account}:table/Bytes`, Tags: [{ Key: 'b', Value: '' }] },
    allowed: false,
  },
  {
    condition: { StringEquals: { 'aws:RequestTag/a': 'x' } },
    operation: 'TagResource',
    input: { ResourceArn: `${account}:table/Bytes`, Tags: [{ Key: 'a', Value: 'x' }] },
    allowed: true,
  },
  {
    condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalType': 'User' } },
    operation: 'ListTables',
    input: {},
    allowed: true,
  },
  { condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-22T10:00:00Z' } }, operation: 'ListTables', input: {}, allowed: false },
  { condition: { Bool: { 'aws:SecureTransport': 'true' } }, operation: 'ListTables', input: {}, allowed: false },
  { condition: { StringEquals: { 'aws:PrincipalTag/role': 'reader' } }, operation: 'ListTables', input: {}, allowed: true },
]

describe('A condition', () => {
  for (const { condition, operation, input, allowed } of cases) {
    test(`${JSON.stringify(condition)} ${allowed ? 'lets' : 'stops'} ${operation} ${JSON.stringify(input)}`, async () => {
      identities.setPolicies({ identity: [{ ...everything, Condition: condition }], tags: new Map([['role', 'reader']]) })
      const reply = await callAs('user', service, operation, input)
      assert.equal(reply.exception, allowed ? undefined : 'AccessDeniedException', `${reply.exception}: ${reply.message}`)
    })
  }
})

describe('Authorisation', () => {
  const grant = (...resources: readonly string[]) => [{ ...everything, Resource: resources.map((each) => `${account}:table/${each}`) }]
  const refused = (reply: Reply, action: string, resource: string): void =>
    assert.equal(
      reply.message,
      `User: ${userArn} is not authorized to perform: dynamodb:${action} on resource: ${account}:table/${resource} because no identity-based policy allows the dynamodb:${action} action`,
    )

  test('of a batch names the first table that is refused', async () => {
    identities.setPolicies({ identity: grant('Texts') })
    const RequestItems = { Texts: { Keys: [pk('a')] }, Numbers: { Keys: [{ pk: { N: '1' } }] } }
    refused(await callAs('user', service, 'BatchGetItem', { RequestItems }), 'BatchGetItem', 'Numbers')
  })

  test('of a Query on an index needs the index, and not the table', async () => {
    identities.setPolicies({ identity: grant('Texts') })
    refused(await callAs('user', service, 'Query', queryMail('m')), 'Query', 'Texts/index/ByMail')
    identities.setPolicies({ identity: grant('Texts/index/ByMail') })
    assert.equal((await callAs('user', service, 'Query', queryMail('m'))).status, 200)
  })

  test('tells nothing of whether there is a table, and comes behind what is wrong with the request itself', async () => {
    identities.setPolicies({})
    refused(await callAs('user', service, 'DescribeTable', { TableName: 'Absent' }), 'DescribeTable', 'Absent')
    refused(await callAs('user', service, 'GetItem', getOf('Absent', { S: 'a' })), 'GetItem', 'Absent')
    assert.equal((await callAs('user', service, 'GetItem', { TableName: 'x' })).exception, 'ValidationException')
  })

  test('of a batch of statements concerns each by itself', async () => {
    identities.setPolicies({ identity: grant('Texts') })
    const Statements = [{ Statement: `SELECT * FROM "Numbers" WHERE pk = 1` }, { Statement: `SELECT * FROM "Texts" WHERE pk = 'a'` }]
    const { body } = await callAs('user', service, 'BatchExecuteStatement', { Statements })
    const [first, second] = (body as { readonly Responses: readonly { readonly Error?: { readonly Code: string } }[] }).Responses
    assert.equal(first?.Error?.Code, 'AccessDenied')
    assert.equal(second?.Error, undefined)
  })

  test('of the root goes by the policy of the resource, which it can always take away', async () => {
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'dynamodb:*', Resource: '*' }
    const ResourceArn = `${account}:table/Bytes`
    await asRoot('PutResourcePolicy', { ResourceArn, Policy: JSON.stringify({ Statement }), ConfirmRemoveSelfResourceAccess: true })
    const { message } = await callAs('root', service, 'DescribeTable', { TableName: 'Bytes' })
    assert.equal(
      message,
      `User: arn:aws:iam::123456789012:root is not authorized to perform: dynamodb:DescribeTable on resource: ${ResourceArn} with an explicit deny in a resource-based policy`,
    )
    await asRoot('DeleteResourcePolicy', { ResourceArn })
    await asRoot('DescribeTable', { TableName: 'Bytes' })
  })

  test('knows the users and roles of its account that a policy of a table may name', async () => {
    const policy = (AWS: string) => ({
      ResourceArn: `${account}:table/Bytes`,
      Policy: JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'dynamodb:GetItem', Resource: '*' } }),
    })
    const { exception, message } = await callAs('root', service, 'PutResourcePolicy', policy('arn:aws:iam::123456789012:user/nobody'))
    assert.deepEqual(
      [exception, message],
      ['ValidationException', 'One or more parameter values were invalid: Invalid policy document: Invalid principal in policy document.'],
    )
    for (const known of [userArn, '123456789012', 'arn:aws:iam::999999999999:user/nobody']) await asRoot('PutResourcePolicy', policy(known))
    await asRoot('DeleteResourcePolicy', { ResourceArn: `${account}:table/Bytes` })
  })
})
