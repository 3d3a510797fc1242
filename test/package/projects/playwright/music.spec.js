const { expect } = require('@playwright/test')
const { test } = require('stator/playwright')
const { DynamoDBClient, PutItemCommand, ScanCommand } = require('@aws-sdk/client-dynamodb')

for (const round of [1, 2, 3, 4]) {
  test(`each test begins as all do (${round})`, async ({ stator }) => {
    const client = new DynamoDBClient({
      region: stator.region,
      credentials: stator.credentials,
      endpoint: stator.env.AWS_ENDPOINT_URL_DYNAMODB,
    })
    await client.send(new PutItemCommand({ TableName: 'Music', Item: { artist: { S: 'Bob' }, song: { S: String(round) } } }))
    expect((await client.send(new ScanCommand({ TableName: 'Music' }))).Count).toBe(4)
    client.destroy()
  })
}

test('a server of the worker finds it', async ({ statorOfWorker }) => {
  expect(process.env.AWS_ENDPOINT_URL_DYNAMODB).toBe(statorOfWorker.endpoint)
})
