/** What streams cost, counted: one more put for a change, one scan for a page of records, nothing for jobs that have nothing to do. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { keepMetricsJobs } from '../../src/metering/metrics/keep-metrics.ts'
import { succeed } from '../harness/service.ts'
import { openCountedService } from './counted-service.ts'

const clock = new ManualClock(1_795_341_600_000)
const { service, workOf } = await openCountedService({ clock })
after(() => service.close())

const idle = { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }

const table = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
}
await succeed(service, 'CreateTable', { ...table, TableName: 'Plain' })
const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
const created = await succeed(service, 'CreateTable', { ...table, TableName: 'Streamed', StreamSpecification })
const StreamArn = (created.TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn
const put = (TableName: string, text: string) => () =>
  succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' }, text: { S: text } } })

test('a change of a table with a stream is one more put', async () => {
  for (const text of ['one', 'three']) {
    const plain = await workOf(put('Plain', text))
    assert.deepEqual(await workOf(put('Streamed', text)), { ...plain, puts: plain.puts + 1 })
  }
})

test('a write that changes nothing is no put, with a stream or without', async () => {
  assert.deepEqual(await workOf(put('Streamed', 'three')), await workOf(put('Plain', 'three')))
})

test('a page of records is one scan', async () => {
  const ShardId = 'shardId-00000001795341600000-00000001'
  const { ShardIterator } = await succeed(service, 'GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  assert.deepEqual(await workOf(() => succeed(service, 'GetRecords', { ShardIterator })), { ...idle, scans: 1 })
})

test('jobs do not look at shards that have nothing old enough', async () => {
  await service.control.runJobs()
  const before = await workOf(() => service.control.runJobs())
  clock.advance(3_600_000)
  // Metrics have much to say of an hour.
  for (const { step } of keepMetricsJobs(service.controlContext.engine)) while (await step(clock.now()));
  // The sizes of partitions are looked at by gets, and so are the records that another process may have put; one scan looks for backups
  // that are over, and one for exports.
  const afterHour = await workOf(() => service.control.runJobs())
  assert.deepEqual({ ...afterHour, gets: 0 }, { ...before, scans: before.scans + 2 })
})
