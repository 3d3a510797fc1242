const { expect } = require('@playwright/test')
const { test } = require('stator/playwright')
const { PutItemCommand } = require('@aws-sdk/client-dynamodb')

test('fails', async ({ stator }) => {
  await stator.client().send(new PutItemCommand({ TableName: 'Music', Item: { artist: { S: 'Bob' }, song: { S: 'Wrong' } } }))
  expect(1).toBe(2)
})
