import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import type { InputOf } from '../../api/operations.ts'
import { hourMs, ManualClock } from '../../base/clock.ts'
import { writeJson } from '../../base/json-text.ts'
import { seededRandom } from '../../base/random.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { stepStreams } from '../../engine/jobs/trim-streams.ts'
import { hashOf, hashSpace } from '../../engine/keyspace/keys.ts'
import { allShardsRange, allStreamsRange } from '../../engine/keyspace/stream-keys.ts'
import { trimBudget } from '../../engine/limits.ts'
import { engineOf } from '../../engine/regions.ts'
import { PartitionMap } from '../../engine/schema/partition-map.ts'
import { type Stream, shardIdOf } from '../../engine/schema/stream.ts'
import { followPartitions } from '../../engine/streams/follow-partitions.ts'
import { splitShard } from '../../engine/streams/split-shard.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { putItem } from '../items/put-item.ts'
import { createTable } from '../tables/create-table.ts'
import { deleteTable } from '../tables/delete-table.ts'
import { updateTable } from '../tables/update-table.ts'
import { describeStream } from './describe-stream.ts'
import { getRecords } from './get-records.ts'
import { getShardIterator } from './get-shard-iterator.ts'
import { listStreams } from './list-streams.ts'

const TableName = 'Events'

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

/** Does what is due now, or much of it. Resolves with whether more is. */
function runJobs(engine: MeteredEngine): Promise<boolean> {
  return runDueJobs(meteredJobs(engine), engine.clock)
}

/** An on-demand table, whose stream has four shards, or one with a single shard. */
async function createEvents(
  engine: MeteredEngine,
  { shards = 1, name = TableName }: { shards?: 1 | 4; name?: string } = {},
): Promise<void> {
  await createTable(engine, {
    TableName: name,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    ...(shards === 4
      ? { BillingMode: 'PAY_PER_REQUEST' as const }
      : { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }),
  })
}

function latestStream({ catalog }: MeteredEngine): Stream {
  const recording = catalog.streams.recording(catalog.find(TableName)?.tableId ?? 0)
  assert.ok(recording !== undefined)
  return recording.stream
}

function arnOf(engine: MeteredEngine): string {
  return `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}/stream/${latestStream(engine).label}`
}

async function put(engine: MeteredEngine, pk: string, text = ''): Promise<void> {
  await putItem(engine, { TableName, Item: { pk: { S: pk }, text: { S: text } } }, new RequestUsage())
}

interface Page {
  readonly Records: readonly {
    readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } }; readonly SequenceNumber: string }
  }[]
  readonly NextShardIterator?: string
}

async function page(engine: MeteredEngine, iterator: string | undefined, limit?: number): Promise<Page> {
  assert.ok(iterator !== undefined)
  return JSON.parse(
    writeJson(await getRecords(engine, { ShardIterator: iterator, ...(limit !== undefined && { Limit: limit }) }, new RequestUsage())),
  )
}

type Place = Pick<InputOf<'GetShardIterator'>, 'ShardIteratorType' | 'SequenceNumber'>

async function iterator(engine: MeteredEngine, place: Place, shardNumber = 1): Promise<string | undefined> {
  const shard = latestStream(engine).shards.find(({ number }) => number === shardNumber)
  assert.ok(shard !== undefined)
  const asked = { StreamArn: arnOf(engine), ShardId: shardIdOf(shard), ...place }
  return (await getShardIterator(engine, asked, new RequestUsage())).ShardIterator
}

function keysOf({ Records }: Page): readonly string[] {
  return Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)
}

async function sizeOf(engine: MeteredEngine, range: ReturnType<typeof allStreamsRange>): Promise<number> {
  return (await engine.store.view(async (view) => await view.scan(range, { entries: 1000, bytes: 1 << 20 }))).entries.length
}

const trimmedText = 'The operation attempted to read past the oldest stream record in a shard.'

test('GetRecords gives at most 1000 records and goes on where it stopped', async () => {
  const { engine } = await open()
  await createEvents(engine)
  const keys = Array.from({ length: 1005 }, (_, at) => `k${at}`)
  await Promise.all(keys.map((pk) => put(engine, pk)))
  const first = await page(engine, await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' }))
  assert.equal(first.Records.length, 1000)
  const second = await page(engine, first.NextShardIterator)
  assert.deepEqual([...keysOf(first), ...keysOf(second)].toSorted(), keys.toSorted())
  const third = await page(engine, second.NextShardIterator)
  assert.deepEqual(third.Records, [])
  assert.ok(third.NextShardIterator !== undefined)
})

test('GetRecords gives at most 1 MB', async () => {
  const { engine } = await open()
  await createEvents(engine)
  for (const pk of ['a', 'b', 'c', 'd']) await put(engine, pk, 'x'.repeat(380_000))
  const first = await page(engine, await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' }))
  assert.deepEqual(keysOf(first), ['a', 'b'])
  const second = await page(engine, first.NextShardIterator)
  assert.deepEqual(keysOf(second), ['c', 'd'])
})

test('what GetRecords returns is counted for the stream of a table that is there', async () => {
  const { engine } = await open()
  await createEvents(engine)
  await put(engine, 'a')
  await put(engine, 'b')
  const place = await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' })
  const dimensions = { region: engine.catalog.region, TableName, Operation: 'GetRecords', StreamLabel: latestStream(engine).label }
  const counted = (): readonly number[] =>
    (['ReturnedRecordsCount', 'ReturnedBytes'] as const).map((name) => engine.metering.metrics.series(name, dimensions).sumOfAll)
  await page(engine, place)
  assert.deepEqual(counted(), [2, 20])
  await deleteTable(engine, { TableName })
  assert.deepEqual(keysOf(await page(engine, place)), ['a', 'b'])
  assert.deepEqual(counted(), [2, 20])
})

test('1 MB of records is a page, and not a byte more', async () => {
  // A record has 10 bytes besides the text: its key, and in its image the key and the name of the text.
  const third = (1 << 20) - 2 * 380_010 - 10
  for (const [length, expected] of [
    [third, ['a', 'b', 'c']],
    [third + 1, ['a', 'b']],
  ] as const) {
    const { engine } = await open()
    await createEvents(engine)
    for (const pk of ['a', 'b']) await put(engine, pk, 'x'.repeat(380_000))
    await put(engine, 'c', 'x'.repeat(length))
    assert.deepEqual(keysOf(await page(engine, await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' }))), expected)
  }
})

test('LATEST is behind what was there before and in front of what comes', async () => {
  const { engine } = await open()
  await createEvents(engine)
  const ofEmpty = await iterator(engine, { ShardIteratorType: 'LATEST' })
  await put(engine, 'a')
  const latest = await iterator(engine, { ShardIteratorType: 'LATEST' })
  await put(engine, 'b')
  assert.deepEqual(keysOf(await page(engine, latest)), ['b'])
  assert.deepEqual(keysOf(await page(engine, ofEmpty)), ['a', 'b'])
})

test('a record lies in the shard whose range its key hashes into', async () => {
  const { engine } = await open()
  await createEvents(engine, { shards: 4 })
  const table = engine.catalog.find(TableName)
  assert.ok(table !== undefined)
  const hashes = new Map(Array.from({ length: 100 }, (_, at) => [`k${at}`, hashOf(itemKey(table, { pk: { S: `k${at}` } }))]))
  await Promise.all([...hashes.keys()].slice(0, 50).map((pk) => put(engine, pk)))
  const [first] = latestStream(engine).shards
  assert.ok(first !== undefined)
  await splitShard(engine, latestStream(engine), shardIdOf(first), 12_345)
  await Promise.all([...hashes.keys()].slice(50).map((pk) => put(engine, pk)))
  let count = 0
  for (const { number, fromHash, toHash } of latestStream(engine).shards) {
    const keys = keysOf(await page(engine, await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' }, number)))
    for (const pk of keys) assert.ok((hashes.get(pk) ?? -1) >= fromHash && (hashes.get(pk) ?? -1) < toHash, pk)
    count += keys.length
  }
  assert.equal(count, 100)
})

test('a write is not read before it is durable', async () => {
  const { engine } = await open()
  await createEvents(engine)
  const horizon = await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' })
  const writing = put(engine, 'a')
  assert.deepEqual(keysOf(await page(engine, horizon)), [])
  await writing
  assert.deepEqual(keysOf(await page(engine, horizon)), ['a'])
})

test('records are trimmed when they are a day old, and an iterator that stood before them says so', async () => {
  const { engine, clock } = await open({ shardRotationMs: 0 })
  await createEvents(engine)
  await put(engine, 'a')
  clock.advance(24 * hourMs - 60_000)
  await put(engine, 'b')
  const horizon = await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' })
  const [first, second] = (await page(engine, horizon)).Records.map(({ dynamodb }) => dynamodb.SequenceNumber)
  assert.ok(first !== undefined && second !== undefined)
  const atFirst = await iterator(engine, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: first })
  clock.advance(60_000)
  await runJobs(engine)

  const trimmed = { name: 'TrimmedDataAccessException', message: trimmedText }
  await assert.rejects(page(engine, atFirst), trimmed)
  await assert.rejects(iterator(engine, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: first }), trimmed)
  assert.deepEqual(keysOf(await page(engine, horizon)), ['b'])
  const afterFirst = await iterator(engine, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: first })
  assert.deepEqual(keysOf(await page(engine, afterFirst)), ['b'])
  const atSecond = await iterator(engine, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: second })
  assert.deepEqual(keysOf(await page(engine, atSecond)), ['b'])
})

test('many records are trimmed in bounded steps', async () => {
  const { engine, clock } = await open({ shardRotationMs: 0 })
  await createEvents(engine)
  await Promise.all(Array.from({ length: 2500 }, (_, at) => put(engine, `k${at}`)))
  clock.advance(24 * hourMs)
  let steps = 0
  while (await stepStreams(engine, clock.now())) steps += 1
  assert.equal(steps, Math.ceil(2500 / trimBudget.entries))
  assert.deepEqual((await page(engine, await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' }))).Records, [])
})

test('an iterator is good for fifteen minutes', async () => {
  const { engine, clock } = await open()
  await createEvents(engine)
  const horizon = await iterator(engine, { ShardIteratorType: 'TRIM_HORIZON' })
  clock.advance(900_000)
  const { NextShardIterator: next } = await page(engine, horizon)
  clock.advance(1)
  await assert.rejects(page(engine, horizon), {
    name: 'ExpiredIteratorException',
    message:
      'Iterator expired. The iterator was created at time Sun Nov 22 10:00:00 UTC 2026 while right now it is Sun Nov 22 10:15:00 UTC 2026 which is further in the future than the tolerated delay of 900000 milliseconds.',
  })
  assert.ok((await page(engine, next)).NextShardIterator !== undefined)
})

test('every enabling has an ARN of its own, though the clock stands still', async () => {
  const { engine } = await open()
  const change = (StreamEnabled: boolean): Promise<unknown> =>
    updateTable(engine, { TableName, StreamSpecification: { StreamEnabled, ...(StreamEnabled && { StreamViewType: 'KEYS_ONLY' }) } })
  for (let round = 0; round < 2; round += 1) {
    await createEvents(engine)
    await change(false)
    await change(true)
    await deleteTable(engine, { TableName })
  }
  const labels = (await listStreams(engine, { TableName })).Streams?.map(({ StreamLabel }) => StreamLabel)
  assert.deepEqual(labels, ['2026-11-22T10:00:00.000', '2026-11-22T10:00:00.001', '2026-11-22T10:00:00.002', '2026-11-22T10:00:00.003'])
})

test('a stream that was disabled takes no more records, and another one that is enabled takes those from then on', async () => {
  const { engine } = await open()
  await createEvents(engine)
  const trimHorizon = { ShardIteratorType: 'TRIM_HORIZON' as const }
  const change = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'KEYS_ONLY' }): Promise<unknown> =>
    updateTable(engine, { TableName, StreamSpecification })
  await put(engine, 'before')
  const first = await iterator(engine, trimHorizon)
  await change({ StreamEnabled: false })
  assert.equal(engine.catalog.streams.recording(engine.catalog.find(TableName)?.tableId ?? 0), undefined)
  await put(engine, 'between')
  await change({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' })
  await put(engine, 'after')
  assert.deepEqual(keysOf(await page(engine, first)), ['before'])
  assert.deepEqual(keysOf(await page(engine, await iterator(engine, trimHorizon))), ['after'])
})

test('the stream of a deleted table is read for a day and then leaves nothing behind', async () => {
  const { engine, clock } = await open()
  await createEvents(engine, { shards: 4 })
  const streamArn = arnOf(engine)
  await put(engine, 'a')
  clock.advance(5 * hourMs)
  await runJobs(engine)
  clock.advance(hourMs)
  await deleteTable(engine, { TableName })
  clock.advance(24 * hourMs - 1)
  await runJobs(engine)
  const { StreamDescription: description } = await describeStream(engine, { StreamArn: streamArn })
  assert.equal(description?.StreamStatus, 'DISABLED')
  assert.equal(description?.Shards?.length, 4, 'those that rotated are forgotten by now')
  clock.advance(1)
  await runJobs(engine)
  await assert.rejects(describeStream(engine, { StreamArn: streamArn }), {
    name: 'ResourceNotFoundException',
    message: `Requested resource not found: Stream: ${streamArn} not found`,
  })
  assert.equal(await sizeOf(engine, allStreamsRange()), 0)
  assert.equal(await sizeOf(engine, allShardsRange()), 0)
})

test('shards rotate when they are four hours old, or as old as is set', async () => {
  const { engine, clock } = await open()
  await createEvents(engine)
  const lineage = (): readonly (string | undefined)[] => latestStream(engine).shards.map(({ parentId }) => parentId)
  clock.advance(4 * hourMs - 1)
  await runJobs(engine)
  assert.deepEqual(lineage(), [undefined])
  clock.advance(1)
  await runJobs(engine)
  assert.deepEqual(lineage(), [undefined, 'shardId-00000001795341600000-00000001'])
  engine.settings.shardRotationMs = 1000
  clock.advance(1000)
  await runJobs(engine)
  assert.equal(lineage().length, 3)
  engine.settings.shardRotationMs = 0
  clock.advance(20 * hourMs)
  await runJobs(engine)
  assert.equal(lineage().length, 3, 'with 0 they stay')
})

test('shards of several streams that are due at once all rotate', async () => {
  const { engine, clock } = await open()
  const names = ['a', 'b', 'c']
  for (const name of names) await createEvents(engine, { name })
  clock.advance(4 * hourMs)
  await runJobs(engine)
  const counts = [...engine.catalog.streams.all()].map(({ tableName, shards }) => [tableName, shards.length])
  assert.deepEqual(counts.sort(), [
    ['a', 2],
    ['b', 2],
    ['c', 2],
  ])
})

test('more than a hundred shards are described in pages', async () => {
  const { engine } = await open()
  await createEvents(engine, { shards: 4 })
  for (let round = 0; round < 5; round += 1) {
    const { shards } = latestStream(engine)
    await Promise.all(
      shards.filter(({ closed }) => closed === undefined).map((shard) => splitShard(engine, latestStream(engine), shardIdOf(shard))),
    )
  }
  const ids: (string | undefined)[] = []
  let ExclusiveStartShardId: string | undefined
  do {
    const input = { StreamArn: arnOf(engine), ...(ExclusiveStartShardId !== undefined && { ExclusiveStartShardId }) }
    const { StreamDescription: description } = await describeStream(engine, input)
    ids.push(...(description?.Shards ?? []).map(({ ShardId }) => ShardId))
    ExclusiveStartShardId = description?.LastEvaluatedShardId
  } while (ExclusiveStartShardId !== undefined)
  assert.equal(new Set(ids).size, 4 + 8 + 16 + 32 + 64 + 128)
  const [first] = latestStream(engine).shards
  assert.ok(first !== undefined)
  const children = await describeStream(engine, {
    StreamArn: arnOf(engine),
    ShardFilter: { Type: 'CHILD_SHARDS', ShardId: shardIdOf(first) },
  })
  assert.equal(children.StreamDescription?.Shards?.length, 2)
})

test('a shard is divided where it is asked to be, and only while it is open', async () => {
  const { engine } = await open()
  await createEvents(engine)
  const [shard] = latestStream(engine).shards
  assert.ok(shard !== undefined)
  assert.equal(await splitShard(engine, latestStream(engine), shardIdOf(shard), 0), undefined)
  assert.equal(await splitShard(engine, latestStream(engine), shardIdOf(shard), 2 ** 32), undefined)
  assert.equal((await splitShard(engine, latestStream(engine), shardIdOf(shard), 7))?.length, 2)
  assert.equal(await splitShard(engine, latestStream(engine), shardIdOf(shard), 7), undefined)
  assert.deepEqual(
    latestStream(engine).shards.map(({ fromHash, toHash }) => [fromHash, toHash]),
    [
      [0, 2 ** 32],
      [0, 7],
      [7, 2 ** 32],
    ],
  )
})

test('isolated regions have streams of their own', async () => {
  const { engine } = await open({ regions: 'isolated' })
  const west = engineOf(engine, 'eu-west-1')
  await createEvents(engine)
  await createEvents(west)
  await put(engine, 'east')
  await put(west, 'west')
  for (const [regional, pk, region] of [
    [engine, 'east', 'us-east-1'],
    [west, 'west', 'eu-west-1'],
  ] as const) {
    const { Streams } = await listStreams(regional, {})
    assert.equal(Streams?.length, 1)
    assert.ok(Streams[0]?.StreamArn?.startsWith(`arn:aws:dynamodb:${region}:`))
    assert.deepEqual(keysOf(await page(regional, await iterator(regional, { ShardIteratorType: 'TRIM_HORIZON' }))), [pk])
  }
})

test('A stream begins with as many shards as are asked for, and they stay when partitions split', async () => {
  const { engine } = await open({ streamShards: 3 })
  await createEvents(engine, { shards: 4 })
  const { shards } = latestStream(engine)
  assert.equal(shards.length, 3)
  assert.deepEqual(
    [shards[0]?.fromHash, shards[0]?.toHash === shards[1]?.fromHash, shards[1]?.toHash === shards[2]?.fromHash, shards[2]?.toHash],
    [0, true, true, hashSpace],
  )
  const { tableId } = latestStream(engine)
  await followPartitions(engine, tableId, PartitionMap.even(8, 0))
  assert.deepEqual(latestStream(engine).shards, shards)
  await engine.close()
})
