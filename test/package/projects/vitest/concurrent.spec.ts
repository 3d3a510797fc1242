import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { test } from 'stator/vitest'
import { expect } from 'vitest'

for (const round of Array.from({ length: 10 }, (_, index) => index)) {
  test.concurrent(`each of many at the same time has its own (${round})`, async ({ stator }) => {
    const client = stator.documentClient()
    const Key = { artist: 'Nina', song: 'Sinnerman' }
    const asked = { UpdateExpression: 'ADD plays :one', ExpressionAttributeValues: { ':one': 1 } }
    await client.send(new UpdateCommand({ TableName: 'Music', Key, ...asked }))
    expect((await client.send(new GetCommand({ TableName: 'Music', Key }))).Item?.plays).toBe(4)
  })
}
