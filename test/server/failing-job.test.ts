/** A job that fails, time and again, while everything else has to go on; and what deleted tables and indexes leave behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { KeyRange } from '../../src/storage/store.ts'
import { damagedStore } from '../harness/damaged-store.ts'
import { openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
/** The sweep records of deleted tables (keyspace 0x03). */
const sweepTag = 0x03

const table = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
}

test('a job that fails keeps no other from its work, is told of, and does its own when it can again', async () => {
  const clock = new ManualClock(startMs)
  const status = { isDamaged: true }
  const service = await openTestService({ kind: 'custom', open: () => damagedStore(openMemoryStore(), sweepTag, status) }, { clock })
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }
  const { TableDescription } = await succeed(service, 'CreateTable', { ...table, TableName: 'Streamed', StreamSpecification })
  const { LatestStreamArn: StreamArn } = TableDescription as { readonly LatestStreamArn: string }
  await succeed(service, 'CreateTable', { ...table, TableName: 'Gone' })
  await succeed(service, 'PutItem', { TableName: 'Gone', Item: { pk: { S: 'a' } } })
  await succeed(service, 'DeleteTable', { TableName: 'Gone' })
  const shards = async (): Promise<number> => {
    const { StreamDescription } = await succeed(service, 'DescribeStream', { StreamArn })
    return (StreamDescription as { readonly Shards: readonly unknown[] }).Shards.length
  }
  // Streams have their step behind the sweep of deleted tables.
  clock.advance(4 * hourMs)
  await assert.rejects(service.control.runJobs(), { message: /deleted tables/ })
  assert.equal(await shards(), 2)
  clock.advance(4 * hourMs)
  await assert.rejects(service.control.runJobs(), { message: /deleted tables/ })
  assert.equal(await shards(), 3)
  status.isDamaged = false
  await service.control.runJobs()
  const { engine } = service.controlContext
  const left = await engine.store.view(async (view) => {
    const range = { start: Uint8Array.of(sweepTag), end: Uint8Array.of(sweepTag + 1) } as unknown as KeyRange
    return (await view.scan(range, { entries: 1, bytes: 1 })).entries
  })
  assert.deepEqual(left, [])
  await service.close()
})

const index = { IndexName: 'byG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
const indexed = {
  TableName: 'Tab',
  AttributeDefinitions: ['g', 'pk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: table.KeySchema,
  BillingMode: 'PAY_PER_REQUEST',
}

test('a new index does not lag because one that was deleted did, whichever name it has', async () => {
  for (const name of ['byG', 'other']) {
    const service = await openTestService('any')
    await succeed(service, 'CreateTable', { ...indexed, GlobalSecondaryIndexes: [index] })
    await service.control.setIndexLag({ table: 'Tab', index: 'byG', indexLagMs: 10_000 })
    await succeed(service, 'UpdateTable', { TableName: 'Tab', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byG' } }] })
    await service.control.runJobs()
    const { AttributeDefinitions } = indexed
    const Create = { ...index, IndexName: name }
    await succeed(service, 'UpdateTable', { TableName: 'Tab', AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] })
    await service.control.runJobs()
    assert.deepEqual(await service.control.indexLag({ table: 'Tab', index: name }), { indexLagMs: 0, own: false })
    await succeed(service, 'PutItem', { TableName: 'Tab', Item: { pk: { S: 'a' }, g: { S: 'x' } } })
    assert.equal((await succeed(service, 'Scan', { TableName: 'Tab', IndexName: name })).Count, 1)
    await service.close()
  }
})

test('the throttles of a deleted table are told of no more', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock })
  const throttled = async (): Promise<number> => (await service.control.throttles()).throttles.length
  await succeed(service, 'CreateTable', { ...table, TableName: 'Tab' })
  for (let at = 0; at < 3; at += 1) await succeed(service, 'PutItem', { TableName: 'Tab', Item: { pk: { S: String(at) } } })
  assert.equal(await throttled(), 1)
  await succeed(service, 'DeleteTable', { TableName: 'Tab' })
  await service.control.runJobs()
  assert.equal(await throttled(), 0)
  await service.close()
})
