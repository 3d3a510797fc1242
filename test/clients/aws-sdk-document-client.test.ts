/**
 * The AWS SDK for JavaScript v3 against a running server, through the document client: JavaScript values in and out, with
 * sets, bytes and numbers that a double cannot hold.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  NumberValue,
  PutCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const TableName = 'Readings'
const patience = { maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }
const readings = Array.from({ length: 30 }, (_, number) => ({ sensor: 'roof', at: number - 10, celsius: number / 4 }))

describe('AWS SDK for JavaScript, DynamoDBDocumentClient', () => {
  let server: RunningServer
  let client: DynamoDBClient
  let documents: DynamoDBDocumentClient

  before(async () => {
    server = await startServer()
    client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
    documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true } })
  })

  after(async () => {
    client.destroy()
    assert.equal(await server.close(), 0)
  })

  test('CreateTable makes a table with a numeric sort key that the waiter finds', async () => {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [
          { AttributeName: 'sensor', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'sensor', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 10 },
      }),
    )
    const waited = await waitUntilTableExists({ client, ...patience }, { TableName })
    assert.equal(waited.state, 'SUCCESS')
  })

  test('Put and Get bring back every type', async () => {
    const item = {
      sensor: 'types',
      at: 1,
      text: 'é☃𝔘',
      half: 0.5,
      yes: false,
      nothing: null,
      bytes: Uint8Array.of(0, 1, 255),
      words: new Set(['a', 'b']),
      numbers: new Set([-1, 2.5]),
      blobs: new Set([Uint8Array.of(1), Uint8Array.of(2)]),
      list: [1, 'two', [null, { three: 3 }]],
      map: { inner: { empty: {}, none: [] } },
      missing: undefined,
    }
    await documents.send(new PutCommand({ TableName, Item: item }))
    const { Item } = await documents.send(new GetCommand({ TableName, Key: { sensor: 'types', at: 1 } }))
    const { missing: _, ...expected } = item
    assert.deepEqual(Item, expected)
  })

  test('numbers beyond a double keep all their digits', async () => {
    const exact = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 }), {
      unmarshallOptions: { wrapNumbers: true },
    })
    const digits = '1234567890123456789012345678901234567.8'
    await exact.send(
      new PutCommand({ TableName, Item: { sensor: 'digits', at: 2n, big: NumberValue.from(digits), bits: 9007199254740993n } }),
    )
    const { Item } = await exact.send(new GetCommand({ TableName, Key: { sensor: 'digits', at: 2 } }))
    assert.equal(String(Item?.big), digits)
    assert.equal(String(Item?.bits), '9007199254740993')
    // Whoever reads it without wrapNumbers, as the scan below does, gets an error from the SDK.
    await exact.send(new DeleteCommand({ TableName, Key: { sensor: 'digits', at: 2 } }))
    exact.destroy()
  })

  test('Update obeys its condition', async () => {
    const update = new UpdateCommand({
      TableName,
      Key: { sensor: 'types', at: 1 },
      UpdateExpression: 'SET half = half + :more REMOVE nothing ADD words :words DELETE numbers :numbers',
      ConditionExpression: 'half < :limit AND contains(words, :word)',
      ExpressionAttributeValues: { ':more': 1, ':limit': 1, ':word': 'a', ':words': new Set(['c']), ':numbers': new Set([-1]) },
      ReturnValues: 'ALL_NEW',
    })
    const { Attributes } = await documents.send(update)
    assert.equal(Attributes?.half, 1.5)
    assert.deepEqual(Attributes?.words, new Set(['a', 'b', 'c']))
    assert.deepEqual(Attributes?.numbers, new Set([2.5]))
    assert.ok(Attributes !== undefined && !('nothing' in Attributes))
    await assert.rejects(documents.send(update), ConditionalCheckFailedException)
  })

  test('BatchWrite and BatchGet carry many items at once', async () => {
    for (const batch of [readings.slice(0, 25), readings.slice(25)]) {
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: batch.map((Item) => ({ PutRequest: { Item } })) } }),
      )
      assert.deepEqual(UnprocessedItems, {})
    }
    const Keys = readings.map(({ sensor, at }) => ({ sensor, at }))
    const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }))
    assert.deepEqual(
      Responses?.[TableName]?.toSorted((a, b) => a.at - b.at),
      readings,
    )
  })

  test('Query orders numeric sort keys by value, in one page or many', async () => {
    const query = {
      TableName,
      KeyConditionExpression: 'sensor = :sensor AND #at BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':sensor': 'roof', ':from': -5, ':to': 12 },
    }
    const expected = readings.slice(5, 23)
    const { Items } = await documents.send(new QueryCommand(query))
    assert.deepEqual(Items, expected)
    const seen = []
    for await (const page of paginateQuery({ client: documents, pageSize: 4 }, query)) seen.push(...(page.Items ?? []))
    assert.deepEqual(seen, expected)
  })

  test('Scan pages see every item once, and a filter only what it lets through', async () => {
    const seen = []
    for await (const page of paginateScan({ client: documents, pageSize: 7 }, { TableName })) seen.push(...(page.Items ?? []))
    assert.equal(seen.length, readings.length + 1)
    const cold = []
    const filter = { FilterExpression: 'celsius < :limit', ExpressionAttributeValues: { ':limit': 1 } }
    for await (const page of paginateScan({ client: documents, pageSize: 7 }, { TableName, ...filter })) cold.push(...(page.Items ?? []))
    assert.equal(cold.length, 4)
  })

  test('Delete removes an item once its condition holds', async () => {
    const remove = (celsius: number) =>
      documents.send(
        new DeleteCommand({
          TableName,
          Key: { sensor: 'roof', at: -10 },
          ConditionExpression: 'celsius = :celsius',
          ExpressionAttributeValues: { ':celsius': celsius },
          ReturnValues: 'ALL_OLD',
        }),
      )
    await assert.rejects(remove(5), ConditionalCheckFailedException)
    const { Attributes } = await remove(0)
    assert.deepEqual(Attributes, readings[0])
  })

  test('DeleteTable removes the table and the waiter sees it go', async () => {
    await client.send(new DeleteTableCommand({ TableName }))
    const waited = await waitUntilTableNotExists({ client, ...patience }, { TableName })
    assert.equal(waited.state, 'SUCCESS')
  })
})
