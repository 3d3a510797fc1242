/** Each test finds the data of the configuration; it is Stator that answers, with what dynalite does not have. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { afterAll, expect, test } from 'vitest'

const client = DynamoDBDocument.from(new DynamoDBClient({ endpoint: process.env.MOCK_DYNAMODB_ENDPOINT, region: 'local' }))
const vitamin = { artist: 'Can', song: 'Vitamin C' }

afterAll(() => client.destroy())

test('writes', async () => {
  await client.transactWrite({
    TransactItems: [
      { Put: { TableName: 'Music', Item: { artist: 'Can', song: 'Mushroom' } } },
      { Update: { TableName: 'Music', Key: vitamin, UpdateExpression: 'ADD plays :one', ExpressionAttributeValues: { ':one': 1 } } },
    ],
  })
  const { Items } = await client.query({
    TableName: 'Music',
    KeyConditionExpression: 'artist = :a',
    ExpressionAttributeValues: { ':a': 'Can' },
  })
  expect(Items.map(({ plays }) => plays)).toEqual([undefined, 4])
})

test('begins anew', async () => {
  expect((await client.get({ TableName: 'Music', Key: vitamin })).Item.plays).toBe(3)
  expect((await client.scan({ TableName: 'Music' })).Count).toBe(1)
})
