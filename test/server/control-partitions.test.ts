/** Partitions as the control endpoint tells them, and as it splits them, in process. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { partitionsText } from '../../src/server/prometheus.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const clock = new ManualClock(1_795_341_600_000)
let service: Service

before(async () => {
  service = await openTestService('any', { clock, partitionLimits: { writeUnitsPerSecondMax: 10 } })
  await succeed(service, 'CreateTable', {
    TableName: 'Orders',
    ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 1000 },
    AttributeDefinitions: ['pk', 'customer'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCustomer',
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
        ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 10 },
      },
    ],
  })
})

after(() => service.close())

test('the partitions of a table and its global indexes are told with what they did in the last minute', async () => {
  for (let at = 0; at < 120; at += 1) await succeed(service, 'PutItem', { TableName: 'Orders', Item: { pk: { S: 'hot' } } })
  clock.advance(60_000)
  const { partitions } = await service.control.partitions({ table: 'Orders' })
  const nothing = { unitsPerSecond: 0, shareOfLimit: 0, refused: 0 }
  const common = { startsInsideCollection: false, since: '2026-11-22T10:00:00.000Z', read: nothing }
  const hot = partitions.find(({ write }) => write.unitsPerSecond > 0)
  assert.deepEqual({ ...hot?.write, refused: 0 }, { unitsPerSecond: 2, shareOfLimit: 0.2, refused: 0 })
  assert.deepEqual(
    partitions.map((partition) => ({ ...partition, write: partition === hot ? 'hot' : partition.write })),
    [
      { id: 1, fromHash: '00000000', toHash: '80000000', estimatedSizeBytes: 3, write: hot?.id === 1 ? 'hot' : nothing, ...common },
      { id: 2, fromHash: '80000000', toHash: '100000000', estimatedSizeBytes: 3, write: hot?.id === 2 ? 'hot' : nothing, ...common },
      { index: 'byCustomer', id: 1, fromHash: '00000000', toHash: '100000000', estimatedSizeBytes: 0, write: nothing, ...common },
    ],
  )
})

test('a partition is split in the middle when its keys say nothing, and where they say when they do', async () => {
  const { splits } = await service.control.splitPartitions({ table: 'Orders', index: 'byCustomer' })
  assert.deepEqual(splits, [{ partition: 1, into: [2, 3] }])
  const { partitions } = await service.control.partitions({ table: 'Orders' })
  assert.deepEqual(
    partitions.filter(({ index }) => index === 'byCustomer').map(({ id, parent, fromHash, toHash }) => ({ id, parent, fromHash, toHash })),
    [
      { id: 2, parent: 1, fromHash: '00000000', toHash: '80000000' },
      { id: 3, parent: 1, fromHash: '80000000', toHash: '100000000' },
    ],
  )
  const hot = (await service.control.partitions({ table: 'Orders' })).partitions.find(({ write }) => write.unitsPerSecond > 0)
  const split = await service.control.splitPartitions({ table: 'Orders', partition: hot?.id ?? 0 })
  assert.deepEqual(split.splits, [{ partition: hot?.id, into: [3, 4, 5] }])
  const parts = (await service.control.partitions({ table: 'Orders' })).partitions
  const alone = parts.find(({ id, index }) => id === 4 && index === undefined)
  assert.equal(Number(`0x${alone?.toHash}`) - Number(`0x${alone?.fromHash}`), 1)
})

test('a single item is not divided, and what is not there is told', async () => {
  await assert.rejects(async () => service.control.splitPartitions({ table: 'Orders', partition: 4 }), {
    status: 400,
    message:
      'Partition 4 of "Orders" cannot be divided: it is one item, or an item collection whose keys say no place, or there are too many partitions.',
  })
  await assert.rejects(async () => service.control.splitPartitions({ table: 'Orders', partition: 99 }), {
    status: 404,
    message: '"Orders" has no partition 99.',
  })
  await assert.rejects(async () => service.control.splitPartitions({ table: 'Orders', index: 'absent' }), {
    status: 404,
    message: 'Table "Orders" has no global index "absent".',
  })
  await assert.rejects(async () => service.control.partitions({ table: 'Absent' }), {
    status: 404,
    message: 'There is no table "Absent" in us-east-1.',
  })
})

test('splits are told with their reason and time, the newest first, and counted by the metrics', async () => {
  const at = '2026-11-22T10:01:00.000Z'
  clock.advance(10_000)
  await service.control.splitPartitions({ table: 'Orders', index: 'byCustomer', partition: 2 })
  const { splits } = await service.control.partitions({ table: 'Orders' })
  const ofTable = splits.find(({ index }) => index === undefined)
  assert.deepEqual(splits, [
    { index: 'byCustomer', partition: 2, into: [4, 5], reason: 'asked', at: '2026-11-22T10:01:10.000Z' },
    { partition: ofTable?.partition, into: [3, 4, 5], reason: 'asked', at },
    { index: 'byCustomer', partition: 1, into: [2, 3], reason: 'asked', at },
  ])
  const ProvisionedThroughput = { ReadCapacityUnits: 10, WriteCapacityUnits: 5000 }
  await succeed(service, 'UpdateTable', { TableName: 'Orders', ProvisionedThroughput })
  clock.advance(10_000)
  await service.control.runJobs()
  const samples = partitionsText(service.controlContext.engine)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  assert.deepEqual(samples, [
    'stator_partitions{table="Orders"} 6',
    'stator_partitions{table="Orders",index="byCustomer"} 3',
    'stator_partition_splits_total{table="Orders",reason="throughput"} 2',
    'stator_partition_splits_total{table="Orders",reason="asked"} 1',
    'stator_partition_splits_total{table="Orders",index="byCustomer",reason="asked"} 2',
  ])
})

test('where each region has its own tables, the metrics of partitions name it', async () => {
  const isolated = await openTestService('any', { clock, regions: 'isolated' })
  await succeed(isolated, 'CreateTable', {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  assert.ok(partitionsText(isolated.controlContext.engine).includes('\nstator_partitions{region="us-east-1",table="Orders"} 4\n'))
  await isolated.close()
})
