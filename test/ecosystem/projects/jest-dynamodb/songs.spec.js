/** What the environment started answers, and it is Stator: it says in which order transactions fail, and has a control endpoint. */
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb')
const { DynamoDBDocument } = require('@aws-sdk/lib-dynamodb')

const endpoint = `http://localhost:${process.env.BASE_PORT}`
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
const client = DynamoDBDocument.from(new DynamoDBClient({ endpoint, region: 'local-env', credentials }))

afterAll(() => client.destroy())

test('puts and gets', async () => {
  await client.put({ TableName: 'Music', Item: { artist: 'Can', song: 'Vitamin C', plays: 3 } })
  const { Item } = await client.get({ TableName: 'Music', Key: { artist: 'Can', song: 'Vitamin C' } })
  expect(Item.plays).toBe(3)
})

test('is Stator', async () => {
  const answer = await fetch(`${endpoint}/_stator/tables`)
  expect(answer.status).toBe(200)
})
