/** What traffic costs where one process has the store to itself: nothing is written for it, and nothing is read when somebody asks. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { partitionHeatOfAll } from '../../src/metering/reports/partition-heat-of-all.ts'
import { succeed } from '../harness/service.ts'
import { ordersTable, TableName } from '../harness/traffic-nodes.ts'
import { openCountedService } from './counted-service.ts'

const clock = new ManualClock(1_795_341_600_000)
const { service, workOf } = await openCountedService({ clock })
after(() => service.close())
await succeed(service, 'CreateTable', ordersTable)

const idle = { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }
const request = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } }

test('a minute with traffic is told to nobody', async () => {
  await service.control.runJobs()
  await succeed(service, 'Query', request)
  clock.advance(minuteMs)
  assert.deepEqual(await workOf(() => service.beat()), idle)
})

test('heat, hot keys, patterns, throttles are answered from memory, and forgotten there', async () => {
  const { control } = service
  const asked = [
    () => control.heat({ table: TableName }),
    () => control.hotKeys({ table: TableName }),
    () => control.patterns(),
    () => control.throttles(),
    () => control.nodes(),
    () => control.forgetTraffic(),
  ]
  for (const ask of asked) assert.deepEqual(await workOf(ask), idle)
  assert.equal('others' in (await control.heat({ table: TableName })), false)
})

test('partitions are judged without a look at what others told', async () => {
  await succeed(service, 'Query', request)
  clock.advance(minuteMs)
  assert.deepEqual(await workOf(() => partitionHeatOfAll(service.controlContext.engine)), idle)
})
