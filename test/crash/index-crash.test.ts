/**
 * Killed in the middle of work on indexes: a backfill that had come half way, a queue of changes that a lagging index was still
 * waiting for. The next process ends the work, and the index is the table.
 */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Item } from '../../src/values/attribute-value.ts'
import { itemSizeBytes } from '../../src/values/size.ts'
import { type Body, crashTest, KilledServer } from './killed-server.ts'

const TableName = 'Crash'
const itemCount = 4000
const writers = 8

const byGroup = { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
const keyDefinition = { AttributeName: 'id', AttributeType: 'N' }
const groupDefinition = { AttributeName: 'g', AttributeType: 'S' }
const table = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [keyDefinition],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
}

/** Every third item has nothing that the index could hold it under. */
function item(id: number, round: number): Body {
  return {
    id: { N: String(id) },
    ...(id % 3 > 0 && { g: { S: `g${(id + round) % 7}` } }),
    text: { S: 'x'.repeat(id % 300) },
    round: { N: String(round) },
  }
}

async function load(server: KilledServer): Promise<void> {
  const batches = Array.from({ length: itemCount / 25 }, (_, batch) => batch)
  const loader = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const first = batch * 25
      const puts = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: item(first + at, 0) } }))
      await server.call('BatchWriteItem', { RequestItems: { [TableName]: puts } })
    }
  }
  await Promise.all(Array.from({ length: writers }, loader))
}

/** Writes over random items until the server is gone. */
async function writeUntilGone(server: KilledServer): Promise<void> {
  let round = 1
  const write = async (): Promise<void> => {
    for (;;) {
      round += 1
      const id = (round * 7919) % itemCount
      try {
        if (round % 5 === 0) await server.call('DeleteItem', { TableName, Key: { id: { N: String(id) } } })
        else await server.call('PutItem', { TableName, Item: item(id, round) })
      } catch (error) {
        if (!server.isKilled) throw error
        return
      }
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
}

interface Description {
  readonly ItemCount: number
  readonly TableSizeBytes: number
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexStatus: string
    readonly Backfilling?: boolean
    readonly ItemCount: number
    readonly IndexSizeBytes: number
  }[]
}

async function describe(server: KilledServer): Promise<Description> {
  return (await server.call('DescribeTable', { TableName })).Table as Description
}

async function assertIndexIsTable(server: KilledServer): Promise<void> {
  const [items, entries] = [await server.scan(TableName), await server.scan(TableName, 'by-g')]
  const held = items.filter((one) => one.g !== undefined)
  assert.ok(held.length > 0)
  assert.deepEqual(sorted(entries), sorted(held))
  const { ItemCount, GlobalSecondaryIndexes: [index] = [] } = await describe(server)
  assert.deepEqual([ItemCount, index?.ItemCount], [items.length, held.length])
  assert.equal(
    index?.IndexSizeBytes,
    held.reduce((sum, one) => sum + itemSizeBytes(one as Item), 0),
  )
}

function sorted(items: readonly Body[]): readonly string[] {
  return items.map((one) => JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()
}

crashTest('a backfill that is killed in the middle goes on where it was, and the index is the table', async (t, folder) => {
  let server = await KilledServer.start(t, folder)
  await server.call('CreateTable', table)
  await load(server)
  await server.call('UpdateTable', {
    TableName,
    AttributeDefinitions: [keyDefinition, groupDefinition],
    GlobalSecondaryIndexUpdates: [{ Create: byGroup }],
  })
  let kills = 0
  for (const lifeMs of [60, 150, 150]) {
    const writing = writeUntilGone(server)
    await wait(lifeMs)
    const { GlobalSecondaryIndexes: [index] = [] } = await describe(server)
    if (index?.Backfilling === true) kills += 1
    await server.kill()
    await writing
    server = await KilledServer.start(t, folder)
  }
  assert.ok(kills > 0, 'no kill was early enough')
  await server.control('POST', 'jobs/run')
  const { GlobalSecondaryIndexes: [index] = [] } = await describe(server)
  assert.equal(index?.IndexStatus, 'ACTIVE')
  assert.equal(index?.Backfilling, undefined)
  await assertIndexIsTable(server)
  await server.kill('SIGTERM')
})

crashTest('a lagging index has what was queued before a kill, in order, when its time has come', async (t, folder) => {
  const flags = ['--index-lag', '3600s']
  let server = await KilledServer.start(t, folder, flags)
  await server.call('CreateTable', {
    ...table,
    AttributeDefinitions: [keyDefinition, groupDefinition],
    GlobalSecondaryIndexes: [byGroup],
  })
  for (const lifeMs of [300, 300]) {
    const writing = writeUntilGone(server)
    await wait(lifeMs)
    await server.kill()
    await writing
    server = await KilledServer.start(t, folder, flags)
    assert.deepEqual(await server.scan(TableName, 'by-g'), [], 'nothing was due')
  }
  // Without lag, what is written now still has to wait for what was written before.
  await server.control('PUT', 'settings', { indexLagMs: 0 })
  await server.call('PutItem', { TableName, Item: item(1, 0) })
  await server.control('POST', 'jobs/run')
  assert.deepEqual(await server.scan(TableName, 'by-g'), [])
  await server.control('POST', 'clock/advance', { byMs: 3_600_000 })
  await assertIndexIsTable(server)
  await server.kill('SIGTERM')
})
