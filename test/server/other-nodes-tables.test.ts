/** Two services over one store: what one of them has acknowledged about tables the other one goes by, whatever it knew before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Body, call, openTestService, succeed } from '../harness/service.ts'

const TableName = 'Orders'
const Key = { pk: { S: 'a' } }
const create = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
}

/** The second one has asked nothing yet, and knows nothing of what the first one does then. */
async function openTwo(): Promise<readonly [Service, Service]> {
  const store = openMemoryStore()
  const open = (): Promise<Service> => openTestService({ kind: 'custom', open: () => store })
  return [await open(), await open()]
}

const onItems: readonly (readonly [string, object])[] = [
  ['PutItem', { TableName, Item: { ...Key, g: { S: 'x' } } }],
  ['UpdateItem', { TableName, Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } }],
  ['DeleteItem', { TableName, Key }],
  ['GetItem', { TableName, Key, ConsistentRead: true }],
  ['Scan', { TableName }],
  ['Query', { TableName, IndexName: 'by-g', KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': { S: 'x' } } }],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }],
  ['TransactWriteItems', { TransactItems: [{ Delete: { TableName, Key } }] }],
  ['ExecuteStatement', { Statement: `SELECT * FROM "${TableName}"` }],
]

for (const [operation, input] of onItems) {
  test(`${operation} finds a table that another node has just created, and none that it has just deleted`, async () => {
    const [one, other] = await openTwo()
    await succeed(one, 'CreateTable', create)
    await succeed(other, operation, input)
    await succeed(one, 'DeleteTable', { TableName })
    assert.equal((await call(other, operation, input)).exception, 'ResourceNotFoundException')
    await other.close()
  })
}

test('Statements of a batch find a table that another node has just created', async () => {
  const [one, other] = await openTwo()
  await succeed(one, 'CreateTable', create)
  const Statements = [{ Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'a'}` }]
  assert.deepEqual((await succeed(other, 'BatchExecuteStatement', { Statements })).Responses, [{ TableName }])
  await other.close()
})

test('A read goes to the table that took the place of the one the node knew', async () => {
  const [one, other] = await openTwo()
  const read = async (): Promise<readonly unknown[]> => {
    const { Item } = await succeed(other, 'GetItem', { TableName, Key, ConsistentRead: true })
    const { Items } = await succeed(other, 'Scan', { TableName, ConsistentRead: true })
    return [Item, Items]
  }
  for (const g of ['old', 'new', 'newest']) {
    await succeed(one, 'CreateTable', create)
    const item = { ...Key, g: { S: g } }
    await succeed(one, 'PutItem', { TableName, Item: item })
    assert.deepEqual(await read(), [item, [item]])
    await succeed(one, 'DeleteTable', { TableName })
  }
  await other.close()
})

test('What is told of tables is what another node has acknowledged', async () => {
  const [one, other] = await openTwo()
  const told = async (): Promise<readonly unknown[]> => {
    const { TableNames } = await succeed(other, 'ListTables', {})
    const { body: described } = await call(other, 'DescribeTable', { TableName })
    const { body: expiring } = await call(other, 'DescribeTimeToLive', { TableName })
    const { Streams } = await succeed(other, 'ListStreams', {})
    const { tables } = await other.control.tables()
    const status = (described.Table as Body | undefined)?.TableStatus
    const timeToLive = (expiring.TimeToLiveDescription as Body | undefined)?.TimeToLiveStatus
    return [TableNames, status, timeToLive, (Streams as readonly unknown[]).length, tables.length]
  }
  assert.deepEqual(await told(), [[], undefined, undefined, 0, 0])
  await succeed(one, 'CreateTable', create)
  assert.deepEqual(await told(), [[TableName], 'ACTIVE', 'DISABLED', 0, 1])
  await succeed(one, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } })
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }
  await succeed(one, 'UpdateTable', { TableName, StreamSpecification })
  assert.deepEqual(await told(), [[TableName], 'ACTIVE', 'ENABLED', 1, 1])
  await succeed(one, 'DeleteTable', { TableName })
  assert.deepEqual(await told(), [[], undefined, undefined, 1, 0])
  await other.close()
})

test('An index is there, or gone, for every node as soon as one has acknowledged it', async () => {
  const [one, other] = await openTwo()
  const { GlobalSecondaryIndexes, ...plain } = create
  await succeed(one, 'CreateTable', { ...plain, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] })
  const scan = { TableName, IndexName: 'by-g' }
  assert.equal((await call(other, 'Scan', scan)).status, 400)
  const { AttributeDefinitions } = create
  await succeed(one, 'UpdateTable', {
    TableName,
    AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: GlobalSecondaryIndexes[0] }],
  })
  await one.control.runJobs()
  await succeed(other, 'Scan', scan)
  await succeed(one, 'UpdateTable', { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-g' } }] })
  assert.equal((await call(other, 'Scan', scan)).exception, 'ValidationException')
  await other.close()
})

test('A scalable target can be registered for a table that another node has just created', async () => {
  const [one, other] = await openTwo()
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const { GlobalSecondaryIndexes: _, ...plain } = create
  const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' }]
  await succeed(one, 'CreateTable', { ...plain, AttributeDefinitions, BillingMode: 'PROVISIONED', ProvisionedThroughput })
  const ScalableDimension = 'dynamodb:table:ReadCapacityUnits'
  const target = { ServiceNamespace: 'dynamodb', ResourceId: `table/${TableName}`, ScalableDimension, MinCapacity: 1, MaxCapacity: 9 }
  const scope = 'test/20261122/us-east-1/application-autoscaling/aws4_request'
  const answer = await other.handle({
    target: 'AnyScaleFrontendService.RegisterScalableTarget',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': '20261122T100000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
    },
    body: Buffer.from(JSON.stringify(target)),
  })
  assert.equal(answer.status, 200, answer.body)
  await other.close()
})

const byNumber = { AttributeDefinitions: [{ AttributeName: 'n', AttributeType: 'N' }] }

test('What is put where another node has just added an index must have the types of its key', async () => {
  for (const [operation, input] of [
    ['PutItem', { TableName, Item: { ...Key, n: { S: 'x' } } }],
    ['UpdateItem', { TableName, Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { S: 'x' } } }],
    ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, n: { S: 'x' } } } }] } }],
    ['ExecuteStatement', { Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'a', 'n': 'x'}` }],
    ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: { ...Key, n: { S: 'x' } } } }] }],
  ] as const) {
    const [one, other] = await openTwo()
    await succeed(one, 'CreateTable', create)
    await one.control.runJobs()
    await succeed(other, 'DescribeTable', { TableName })
    const Create = { IndexName: 'by-n', KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
    await succeed(one, 'UpdateTable', { TableName, ...byNumber, GlobalSecondaryIndexUpdates: [{ Create }] })
    const { exception, body } = await call(other, operation, input)
    assert.ok(exception === 'ValidationException' || exception === 'TransactionCanceledException', `${operation}: ${exception}`)
    assert.match(JSON.stringify(body), /Type mismatch for Index Key n Expected: N Actual: S IndexName: by-n/)
    assert.deepEqual((await succeed(one, 'Scan', { TableName })).Items, [])
    await other.close()
  }
})

test('A transaction is not cancelled for what a table was before another node made it anew', async () => {
  const [one, other] = await openTwo()
  const keyed = (name: string): object => ({
    ...create,
    AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    GlobalSecondaryIndexes: undefined,
  })
  for (const [name, operation] of [
    ['a', 'TransactWriteItems'],
    ['b', 'TransactGetItems'],
  ] as const) {
    await succeed(one, 'CreateTable', keyed('pk'))
    await succeed(other, 'DescribeTable', { TableName })
    await succeed(one, 'DeleteTable', { TableName })
    await succeed(one, 'CreateTable', keyed(name))
    const key = { [name]: { S: 'x' } }
    const action = operation === 'TransactGetItems' ? { Get: { TableName, Key: key } } : { Delete: { TableName, Key: key } }
    await succeed(other, operation, { TransactItems: [action] })
    await succeed(one, 'DeleteTable', { TableName })
  }
  await other.close()
})

test('A read that is asked again because another node changed the table is metered once', async () => {
  for (const [operation, input, units] of [
    ['GetItem', { TableName, Key, ConsistentRead: true }, 1],
    ['Query', { TableName, KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } }, ConsistentRead: true }, 1],
    ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key], ConsistentRead: true } } }, 1],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }, 2],
  ] as const) {
    const [one, other] = await openTwo()
    await succeed(one, 'CreateTable', create)
    await one.control.runJobs()
    await succeed(one, 'PutItem', { TableName, Item: Key })
    await succeed(other, 'DescribeTable', { TableName })
    await succeed(one, 'UpdateTable', { TableName, DeletionProtectionEnabled: true })
    await succeed(other, operation, input)
    const { metrics } = other.controlContext.engine.metering
    assert.equal(metrics.find('ConsumedReadCapacityUnits', { region: '', TableName })?.sumOfAll, units, operation)
    await other.close()
  }
})
