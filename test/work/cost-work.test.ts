/** What an estimate of costs costs, counted: tables that nobody used are not read, of the others each series twice, and others have their turn. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { costTablesAtOnceMax } from '../../src/services/limits.ts'
import { succeed } from '../harness/service.ts'
import { turnsDuring } from '../harness/turns-during.ts'
import { openCountedService } from './counted-service.ts'

const tableCount = 60
const indexNames = Array.from({ length: 20 }, (_, at) => `index-${at}`)
const clock = new ManualClock(1_795_341_600_000)
const { service, store } = await openCountedService({ clock })
after(() => service.close())

for (let at = 0; at < tableCount; at += 1) {
  await succeed(service, 'CreateTable', {
    TableName: `Table-${at}`,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', ...indexNames].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: indexNames.map((IndexName) => ({
      IndexName,
      KeySchema: [{ AttributeName: IndexName, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  })
}
clock.advance(minuteMs)
await service.control.runJobs()

/** How often the store is scanned, and how many turns others had meanwhile. */
async function costed(): Promise<{ readonly scans: number; readonly turns: number; readonly dollars: number }> {
  store.takeWork()
  const { turns, outcome } = await turnsDuring(() => service.control.cost())
  const { tables, account } = outcome
  assert.equal(tables.length, tableCount)
  assert.ok(tables.every(({ lines }) => lines.length === 1 + indexNames.length))
  return { scans: store.takeWork().scans, turns, dollars: account.asSet }
}

test('an estimate reads nothing of what nobody used, and gives way', async () => {
  const { scans, turns, dollars } = await costed()
  assert.deepEqual([scans, dollars], [0, 0])
  assert.ok(turns >= tableCount / costTablesAtOnceMax - 1, `${turns}`)
})

test('of a table that was used the ends of each series are read, and then the series', async () => {
  const item = Object.fromEntries(['pk', ...indexNames.slice(0, 2)].map((name) => [name, { S: 'x' }]))
  await succeed(service, 'PutItem', { TableName: 'Table-1', Item: item })
  clock.advance(minuteMs)
  await service.control.runJobs()
  const { scans, dollars } = await costed()
  // The table and two indexes have writes, and nothing has reads.
  const series = [...service.controlContext.engine.metering.metrics.known()].filter(({ name }) => name.startsWith('Consumed')).length
  assert.equal(series, 3)
  assert.equal(scans, 3 * series)
  assert.ok(dollars > 0)
})
