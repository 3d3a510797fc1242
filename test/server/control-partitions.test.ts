/** Partitions as the control endpoint tells them, and as it splits them, in process. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const clock = new ManualClock(1_795_341_600_000)
let service: Service

before(async () => {
  service = await openTestService({ kind: 'memory' }, { clock, partitionLimits: { writeUnitsPerSecondMax: 10 } })
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
    message: 'Partition 4 of "Orders" cannot be divided: it is a single item, or there are too many partitions.',
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
