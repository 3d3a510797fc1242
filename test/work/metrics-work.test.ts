/** What metrics cost, counted: requests put nothing for them; a minute that is over is one turn for all tables, and none when nothing happened. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { call, succeed } from '../harness/service.ts'
import { openCountedService } from './counted-service.ts'
import type { Work } from './counting-store.ts'

const clock = new ManualClock(1_795_341_600_000)
const { service, workOf } = await openCountedService({ clock })
after(() => service.close())

const tableNames = ['A', 'B', 'C'].map((letter) => `Table-${letter}`)
for (const TableName of tableNames) {
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 100, WriteCapacityUnits: 100 },
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
}

const nothing = { turns: 0, puts: 0, deletes: 0, commits: 0 }

function written({ turns, puts, deletes, commits }: Work): typeof nothing {
  return { turns, puts, deletes, commits }
}

async function askAll(): Promise<void> {
  for (const TableName of tableNames) {
    await succeed(service, 'GetItem', { TableName, Key: { id: { S: '1' } } })
    await succeed(service, 'Query', {
      TableName,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: '1' } },
    })
    assert.equal((await call(service, 'GetItem', { TableName, Key: {} })).status, 400)
  }
}

test('requests put nothing for metrics, nor do jobs within the minute', async () => {
  await service.control.runJobs()
  assert.deepEqual(written(await workOf(askAll)), nothing)
  clock.advance(1000)
  assert.deepEqual(written(await workOf(() => service.control.runJobs())), nothing)
})

test('the first minute is one turn, with a point and a definition for each series', async () => {
  clock.advance(minuteMs)
  const { turns, puts, commits } = await workOf(() => service.control.runJobs())
  assert.deepEqual({ turns, commits }, { turns: 1, commits: 1 })
  assert.equal(puts % 2, 0)
  assert.ok(puts > 0)
})

test('further minutes put only points, and one in which nobody asked anything nothing', async () => {
  await askAll()
  clock.advance(minuteMs)
  const busy = await workOf(() => service.control.runJobs())
  clock.advance(minuteMs)
  const idle = await workOf(() => service.control.runJobs())
  assert.deepEqual([busy.turns, idle.turns], [1, 0])
  // Latency of two operations, what a Query returned, what was consumed, and the errors of all tables together.
  assert.equal(busy.puts, tableNames.length * 4 + 1)
})
