/** connect-dynamodb: sessions of Express, in a table that it makes, not found when their time is over. */
const assert = require('node:assert/strict')
const { DynamoDBClient, DescribeTableCommand } = require('@aws-sdk/client-dynamodb')
const session = require('express-session')

const DynamoDBStore = require('connect-dynamodb')(session)
const client = new DynamoDBClient({})
const store = new DynamoDBStore({ table: 'Sessions', client, readCapacityUnits: 5, writeCapacityUnits: 5 })
const asked = (method, ...values) =>
  new Promise((resolve, reject) => store[method](...values, (error, answer) => (error ? reject(error) : resolve(answer))))

async function main() {
  await store.initialize()
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Sessions' }))
  assert.equal(Table.ProvisionedThroughput.ReadCapacityUnits, 5)

  const cookie = { maxAge: 60_000 }
  await asked('set', 'one', { cookie, user: 'a', basket: ['x', 'y'] })
  const found = await asked('get', 'one')
  assert.deepEqual([found.user, found.basket], ['a', ['x', 'y']])
  await asked('touch', 'one', { cookie: { maxAge: 120_000 } })
  await asked('set', 'old', { cookie: { maxAge: -60_000 } })
  assert.ok(!(await asked('get', 'old')))
  await asked('destroy', 'one')
  assert.ok(!(await asked('get', 'one')))
  console.log('ok')
}

main()
