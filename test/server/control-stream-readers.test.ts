/** Who reads streams, as control tells it: programs by what they ask, consumers of the store's own by their positions. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { startConsumer, startReads } from '../../src/engine/consumers/start-consumer.ts'
import { StreamConsumer } from '../../src/engine/consumers/stream-consumer.ts'
import { readersMax, readPlacesMax } from '../../src/server/limits.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { StreamReaders } from '../../src/server/streams/stream-readers.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { describeShards } from '../harness/stream-consumer.ts'

const startMs = 1_795_341_600_000
const minuteMs = 60_000

interface Streamed {
  readonly service: Service
  readonly clock: ManualClock
  readonly arn: string
  readonly shards: readonly string[]
  put(pk: string): Promise<void>
  /** As the program with this user agent; gives back the iterator that follows. */
  read(iterator: string, userAgent?: string, key?: string): Promise<string | undefined>
  iterator(shard: string, from?: string): Promise<string>
}

async function openStreamed(t: TestContext, options: Partial<ServiceOptions> = {}): Promise<Streamed> {
  const clock = new ManualClock(startMs)
  const service = await openTestService('steady', { clock, streamShards: 1, ...options })
  t.after(() => service.close())
  const { TableDescription } = await succeed(service, 'CreateTable', {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  })
  const arn = String((TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn)
  const shards = (await describeShards((operation, input) => succeed(service, operation, input), arn)).map(({ ShardId }) => ShardId)
  return {
    service,
    clock,
    arn,
    shards,
    put: async (pk) => {
      await succeed(service, 'PutItem', { TableName: 'Orders', Item: { pk: { S: pk } } })
    },
    iterator: async (ShardId, ShardIteratorType = 'TRIM_HORIZON') =>
      String((await succeed(service, 'GetShardIterator', { StreamArn: arn, ShardId, ShardIteratorType })).ShardIterator),
    read: async (ShardIterator, userAgent = 'aws-sdk-js/3.1 m/E', key = 'worker') => {
      const answer = await service.handle({
        target: 'DynamoDBStreams_20120810.GetRecords',
        remoteAddress: '10.0.0.7',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-date': '20261122T100000Z',
          'user-agent': userAgent,
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
        },
        body: Buffer.from(JSON.stringify({ ShardIterator, Limit: 2 })),
      })
      assert.equal(answer.status, 200, String(answer.body))
      return (JSON.parse(String(answer.body)) as { readonly NextShardIterator?: string }).NextShardIterator
    },
  }
}

test('A program that reads is told with its place, how far behind it is and when it read last', async (t) => {
  const { service, clock, arn, shards, put, read, iterator } = await openStreamed(t)
  const [shard = ''] = shards
  for (const pk of ['a', 'b', 'c']) {
    await put(pk)
    clock.advance(minuteMs)
  }
  const next = await read(await iterator(shard))
  clock.advance(minuteMs)
  const { streams, knowsPrograms } = await service.control.streams({ table: 'Orders' })
  assert.equal(knowsPrograms, true)
  assert.equal(streams.length, 1)
  const [stream] = streams
  assert.deepEqual([stream?.arn, stream?.viewType, stream?.isEnabled, stream?.shards], [arn, 'KEYS_ONLY', true, [{ shard, isOpen: true }]])
  const lastReadMs = startMs + 3 * minuteMs
  assert.deepEqual(stream?.consumers, [
    {
      kind: 'program',
      identity: 'worker',
      sourceAddress: '10.0.0.7',
      userAgent: 'aws-sdk-js/3.1',
      sinceMs: lastReadMs,
      lastReadMs,
      recordsBehind: 1,
      iteratorAgeMs: 2 * minuteMs,
      places: [
        { shard, nextSequenceNumber: '100000000000000000000003', isEnd: false, recordsBehind: 1, iteratorAgeMs: 2 * minuteMs, lastReadMs },
      ],
    },
  ])
  await read(next ?? '')
  const [after] = (await service.control.streams({ table: 'Orders' })).streams
  assert.deepEqual([after?.consumers[0]?.recordsBehind, after?.consumers[0]?.iteratorAgeMs], [0, 0])
})

test('Programs are told apart by key and program; the one that is furthest behind comes first; Stator’s own only look', async (t) => {
  const { service, clock, shards, put, read, iterator } = await openStreamed(t)
  const [shard = ''] = shards
  for (const pk of ['a', 'b', 'c']) await put(pk)
  clock.advance(minuteMs)
  const first = await iterator(shard)
  await read((await read(first, 'fast/1')) ?? '', 'fast/1')
  await read(first, 'slow/1')
  await read(first, 'slow/1', 'another')
  await read(first, 'stator-console')
  const [stream] = (await service.control.streams()).streams
  assert.deepEqual(
    stream?.consumers.map(({ identity, userAgent, recordsBehind }) => [identity, userAgent, recordsBehind]),
    [
      ['worker', 'slow/1', 1],
      ['another', 'slow/1', 1],
      ['worker', 'fast/1', 0],
    ],
  )
})

test('A shard that is read to its end is told so, and forgotten with the shard', async (t) => {
  const { service, clock, shards, put, read, iterator } = await openStreamed(t)
  const [shard = ''] = shards
  await put('a')
  await service.control.splitShards({ table: 'Orders' })
  assert.equal(await read(await iterator(shard)), undefined)
  const [stream] = (await service.control.streams()).streams
  assert.deepEqual(
    stream?.consumers[0]?.places.map(({ isEnd, recordsBehind }) => [isEnd, recordsBehind]),
    [[true, 0]],
  )
  assert.deepEqual(
    stream?.shards.map(({ parent, isOpen }) => [parent, isOpen]),
    [
      [undefined, false],
      [shard, true],
      [shard, true],
    ],
  )
  clock.advance(26 * 60 * minuteMs)
  await service.control.runJobs()
  const [later] = (await service.control.streams()).streams
  assert.deepEqual(later?.consumers[0]?.places, [])
  assert.ok(!later?.shards.some((each) => each.shard === shard))
})

test('A consumer of the store’s own is told by its positions, in shards that it has not begun, too', async (t) => {
  const { service, clock, put, shards } = await openStreamed(t)
  const { engine } = service.controlContext
  const stream = () => [...engine.catalog.streams.all()][0] as NonNullable<ReturnType<typeof engine.catalog.streams.find>>
  await engine.store.writeReading(
    () => startReads({ stream: stream() }),
    (turn) => startConsumer(turn, { id: 'view totals', stream: stream(), position: 'TRIM_HORIZON' }, engine.clock.now()),
  )
  for (const pk of ['a', 'b', 'c']) await put(pk)
  clock.advance(minuteMs)
  const places = async () => (await service.control.streams()).streams[0]?.consumers
  assert.deepEqual(await places(), [
    {
      kind: 'own',
      id: 'view totals',
      sinceMs: startMs,
      recordsBehind: 3,
      iteratorAgeMs: minuteMs,
      places: [{ shard: shards[0], isEnd: false, recordsBehind: 3, iteratorAgeMs: minuteMs }],
    },
  ])
  const consumer = await StreamConsumer.open(engine, 'view totals')
  await consumer?.move([{ shardNumber: 1, to: { next: 3, isEnd: false } }])
  const [moved] = (await places()) ?? []
  assert.deepEqual([moved?.recordsBehind, moved?.places[0]?.nextSequenceNumber], [1, '100000000000000000000003'])
})

test('With --trace off nobody is remembered, and the answer says so', async (t) => {
  const { service, shards, read, iterator } = await openStreamed(t, { trace: 'off' })
  await read(await iterator(shards[0] ?? ''))
  const { knowsPrograms, streams } = await service.control.streams()
  assert.deepEqual([knowsPrograms, streams[0]?.consumers], [false, []])
})

test('The streams of a table that is gone are told as long as they are there; a table that never was is told', async (t) => {
  const { service } = await openStreamed(t)
  await succeed(service, 'DeleteTable', { TableName: 'Orders' })
  await service.control.runJobs()
  const { streams } = await service.control.streams({ table: 'Orders' })
  assert.deepEqual(
    streams.map(({ isEnabled }) => isEnabled),
    [false],
  )
  await assert.rejects(service.control.streams({ table: 'Absent' }), {
    status: 404,
    message: 'There is no table "Absent" here, and no stream of one.',
  })
})

test('However many read, so many readers and places are remembered, those that read last', () => {
  const readers = new StreamReaders()
  const by = (at: number) => ({ identity: `k${at}`, address: '', userAgent: '' })
  const note = (at: number, shardNumber: number): void =>
    readers.note({ streamArn: 's', by: by(at), shardNumber, next: 1, isEnd: false, lastMs: at })
  for (let at = 0; at < readersMax + 20; at += 1) note(at, 1)
  assert.deepEqual([readers.of('s').length, readers.of('s').at(-1)?.identity, readers.of('s')[0]?.identity], [readersMax, 'k119', 'k20'])
  for (let shard = 0; shard < readPlacesMax + 5; shard += 1) note(119, shard)
  const places = readers.of('s').reduce((sum, reader) => sum + reader.places.size, 0)
  assert.equal(places, readPlacesMax)
  assert.equal(
    readers
      .of('s')
      .at(-1)
      ?.places.has(readPlacesMax + 4),
    true,
  )
})
