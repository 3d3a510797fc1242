/**
 * The AWS SDK for JavaScript v3 against a running server, through the plain client: wire format, typed exceptions, waiters,
 * paginators, and the checksum of every answer. Tests build on each other in the order of a table's life.
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  paginateListTables,
  paginateQuery,
  paginateScan,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const TableName = 'Orders'
const patience = { maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }

const orders: readonly { [name: string]: AttributeValue }[] = Array.from({ length: 12 }, (_, number) => ({
  customer: { S: 'ada' },
  placedAt: { S: `2026-${String(number + 1).padStart(2, '0')}-15` },
  sum: { N: String(number * 10) },
}))

describe('AWS SDK for JavaScript, DynamoDBClient', () => {
  let server: RunningServer
  let client: DynamoDBClient
  let checkedAnswers = 0

  before(async () => {
    server = await startServer()
    client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
    checkChecksums(client, () => {
      checkedAnswers += 1
    })
  })

  after(async () => {
    client.destroy()
    assert.equal(await server.close(), 0)
  })

  test('CreateTable makes a table with a composite key that the waiter finds', async () => {
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [
          { AttributeName: 'customer', AttributeType: 'S' },
          { AttributeName: 'placedAt', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'placedAt', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    assert.equal(TableDescription?.TableName, TableName)
    assert.ok(TableDescription?.CreationDateTime instanceof Date)
    const waited = await waitUntilTableExists({ client, ...patience }, { TableName })
    assert.equal(waited.state, 'SUCCESS')
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    assert.equal(Table?.TableStatus, 'ACTIVE')
    assert.equal(Table?.TableId, TableDescription?.TableId)
    assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST')
    assert.deepEqual(Table?.KeySchema, [
      { AttributeName: 'customer', KeyType: 'HASH' },
      { AttributeName: 'placedAt', KeyType: 'RANGE' },
    ])
  })

  test('CreateTable of an existing name is a ResourceInUseException', async () => {
    const again = client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    await assert.rejects(again, (error) => error instanceof ResourceInUseException && error.$metadata.httpStatusCode === 400)
  })

  test('PutItem and GetItem bring back every type', async () => {
    const item: { [name: string]: AttributeValue } = {
      customer: { S: 'types' },
      placedAt: { S: '2026-01-01' },
      text: { S: 'snow ☃ and 𝔘, "quoted"\n' },
      empty: { S: '' },
      number: { N: '-12345678901234567890.123456789012345678' },
      bytes: { B: Uint8Array.of(0, 255, 128, 10) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      words: { SS: ['a', 'b', 'é'] },
      numbers: { NS: ['-1', '2.5', '10'] },
      blobs: { BS: [Uint8Array.of(1), Uint8Array.of(2, 3)] },
      list: { L: [{ S: 'x' }, { M: { deep: { L: [] } } }] },
      map: { M: { ['__proto__']: { S: 'a name like any other' }, constructor: { N: '1' } } },
    }
    await client.send(new PutItemCommand({ TableName, Item: item }))
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: { customer: { S: 'types' }, placedAt: { S: '2026-01-01' } }, ConsistentRead: true }),
    )
    assert.deepEqual(Item, item)
  })

  test('GetItem of an absent key has no Item, and of an absent table is a ResourceNotFoundException', async () => {
    const Key = { customer: { S: 'nobody' }, placedAt: { S: 'never' } }
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }))
    assert.equal(Item, undefined)
    await assert.rejects(client.send(new GetItemCommand({ TableName: 'Absent', Key })), (error) => {
      assert.ok(error instanceof ResourceNotFoundException)
      assert.equal(error.message, 'Requested resource not found')
      return true
    })
  })

  test('PutItem that fails its condition is a ConditionalCheckFailedException with the item that was there', async () => {
    const Item = { customer: { S: 'eve' }, placedAt: { S: '2026-01-01' }, sum: { N: '7' } }
    await client.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(customer)' }))
    const again = client.send(
      new PutItemCommand({
        TableName,
        Item: { ...Item, sum: { N: '8' } },
        ConditionExpression: 'attribute_not_exists(customer)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    await assert.rejects(again, (error) => {
      assert.ok(error instanceof ConditionalCheckFailedException)
      assert.equal(error.message, 'The conditional request failed')
      assert.deepEqual(error.Item, Item)
      return true
    })
  })

  test('UpdateItem obeys its condition and returns what it changed', async () => {
    const update: UpdateItemCommandInput = {
      TableName,
      Key: { customer: { S: 'eve' }, placedAt: { S: '2026-01-01' } },
      UpdateExpression: 'SET #sum = #sum + :more, history = list_append(if_not_exists(history, :none), :entry)',
      ConditionExpression: '#sum BETWEEN :low AND :high',
      ExpressionAttributeNames: { '#sum': 'sum' },
      ExpressionAttributeValues: {
        ':more': { N: '3' },
        ':none': { L: [] },
        ':entry': { L: [{ S: 'raised' }] },
        ':low': { N: '0' },
        ':high': { N: '9' },
      },
      ReturnValues: 'UPDATED_NEW',
    }
    const { Attributes } = await client.send(new UpdateItemCommand(update))
    assert.deepEqual(Attributes, { sum: { N: '10' }, history: { L: [{ S: 'raised' }] } })
    await assert.rejects(client.send(new UpdateItemCommand(update)), ConditionalCheckFailedException)
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: update.Key, ConsistentRead: true }))
    assert.deepEqual(Item?.sum, { N: '10' })
  })

  test('BatchWriteItem and BatchGetItem carry many items at once', async () => {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: orders.map((Item) => ({ PutRequest: { Item } })) } }),
    )
    assert.deepEqual(UnprocessedItems, {})
    const Keys = orders.map(({ customer, placedAt }) => ({ customer, placedAt })) as { [name: string]: AttributeValue }[]
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [...Keys, { customer: { S: 'x' }, placedAt: { S: 'y' } }] } } }),
    )
    assert.deepEqual(UnprocessedKeys, {})
    assert.deepEqual(byDate(Responses?.[TableName]), orders)
  })

  test('Query understands begins_with and BETWEEN, forwards and backwards', async () => {
    const query = (condition: string, values: { [name: string]: AttributeValue }, ScanIndexForward = true) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: `customer = :customer AND ${condition}`,
          ExpressionAttributeValues: { ':customer': { S: 'ada' }, ...values },
          ScanIndexForward,
        }),
      )
    const autumn = await query('begins_with(placedAt, :prefix)', { ':prefix': { S: '2026-1' } })
    assert.deepEqual(autumn.Items, orders.slice(9))
    assert.equal(autumn.Count, 3)
    const spring = await query('placedAt BETWEEN :from AND :to', { ':from': { S: '2026-03' }, ':to': { S: '2026-05-15' } }, false)
    assert.deepEqual(spring.Items, orders.slice(2, 5).reverse())
  })

  test('Query pages end with LastEvaluatedKey until everything was seen', async () => {
    const query = {
      TableName,
      KeyConditionExpression: 'customer = :customer',
      ExpressionAttributeValues: { ':customer': { S: 'ada' } },
    }
    const first = await client.send(new QueryCommand({ ...query, Limit: 5 }))
    assert.deepEqual(first.LastEvaluatedKey, { customer: { S: 'ada' }, placedAt: { S: '2026-05-15' } })
    const seen = []
    for await (const page of paginateQuery({ client, pageSize: 5 }, query)) seen.push(...(page.Items ?? []))
    assert.deepEqual(seen, orders)
  })

  test('Scan filters, and its paginator and segments see every item once', async () => {
    const { Items, ScannedCount } = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: '#sum >= :least',
        ExpressionAttributeNames: { '#sum': 'sum' },
        ExpressionAttributeValues: { ':least': { N: '100' } },
      }),
    )
    assert.deepEqual(byDate(Items), orders.slice(10))
    assert.equal(ScannedCount, orders.length + 2)
    for (const segments of [[{}], [0, 1, 2].map((Segment) => ({ Segment, TotalSegments: 3 }))]) {
      const seen = []
      for (const segment of segments) {
        for await (const page of paginateScan({ client, pageSize: 3 }, { TableName, ...segment })) seen.push(...(page.Items ?? []))
      }
      assert.equal(seen.length, orders.length + 2)
      assert.deepEqual(byDate(seen.filter((item) => item.customer?.S === 'ada')), orders)
    }
  })

  test('DeleteItem returns the item it removed', async () => {
    const Key = { customer: { S: 'ada' }, placedAt: { S: '2026-01-15' } }
    const { Attributes } = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
    assert.deepEqual(Attributes, orders[0])
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
    assert.equal(Item, undefined)
  })

  test('a request that is not valid is a ValidationException with its text', async () => {
    const put = client.send(new PutItemCommand({ TableName, Item: { customer: { S: 'no sort key' } } }))
    await assert.rejects(put, (error) => {
      assert.ok(error instanceof DynamoDBServiceException)
      assert.equal(error.name, 'ValidationException')
      assert.equal(error.message, 'One or more parameter values were invalid: Missing the key placedAt in the item')
      assert.match(error.$metadata.requestId ?? '', /^[A-Z0-9]{52}$/)
      return true
    })
  })

  test('the endpoint may come from AWS_ENDPOINT_URL_DYNAMODB', async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = server.endpoint
    const configured = new DynamoDBClient({ region, credentials, maxAttempts: 1 })
    try {
      const { TableNames } = await configured.send(new ListTablesCommand({}))
      assert.deepEqual(TableNames, [TableName])
    } finally {
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB
      configured.destroy()
    }
  })

  test('DeleteTable removes the table and the waiter sees it go', async () => {
    await client.send(new DeleteTableCommand({ TableName }))
    const waited = await waitUntilTableNotExists({ client, ...patience }, { TableName })
    assert.equal(waited.state, 'SUCCESS')
    const names = []
    for await (const page of paginateListTables({ client }, {})) names.push(...(page.TableNames ?? []))
    assert.deepEqual(names, [])
    await assert.rejects(client.send(new DescribeTableCommand({ TableName })), ResourceNotFoundException)
  })

  test('every answer carried the checksum of its body', () => {
    assert.ok(checkedAnswers > 25, `${checkedAnswers} answers were checked`)
  })
})

function byDate(items: readonly { [name: string]: AttributeValue }[] = []): { [name: string]: AttributeValue }[] {
  return items.toSorted((a, b) => ((a.placedAt?.S ?? '') < (b.placedAt?.S ?? '') ? -1 : 1))
}

/** Version 3 of the SDK no longer verifies `x-amz-crc32` by itself; other SDKs do, and retry when it is wrong. */
function checkChecksums(client: DynamoDBClient, checked: () => void): void {
  client.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request)
      const response = result.response as { headers: { [name: string]: string }; body: Readable }
      const body = Buffer.concat(await response.body.toArray())
      assert.equal(response.headers['x-amz-crc32'], String(crc32(body)))
      response.body = Readable.from([body])
      checked()
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'checkChecksums' },
  )
}
