/** A reset of many tables: how many it changes at a time, and that nothing is left of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resetTablesAtOnceMax } from '../../src/server/limits.ts'
import type { Service } from '../../src/server/start.ts'
import { succeed } from '../harness/service.ts'
import { turnsDuring } from '../harness/turns-during.ts'
import { type CountedService, openCountedService } from './counted-service.ts'

const throughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }

async function createTable(service: Service, TableName: string): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName,
    AttributeDefinitions: ['id', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: throughput,
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOwner',
        KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: throughput,
      },
    ],
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  await succeed(service, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' }, owner: { S: 'b' }, until: { N: '9999999999' } } })
}

/** What is kept of tables and their data; metrics outlive tables, as on AWS. By the table of keys in engine/keyspace/keys.ts. */
const tagsOfTables: readonly number[] = [0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x10, 0x14, 0x15]

async function leftOfTables({ store }: CountedService): Promise<readonly string[]> {
  const everything = { start: Uint8Array.of(0), end: Uint8Array.of(0xff) } as never
  const { entries } = await store.view(async (view) => view.scan(everything, { entries: 1_000_000, bytes: 1e9 }))
  return entries.filter(({ key }) => tagsOfTables.includes(key[0] ?? 0)).map(({ key }) => Buffer.from(key).toString('hex'))
}

for (const recreate of [false, true]) {
  test(`a reset that ${recreate ? 'makes its tables anew' : 'drops its tables'} changes at most a hundred in a turn, lets others in between, and leaves nothing of them`, async () => {
    const counted = await openCountedService()
    const { service } = counted
    const count = 2 * resetTablesAtOnceMax + 1
    for (let at = 0; at < count; at += 1) await createTable(service, `Table${at}`)
    assert.ok((await leftOfTables(counted)).length > 5 * count)
    counted.store.takeWork()
    const { turns, outcome } = await turnsDuring(() => service.control.reset({ recreate }))
    assert.deepEqual(outcome, recreate ? { dropped: 0, recreated: count } : { dropped: count, recreated: 0 })
    assert.ok(turns >= 2, `${turns} turns of others`)
    const work = counted.store.takeWork()
    assert.equal(work.turns, 3)
    await service.control.runJobs()
    if (recreate) {
      assert.deepEqual((await succeed(service, 'Scan', { TableName: 'Table7' })).Items, [])
      assert.equal((await leftOfTables(counted)).filter((key) => key.startsWith('10')).length, 0)
      await service.control.reset()
      await service.control.runJobs()
    }
    assert.deepEqual(await leftOfTables(counted), [])
    await service.close()
  })
}
