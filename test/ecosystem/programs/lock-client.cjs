/** dynamodb-lock-client on the AWS SDK v2: locks with leases, fencing tokens that grow, and one that nobody else gets. */
const assert = require('node:assert/strict')
const DynamoDB = require('aws-sdk/clients/dynamodb')
const { FailClosed, FailOpen } = require('dynamodb-lock-client')

const dynamodb = new DynamoDB.DocumentClient({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, region: process.env.AWS_REGION })
const asked = (object, method, ...values) =>
  new Promise((resolve, reject) => object[method](...values, (error, answer) => (error ? reject(error) : resolve(answer))))

async function main() {
  const { makeTable } = await import('./made-table.mjs')
  await makeTable('Leases', { pk: 'id', sk: 'scope' })
  await makeTable('Locks', { pk: 'id' })
  const options = { dynamodb, lockTable: 'Leases', partitionKey: 'id', sortKey: 'scope' }
  const open = new FailOpen({ ...options, heartbeatPeriodMs: 200, leaseDurationMs: 1000 })
  const first = await asked(open, 'acquireLock', { id: 'job', scope: 'all' })
  assert.equal(first.fencingToken, 1)
  const rival = new FailOpen({ ...options, leaseDurationMs: 1000, retryCount: 0 })
  await assert.rejects(asked(rival, 'acquireLock', { id: 'job', scope: 'all' }))
  await asked(first, 'release')
  const second = await asked(rival, 'acquireLock', { id: 'job', scope: 'all' })
  assert.equal(second.fencingToken, 2)
  await asked(second, 'release')

  const closed = new FailClosed({ dynamodb, lockTable: 'Locks', partitionKey: 'id', acquirePeriodMs: 50, retryCount: 1 })
  const held = await asked(closed, 'acquireLock', 'job')
  await assert.rejects(asked(closed, 'acquireLock', 'job'))
  await asked(held, 'release')
  await asked(await asked(closed, 'acquireLock', 'job'), 'release')
  console.log('ok')
}

main()
