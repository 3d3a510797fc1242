/**
 * Transactions through the AWS SDK for JavaScript v3: typed exceptions with their reasons, tokens that the SDK makes by itself, and what
 * a program sees of a transaction that is held open through the control endpoint.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const TableName = 'Shop'

/** Takes `count` of the stock, marks the order as paid and checks that the customer is there. */
function checkout(order: string, count: number): TransactWriteItemsCommandInput {
  return {
    TransactItems: [
      { ConditionCheck: { TableName, Key: { id: { S: 'customer' } }, ConditionExpression: 'attribute_exists(id)' } },
      {
        Update: {
          TableName,
          Key: { id: { S: 'stock' } },
          UpdateExpression: 'SET pieces = pieces - :n',
          ConditionExpression: 'pieces >= :n',
          ExpressionAttributeValues: { ':n': { N: String(count) } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { Put: { TableName, Item: { id: { S: order }, pieces: { N: String(count) } }, ConditionExpression: 'attribute_not_exists(id)' } },
    ],
  }
}

describe('AWS SDK for JavaScript, transactions', () => {
  let server: RunningServer
  let client: DynamoDBClient

  before(async () => {
    server = await startServer()
    client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    )
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'customer' } } }))
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'stock' }, pieces: { N: '5' } } }))
  })

  after(async () => {
    client.destroy()
    await server.close()
  })

  async function stock(): Promise<string | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'stock' } }, ConsistentRead: true }))
    return Item?.pieces?.N
  }

  async function control(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${server.endpoint}/_stator/transactions${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    assert.equal(response.status, 200)
    return response.json()
  }

  test('a checkout is done once, also when the SDK has to send it again', async () => {
    const command = new TransactWriteItemsCommand({ ...checkout('order-1', 2), ClientRequestToken: 'checkout-1' })
    await client.send(command)
    await client.send(command)
    assert.equal(await stock(), '3')
  })

  test('a checkout that fails shows which line failed and why, with the item as it is', async () => {
    await assert.rejects(client.send(new TransactWriteItemsCommand(checkout('order-2', 4))), (error) => {
      assert.ok(error instanceof TransactionCanceledException)
      assert.equal(
        error.message,
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      )
      assert.deepEqual(error.CancellationReasons, [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { id: { S: 'stock' }, pieces: { N: '3' } } },
        { Code: 'None' },
      ])
      return true
    })
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: ['stock', 'order-2'].map((id) => ({ Get: { TableName, Key: { id: { S: id } }, ProjectionExpression: 'pieces' } })),
      }),
    )
    assert.deepEqual(Responses, [{ Item: { pieces: { N: '3' } } }, {}])
  })

  test('a transaction that is held open keeps its items from others until it is released', async () => {
    await control('POST', '/hold-next', { forMs: 60_000 })
    const held = client.send(new TransactWriteItemsCommand(checkout('order-3', 1)))
    while (((await control('GET', '')) as { held: readonly unknown[] }).held.length === 0);
    await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { id: { S: 'stock' } } })), TransactionConflictException)
    await assert.rejects(client.send(new TransactWriteItemsCommand(checkout('order-4', 1))), (error) => {
      assert.ok(error instanceof TransactionCanceledException)
      assert.deepEqual(
        error.CancellationReasons?.map(({ Code }) => Code),
        ['TransactionConflict', 'TransactionConflict', 'None'],
      )
      return true
    })
    assert.equal(await stock(), '3')
    assert.deepEqual(await control('POST', '/release'), { released: 1 })
    await held
    assert.equal(await stock(), '2')
  })
  test('a server that is asked to stop answers a transaction that is held before it does', async () => {
    await control('POST', '/hold-next', { forMs: 3_600_000 })
    const held = client.send(new TransactWriteItemsCommand(checkout('order-5', 1)))
    while (((await control('GET', '')) as { held: readonly unknown[] }).held.length === 0);
    assert.equal(await server.close(), 0)
    await held
  })
})
