/** Partitions of tables and global indexes over their life: from throughput, heat and size, over restarts, with streams behind them. */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import type { InputOf } from '../../api/operations.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { partitionMapOf } from '../../engine/catalog/catalog.ts'
import { changePartitionMap } from '../../engine/catalog/change-partition-map.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { hashOf, hashSpace } from '../../engine/keyspace/keys.ts'
import { allPartitionMapsRange } from '../../engine/keyspace/partition-keys.ts'
import { engineOf } from '../../engine/regions.ts'
import type { PartitionMap } from '../../engine/schema/partition-map.ts'
import { openShards } from '../../engine/schema/stream.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { splitNow } from '../../metering/splits/split-now.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { deleteItem } from '../items/delete-item.ts'
import { putItem } from '../items/put-item.ts'
import { createTable } from './create-table.ts'
import { deleteTable } from './delete-table.ts'
import { updateTable } from './update-table.ts'

const TableName = 'Orders'
const secondMs = 1000

interface Bench {
  readonly engine: MeteredEngine
  readonly clock: ManualClock
}

async function open(options: Partial<EngineOptions> = {}): Promise<Bench> {
  const clock = new ManualClock(1_795_341_600_000)
  return {
    clock,
    engine: await openMeteredEngine({ storage: testStorage(), clock, random: seededRandom(1), ...options }),
  }
}

function provisioned(units: number): Partial<InputOf<'CreateTable'>> {
  return { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: units } }
}

const onDemand = { BillingMode: 'PAY_PER_REQUEST' } as const

/** Partition key `pk`, sort key `sk`, both strings; the global index `byCustomer`. */
async function createOrders(engine: MeteredEngine, input: Partial<InputOf<'CreateTable'>>): Promise<void> {
  const { ProvisionedThroughput } = input
  await createTable(engine, {
    TableName,
    AttributeDefinitions: ['pk', 'sk', 'customer'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCustomer',
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ...(ProvisionedThroughput !== undefined && { ProvisionedThroughput }),
      },
    ],
    ...input,
  })
}

function ordersTable({ catalog }: MeteredEngine): Table {
  const table = catalog.find(TableName)
  assert.ok(table !== undefined)
  return table
}

function indexOf(table: Table): GlobalIndex {
  const index = table.indexes.find(({ kind }) => kind === 'global')
  assert.ok(index?.kind === 'global')
  return index
}

function mapOf(engine: MeteredEngine): PartitionMap {
  return partitionMapOf(engine.catalog, ordersTable(engine), undefined)
}

function startsOf(map: PartitionMap): readonly number[] {
  return map.partitions.map(({ start }) => start.hash)
}

/** Does what is due now, or much of it. Resolves with whether more is. */
function runOnce(engine: MeteredEngine): Promise<boolean> {
  return runDueJobs(meteredJobs(engine), engine.clock)
}

/** The next look of the job is due. */
async function runJobs({ engine, clock }: Bench, afterMs = 10 * secondMs): Promise<void> {
  clock.advance(afterMs)
  while (await runOnce(engine)) {}
}

function keyOf(engine: MeteredEngine, pk: string, sk: string): KeyBytes {
  return itemKey(ordersTable(engine), { pk: { S: pk }, sk: { S: sk } })
}

/** Six minutes in which writes keep whatever partition has their keys at its limit. */
async function heat(bench: Bench, keyAt: (second: number) => KeyBytes): Promise<void> {
  const { engine, clock } = bench
  for (let second = 0; second < 360; second += 1) {
    const table = ordersTable(engine)
    const meter = engine.metering.meters.of(engine.region, table, undefined)
    const key = keyAt(second)
    meter.partitions[mapOf(engine).indexOf(key)]?.heat.note('write', key, 1000, clock.now())
    clock.advance(secondMs)
    if (second % 10 === 0) await runOnce(engine)
  }
  await runJobs(bench)
}

function put(engine: MeteredEngine, pk: string, sk: string, sizeBytes: number): Promise<unknown> {
  const Item = { pk: { S: pk }, sk: { S: sk }, text: { S: 'x'.repeat(sizeBytes) } }
  return putItem(engine, { TableName, Item }, new RequestUsage())
}

/** Shards start where partitions do, and nowhere else. */
function assertFollowed(engine: MeteredEngine): void {
  const recording = engine.catalog.streams.recording(ordersTable(engine).tableId)
  assert.ok(recording !== undefined)
  assert.deepEqual(
    recording.shards.map(({ fromHash }) => fromHash),
    mapOf(engine).startHashes,
  )
  assert.equal(openShards(recording.stream).at(-1)?.toHash, hashSpace)
}

const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const

test('a table has as many partitions as its throughput takes, and keeps them when it takes fewer', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, provisioned(4000))
  assert.equal(mapOf(engine).partitions.length, 5)
  const initial = mapOf(engine)
  await runJobs(bench)
  assert.equal(mapOf(engine), initial, 'storing it makes no new one')
  await updateTable(engine, { TableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } })
  await runJobs(bench)
  assert.equal(mapOf(engine), initial)
  await engine.close()
})

test('more throughput divides the widest partitions, of a global index too', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, { ...provisioned(1), StreamSpecification })
  await runJobs(bench)
  assert.deepEqual(startsOf(mapOf(engine)), [0])
  const throughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 2500 }
  await updateTable(engine, { TableName, ProvisionedThroughput: throughput })
  await updateTable(engine, {
    TableName,
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'byCustomer', ProvisionedThroughput: throughput } }],
  })
  await runJobs(bench)
  const quarter = hashSpace / 4
  assert.deepEqual(startsOf(mapOf(engine)), [0, quarter, 2 * quarter])
  const table = ordersTable(engine)
  assert.equal(partitionMapOf(engine.catalog, table, indexOf(table)).partitions.length, 3)
  assertFollowed(engine)
  const ids = mapOf(engine).partitions.map(({ id }) => id)
  assert.deepEqual(ids, [4, 5, 3])
  await engine.close()
})

test('throughput that is raised before the first partitions are stored divides them like any others', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, { ...provisioned(1000), StreamSpecification })
  const half = hashSpace / 2
  assert.deepEqual(startsOf(mapOf(engine)), [0, half])
  await updateTable(engine, { TableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2000 } })
  await runJobs(bench)
  assert.deepEqual(startsOf(mapOf(engine)), [0, half / 2, half])
  assert.deepEqual(mapOf(engine).splits.counts, { throughput: 1 })
  assertFollowed(engine)
  await engine.close()
})

test('a table with a stream has its first partitions after a restart, whatever its throughput is then', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stator-partitions-'))
  try {
    const first = await open({ storage: { kind: 'disk', folder } })
    await createOrders(first.engine, { ...provisioned(1000), StreamSpecification })
    await updateTable(first.engine, { TableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2000 } })
    await first.engine.close()
    const again = await open({ storage: { kind: 'disk', folder } })
    await runJobs(again)
    assertFollowed(again.engine)
    await again.engine.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('partitions are the same after a restart, whatever the throughput is then', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stator-partitions-'))
  try {
    const first = await open({ storage: { kind: 'disk', folder } })
    await createOrders(first.engine, provisioned(3000))
    await runJobs(first)
    const table = ordersTable(first.engine)
    await splitNow(first.engine, { table, index: undefined }, 2)
    await splitNow(first.engine, { table, index: indexOf(table) }, 1)
    await updateTable(first.engine, { TableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } })
    const texts = [undefined, indexOf(table)].map((index) => partitionMapOf(first.engine.catalog, table, index).encode())
    await first.engine.close()
    const { engine } = await open({ storage: { kind: 'disk', folder } })
    const found = ordersTable(engine)
    assert.deepEqual(
      [undefined, indexOf(found)].map((index) => partitionMapOf(engine.catalog, found, index).encode()),
      texts,
    )
    assert.equal(mapOf(engine).partitions.length, 5)
    await engine.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a partition that is hot for five minutes is split where its heat halves, and the stream follows', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, { ...onDemand, StreamSpecification })
  await runJobs(bench)
  const before = mapOf(engine)
  const names = Array.from({ length: 400 }, (_, at) => `p${at}`).filter((name) => before.indexOf(keyOf(engine, name, 'a')) === 2)
  // Most of the heat lies in the lower tenth of the partition.
  const byHash = names.map((name) => keyOf(engine, name, 'a')).sort(Buffer.compare)
  const low = byHash.slice(0, 10)
  await heat(bench, (second) => (second % 5 === 0 ? byHash : low)[(second * 7) % 10] ?? keyOf(engine, 'none', 'a'))
  const after = mapOf(engine)
  assert.equal(after.partitions.length, 5)
  const [lower, upper] = after.partitions.filter(({ parentId }) => parentId === 3)
  assert.ok(lower !== undefined && upper !== undefined)
  assert.ok(upper.start.hash > hashOf(low[2] ?? keyOf(engine, 'none', 'a')))
  assert.ok(upper.start.hash <= hashOf(low[7] ?? keyOf(engine, 'none', 'a')))
  assertFollowed(engine)
  await engine.close()
})

test('one hot item collection gets a partition of its own, then parts by its sort keys, and the shard of the collection stays whole', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, { ...onDemand, StreamSpecification })
  await runJobs(bench)
  const key = (at: number): KeyBytes => keyOf(engine, 'hot', String((at * 37) % 100).padStart(2, '0'))
  await heat(bench, key)
  const hash = hashOf(key(0))
  assert.equal(mapOf(engine).partitions.length, 6)
  assert.ok(startsOf(mapOf(engine)).includes(hash) && startsOf(mapOf(engine)).includes(hash + 1))
  assertFollowed(engine)
  await heat(bench, key)
  const inside = mapOf(engine).partitions.filter(({ start }) => start.rest !== undefined)
  assert.equal(inside.length, 1)
  assert.equal(inside[0]?.start.hash, hash)
  assert.notEqual(mapOf(engine).indexOf(keyOf(engine, 'hot', '01')), mapOf(engine).indexOf(keyOf(engine, 'hot', '98')))
  assertFollowed(engine)
  await engine.close()
})

test('one hot item ends alone and is never split, however long it is hot', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, onDemand)
  const key = keyOf(engine, 'hot', 'only')
  await heat(bench, () => key)
  const isolated = mapOf(engine)
  assert.deepEqual(isolated.rangeAt(isolated.indexOf(key)), { start: { hash: hashOf(key) }, end: { hash: hashOf(key) + 1 } })
  await heat(bench, () => key)
  await heat(bench, () => key)
  assert.equal(mapOf(engine), isolated)
  await engine.close()
})

test('a partition that only Scans keep at its limit is split about its middle', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await createOrders(engine, onDemand)
  await runJobs(bench)
  const before = mapOf(engine)
  // Pages of a Scan that goes through the third quarter again and again, and a little into the fourth.
  const names = Array.from({ length: 4000 }, (_, at) => keyOf(engine, `p${at}`, 'a')).sort(Buffer.compare)
  const scanned = names.filter((key) => hashOf(key) >= hashSpace / 2 && hashOf(key) < hashSpace * 0.76)
  for (let second = 0; second < 360; second += 1) {
    const meter = engine.metering.meters.of(engine.region, ordersTable(engine), undefined)
    for (let page = 0; page < 30; page += 1) {
      const at = (second * 30 + page) % (scanned.length - 100)
      const [from, to] = [scanned[at], scanned[at + 100]]
      assert.ok(from !== undefined && to !== undefined)
      meter.chargeRange(from, to, 110, { nowMs: clock.now(), isPaid: true })
    }
    clock.advance(secondMs)
    if (second % 10 === 0) await runOnce(engine)
  }
  await runJobs(bench)
  const [third] = before.partitions.filter(({ start }) => start.hash === hashSpace / 2)
  const parts = mapOf(engine).partitions.filter(({ parentId }) => parentId === third?.id)
  assert.equal(mapOf(engine).partitions.length, 5)
  assert.equal(parts.length, 2)
  const middle = (parts[1]?.start.hash ?? 0) / hashSpace
  assert.ok(middle > 0.58 && middle < 0.68, `split at ${middle}`)
  await engine.close()
})

test('a partition that is hot for less than five minutes stays whole', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await createOrders(engine, onDemand)
  await runJobs(bench)
  const before = mapOf(engine)
  const key = keyOf(engine, 'hot', 'a')
  for (let second = 0; second < 230; second += 1) {
    engine.metering.meters
      .of(engine.region, ordersTable(engine), undefined)
      .partitions[before.indexOf(key)]?.heat.note('write', key, 1000, clock.now())
    clock.advance(secondMs)
  }
  for (let minute = 0; minute < 7; minute += 1) await runJobs(bench, minuteMs)
  assert.equal(mapOf(engine), before)
  await engine.close()
})

test('partitions that are too large are halved until none is, between item collections and then between sort keys', async () => {
  const bench = await open({ partitionLimits: { sizeBytesMax: 20_000 } })
  const { engine } = bench
  await createOrders(engine, { ...provisioned(1), StreamSpecification })
  const items: (readonly [pk: string, sk: string])[] = Array.from({ length: 100 }, (_, at) => [`p${at}`, 'a'])
  items.push(...Array.from({ length: 60 }, (_, at) => ['large', String(at).padStart(2, '0')] as const))
  for (const [pk, sk] of items) await put(engine, pk, sk, 1000)
  await runJobs(bench)
  const map = mapOf(engine)
  const sizes = new Map<number, number>()
  for (const [pk, sk] of items) {
    const place = map.indexOf(keyOf(engine, pk, sk))
    sizes.set(place, (sizes.get(place) ?? 0) + 1010)
  }
  assert.ok(Math.max(...sizes.values()) <= 21_000, `${[...sizes.values()]}`)
  assert.ok(map.partitions.length >= 8 && map.partitions.length <= 24, `${map.partitions.length} partitions`)
  const largeHash = hashOf(keyOf(engine, 'large', '00'))
  for (const { start } of map.partitions) assert.ok(start.rest === undefined || start.hash === largeHash)
  assert.ok(map.partitions.some(({ start }) => start.rest !== undefined))
  assertFollowed(engine)
  await runJobs(bench, 10 * minuteMs)
  assert.equal(mapOf(engine), map)
  await engine.close()
})

test('the item collections of a table with local indexes stay whole, however large they are', async () => {
  const bench = await open({ partitionLimits: { sizeBytesMax: 5000 } })
  const { engine } = bench
  await createOrders(engine, {
    ...provisioned(1),
    LocalSecondaryIndexes: [
      {
        IndexName: 'byTime',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'customer', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  })
  for (let at = 0; at < 40; at += 1) await put(engine, at < 20 ? 'large' : `p${at}`, String(at), 500)
  await runJobs(bench)
  assert.ok(mapOf(engine).partitions.length > 3)
  assert.ok(mapOf(engine).partitions.every(({ start }) => start.rest === undefined))
  const map = mapOf(engine)
  await heat(bench, (second) => keyOf(engine, 'large', String((second * 7) % 20)))
  assert.equal(mapOf(engine), map)
  await engine.close()
})

test('what is deleted in other partitions does not hide that one grows', async () => {
  const bench = await open({ partitionLimits: { sizeBytesMax: 20_000 } })
  const { engine } = bench
  await createOrders(engine, provisioned(1))
  const names = Array.from({ length: 60 }, (_, at) => `p${at}`)
  for (const name of names) await put(engine, name, 'a', 1000)
  await runJobs(bench, 2 * minuteMs)
  const before = mapOf(engine)
  const placeOf = (name: string): number => before.indexOf(keyOf(engine, name, 'a'))
  const here = placeOf('p0')
  const elsewhere = names.filter((name) => placeOf(name) !== here)
  for (const name of elsewhere) await deleteItem(engine, { TableName, Key: { pk: { S: name }, sk: { S: 'a' } } }, new RequestUsage())
  await runJobs(bench, 2 * minuteMs)
  for (let at = 0; at < elsewhere.length; at += 1) await put(engine, 'p0', `b${at}`, 1000)
  await runJobs(bench, 2 * minuteMs)
  assert.equal(mapOf(engine).placeOf(before.partitions[here]?.id ?? 0), -1, 'it was split')
  await engine.close()
})

test('of partitions that are no more no size is remembered', async () => {
  const bench = await open({ partitionLimits: { sizeBytesMax: 20_000 } })
  const { engine } = bench
  await createOrders(engine, provisioned(1))
  for (let at = 0; at < 60; at += 1) await put(engine, `p${at}`, 'a', 1000)
  await runJobs(bench)
  const table = ordersTable(engine)
  const known = (): readonly number[] =>
    [...engine.metering.watch.sizesOf({ tableId: table.tableId, indexId: 0 }).keys()].sort((a, b) => a - b)
  const partitions = (): readonly number[] =>
    mapOf(engine)
      .partitions.map(({ id }) => id)
      .sort((a, b) => a - b)
  assert.deepEqual(known(), partitions())
  await splitNow(engine, { table, index: undefined }, undefined)
  assert.deepEqual(known(), [], 'every partition was split')
  await runJobs(bench, 2 * minuteMs)
  assert.deepEqual(known(), partitions())
  assert.deepEqual(Object.keys(mapOf(engine).splits.counts).sort(), ['asked', 'size'])
  await engine.close()
})

test('on demand, what an index that is gone had to do raises nothing', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await createOrders(engine, onDemand)
  const meter = engine.metering.meters.of('', ordersTable(engine), indexOf(ordersTable(engine)))
  const key = keyOf(engine, 'any', 'a')
  for (let second = 0; second < 120; second += 1) {
    meter.note('write', key, 3900, { nowMs: clock.now(), isPaid: true })
    clock.advance(secondMs)
  }
  await updateTable(engine, { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byCustomer' } }] })
  await runJobs(bench)
  for (let minute = 0; minute < 3; minute += 1) await runJobs(bench, 31 * minuteMs)
  const before = ordersTable(engine)
  await runJobs(bench, minuteMs)
  assert.equal(ordersTable(engine), before, 'the table is not written again')
  assert.equal(before.warm.writeUnits, 4000)
  await engine.close()
})

test('a stream that is enabled later starts with a shard for each partition', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, provisioned(2000))
  await runJobs(bench)
  await splitNow(engine, { table: ordersTable(engine), index: undefined }, 1)
  await updateTable(engine, { TableName, StreamSpecification })
  await runJobs(bench)
  assertFollowed(engine)
  const recording = engine.catalog.streams.recording(ordersTable(engine).tableId)
  assert.deepEqual(
    recording?.stream.shards.map(({ closed }) => closed),
    [undefined, undefined, undefined, undefined],
  )
  await engine.close()
})

test('a stream follows later what it could not follow at once', async () => {
  const bench = await open()
  const { engine } = bench
  await createOrders(engine, { ...provisioned(1), StreamSpecification })
  await runJobs(bench)
  // A split whose stream never heard of it: the process ended in between.
  await changePartitionMap(engine, { table: ordersTable(engine), index: undefined }, (map) =>
    map.split(1, [{ hash: hashSpace / 2 }], { reason: 'asked', nowMs: engine.clock.now() }),
  )
  assert.throws(() => assertFollowed(engine), { name: 'AssertionError' })
  await runJobs(bench)
  assertFollowed(engine)
  await engine.close()
})

test('partitions of deleted tables and indexes leave nothing behind', async () => {
  const bench = await open()
  const { engine } = bench
  const count = async (): Promise<number> => {
    return (await engine.store.view(async (view) => await view.scan(allPartitionMapsRange(), { entries: 100, bytes: 1 << 20 }))).entries
      .length
  }
  await createOrders(engine, onDemand)
  await runJobs(bench)
  assert.equal(await count(), 2)
  await updateTable(engine, { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byCustomer' } }] })
  const space = { tableId: ordersTable(engine).tableId, indexId: 1 }
  await runJobs(bench)
  assert.equal(await count(), 1)
  assert.equal(engine.catalog.partitionMap(space), undefined)
  await deleteTable(engine, { TableName })
  await runJobs(bench)
  assert.equal(await count(), 0)
  assert.equal(engine.catalog.partitionMap({ ...space, indexId: 0 }), undefined)
  await engine.close()
})

test('a split of a table that is gone by then changes nothing', async () => {
  const { engine } = await open()
  await createOrders(engine, onDemand)
  const table = ordersTable(engine)
  await deleteTable(engine, { TableName })
  while (await runOnce(engine)) {}
  assert.deepEqual(await splitNow(engine, { table, index: undefined }, 1), [])
  assert.equal(engine.catalog.partitionMap({ tableId: table.tableId, indexId: 0 }), undefined)
  await engine.close()
})

test('isolated regions have their own partitions, also for size', async () => {
  const bench = await open({ regions: 'isolated', partitionLimits: { sizeBytesMax: 5000 } })
  const west = engineOf(bench.engine, 'us-west-2')
  await createOrders(bench.engine, provisioned(1))
  await createOrders(west, provisioned(1))
  for (let at = 0; at < 20; at += 1) await put(west, `p${at}`, 'a', 500)
  await runJobs(bench)
  assert.equal(mapOf(bench.engine).partitions.length, 1)
  assert.ok(mapOf(west).partitions.length >= 3)
  await bench.engine.close()
})

test('splits at once are all of them whole', async () => {
  const { engine } = await open()
  await createOrders(engine, { ...onDemand, StreamSpecification })
  const target = { table: ordersTable(engine), index: undefined }
  const all = await Promise.all([splitNow(engine, target, 1), splitNow(engine, target, 3), splitNow(engine, target, 1)])
  assert.deepEqual(all, [[{ partition: 1, into: [5, 6] }], [{ partition: 3, into: [7, 8] }], []])
  assert.deepEqual(
    mapOf(engine).partitions.map(({ id }) => id),
    [5, 6, 2, 7, 8, 4],
  )
  assertFollowed(engine)
  await engine.close()
})
