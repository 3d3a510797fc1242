/** Faults of single places that tests ask for: records of a stream that come late, a shard, a partition or a key that is slow. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { FaultMatch, NewFault } from '../../src/server/faults/fault.ts'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const table = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'owner'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byOwner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
}

interface Opened {
  readonly service: Service
  readonly clock: ManualClock
}

async function opened(t: TestContext): Promise<Opened> {
  const clock = new ManualClock(startMs)
  const service = await openTestService('steady', { clock, streamShards: 2 })
  t.after(() => service.close())
  await succeed(service, 'CreateTable', table)
  return { service, clock }
}

const put = (service: Service, pk: string) => succeed(service, 'PutItem', { TableName: 'Shop', Item: { pk: { S: pk }, owner: { S: 'x' } } })
const get = (service: Service, pk: string) => call(service, 'GetItem', { TableName: 'Shop', Key: { pk: { S: pk } } })

interface ShardOf {
  readonly StreamArn: string
  readonly ShardId: string
}

async function shardsOf(service: Service): Promise<readonly ShardOf[]> {
  const { Streams } = (await succeed(service, 'ListStreams', {})) as { Streams?: { StreamArn: string }[] }
  const { StreamArn = '' } = Streams?.[0] ?? {}
  const { StreamDescription } = (await succeed(service, 'DescribeStream', { StreamArn })) as {
    StreamDescription?: { Shards: { ShardId: string }[] }
  }
  return StreamDescription?.Shards.map(({ ShardId }) => ({ StreamArn, ShardId })) ?? []
}

async function iteratorOf(service: Service, shard: ShardOf, ShardIteratorType = 'TRIM_HORIZON'): Promise<string> {
  return String((await succeed(service, 'GetShardIterator', { ...shard, ShardIteratorType })).ShardIterator)
}

interface Records {
  readonly keys: readonly string[]
  readonly next: string | undefined
}

async function recordsBehind(service: Service, ShardIterator: string): Promise<Records> {
  const { Records: records, NextShardIterator } = (await succeed(service, 'GetRecords', { ShardIterator })) as {
    Records?: { dynamodb: { Keys: { pk: { S: string } } } }[]
    NextShardIterator?: string
  }
  return { keys: records?.map(({ dynamodb }) => dynamodb.Keys.pk.S) ?? [], next: NextShardIterator }
}

/** A shard, with keys whose records go into it. */
async function busyShard(service: Service): Promise<{ readonly shard: ShardOf; readonly keys: readonly string[] }> {
  for (let number = 0; number < 12; number += 1) await put(service, `k${number}`)
  const [shard] = await shardsOf(service)
  assert.ok(shard !== undefined)
  const { keys } = await recordsBehind(service, await iteratorOf(service, shard))
  assert.ok(keys.length > 3, 'half of the keys hash into either shard')
  return { shard, keys }
}

test('Records of a stream come so much later, in their order, and none is lost', async (t) => {
  const { service, clock } = await opened(t)
  const { shard, keys } = await busyShard(service)
  const [first = '', second = ''] = keys
  clock.advance(1000)
  await service.control.addFault({ match: { table: 'Shop' }, do: { streamDelayMs: 1000 } })
  const before = await recordsBehind(service, await iteratorOf(service, shard))
  assert.deepEqual(before.keys, keys)
  const latest = await iteratorOf(service, shard, 'LATEST')
  const remove = (pk: string) => succeed(service, 'DeleteItem', { TableName: 'Shop', Key: { pk: { S: pk } } })
  await remove(first)
  clock.advance(1)
  await remove(second)
  // Who begins behind the newest begins behind the newest that there is for him.
  const iterators = [before.next ?? '', latest, await iteratorOf(service, shard, 'LATEST')]
  const seen = async () => {
    const pages = await Promise.all(iterators.map((iterator) => recordsBehind(service, iterator)))
    for (const [at, { next = '' }] of pages.entries()) iterators[at] = next
    return pages.map((page) => page.keys)
  }
  assert.deepEqual(await seen(), [[], [], []])
  clock.advance(998)
  assert.deepEqual(await seen(), [[], [], []])
  clock.advance(1)
  assert.deepEqual(await seen(), [[first], [first], [first]])
  clock.advance(1)
  assert.deepEqual(await seen(), [[second], [second], [second]])
})

test('The end of a shard that is closed comes late, too', async (t) => {
  const { service, clock } = await opened(t)
  const { shard, keys } = await busyShard(service)
  await service.control.addFault({ do: { streamDelayMs: 1000 } })
  await succeed(service, 'UpdateTable', { TableName: 'Shop', StreamSpecification: { StreamEnabled: false } })
  const { keys: none, next = '' } = await recordsBehind(service, await iteratorOf(service, shard))
  assert.deepEqual(none, [])
  assert.notEqual(next, '')
  clock.advance(1000)
  assert.deepEqual(await recordsBehind(service, next), { keys, next: undefined })
})

test('A stream delay is for reads of records, and behind the newest alone for iterators', async (t) => {
  const { service } = await opened(t)
  const { shard } = await busyShard(service)
  await service.control.addFault({ do: { streamDelayMs: 1000 } })
  const struck = async () => (await service.control.faults()).faults[0]?.struck
  const iterator = await iteratorOf(service, shard)
  await succeed(service, 'DescribeStream', { StreamArn: shard.StreamArn })
  await get(service, 'a')
  assert.equal(await struck(), 0)
  await iteratorOf(service, shard, 'LATEST')
  await recordsBehind(service, iterator)
  assert.equal(await struck(), 2)
})

test('What is wrong with a read of a shard comes before any fault', async (t) => {
  const { service } = await opened(t)
  const { shard } = await busyShard(service)
  await service.control.addFault({ do: { error: 'InternalServerError' } })
  for (const place of [{ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: '1' }, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' }]) {
    assert.equal((await call(service, 'GetShardIterator', { ...shard, ...place })).status, 400)
  }
  assert.equal((await call(service, 'GetRecords', { ShardIterator: 'x' })).status, 400)
  assert.equal((await call(service, 'GetShardIterator', { ...shard, ShardIteratorType: 'LATEST' })).status, 500)
})

/** Whether the request waits for a fault that holds it up; then it goes on. */
async function isSlow(service: Service, match: FaultMatch, ask: () => Promise<unknown>): Promise<boolean> {
  const { fault } = await service.control.addFault({ match, do: { delayMs: 3_600_000 } })
  let isAnswered = false
  const asked = ask().finally(() => {
    isAnswered = true
  })
  // One of the two comes about, on a store that takes its time as well.
  let isHeld = false
  while (!isAnswered && !isHeld) {
    await new Promise((resolve) => setImmediate(resolve))
    const { faults } = await service.control.faults()
    isHeld = faults[0]?.waiting === 1
  }
  await service.control.removeFault({ fault })
  await asked
  return isHeld
}

test('One shard is slow, and the other is not', async (t) => {
  const { service } = await opened(t)
  const [slow, other] = await shardsOf(service)
  assert.ok(slow !== undefined && other !== undefined)
  const match = { operation: 'GetRecords', shard: slow.ShardId } as const
  for (const [shard, expected] of [
    [slow, true],
    [other, false],
  ] as const) {
    const iterator = await iteratorOf(service, shard)
    assert.equal(await isSlow(service, match, () => recordsBehind(service, iterator)), expected)
  }
  assert.equal(await isSlow(service, { shard: slow.ShardId }, () => get(service, 'a')), false)
})

interface Partition {
  readonly index?: string
  readonly id: number
}

test('One partition of a table or an index is slow, and the others are not', async (t) => {
  const { service } = await opened(t)
  const { partitions } = await service.control.partitions({ table: 'Shop' })
  const idsOf = (index: string | undefined) => partitions.filter((each: Partition) => each.index === index).map(({ id }) => id)
  const slowOf = async (ids: readonly number[], match: FaultMatch, ask: () => Promise<unknown>) => {
    const slow: number[] = []
    for (const id of ids) if (await isSlow(service, { ...match, partition: id }, ask)) slow.push(id)
    return slow
  }
  const ids = idsOf(undefined)
  const byKey = async (ask: (pk: string) => Promise<unknown>): Promise<readonly number[]> => {
    const found = new Set<number>()
    for (let number = 0; number < 16; number += 1) {
      const slow = await slowOf(ids, { table: 'Shop' }, () => ask(`k${number}`))
      assert.equal(slow.length, 1, 'a key is in one partition')
      found.add(slow[0] ?? 0)
    }
    return [...found].sort((a, b) => a - b)
  }
  assert.ok(ids.length > 1)
  assert.deepEqual(await byKey((pk) => get(service, pk)), ids)
  assert.deepEqual(await byKey((pk) => put(service, pk)), ids)
  assert.deepEqual(await slowOf(ids, { table: 'Other' }, () => get(service, 'a')), [])
  const ofOwner = () =>
    succeed(service, 'Query', {
      TableName: 'Shop',
      IndexName: 'byOwner',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'x' } },
    })
  assert.deepEqual(await slowOf(ids, { table: 'Shop' }, ofOwner), [])
  assert.equal((await slowOf(idsOf('byOwner'), { table: 'Shop', index: 'byOwner' }, ofOwner)).length, 1)
  // What reads of many is of none of them.
  assert.deepEqual(await slowOf(ids, { table: 'Shop' }, () => succeed(service, 'Scan', { TableName: 'Shop' })), [])
})

test('What makes no sense of places and lags is refused in a sentence', async (t) => {
  const { control } = (await opened(t)).service
  const cases: readonly (readonly [fault: object, sentence: RegExp])[] = [
    [{ do: { staleMs: 0 } }, /^"do\.staleMs" must be a whole number of milliseconds from 1 to 86400000\.$/],
    [{ do: { staleMs: '1' } }, /^"do\.staleMs" must be a whole number/],
    [{ do: { staleChanges: 1001 } }, /^"do\.staleChanges" must be a whole number from 1 to 1000\.$/],
    [{ do: { streamDelayMs: 1.5 } }, /^"do\.streamDelayMs" must be a whole number of milliseconds from 1 to 86400000\.$/],
    [{ do: { staleMs: 1, delayMs: 1 } }, /^"do" must have one of /],
    [
      { match: { operation: 'PutItem' }, do: { staleMs: 1 } },
      /^PutItem is no eventually consistent read: GetItem, BatchGetItem, .* can be\.$/,
    ],
    [{ match: { operation: 'TransactGetItems' }, do: { staleChanges: 1 } }, /^TransactGetItems is no eventually consistent read/],
    [{ match: { operation: 'DescribeStream' }, do: { streamDelayMs: 1 } }, /^DescribeStream reads no records of a stream: /],
    [{ match: { partition: 1 }, do: { delayMs: 1 } }, /^"match\.partition" goes with "match\.table", whose partition it is\.$/],
    [{ match: { table: 'Shop', partition: 0 }, do: { delayMs: 1 } }, /^"match\.partition" must be the id of a partition, /],
    [{ match: { shard: '' }, do: { delayMs: 1 } }, /^"match\.shard" must be a name\.$/],
    [{ match: { shard: 's', operation: 'GetItem' }, do: { delayMs: 1 } }, /^GetItem reads no shard: GetRecords and GetShardIterator do\.$/],
  ]
  for (const [fault, sentence] of cases) {
    await assert.rejects(control.addFault(fault as NewFault), (error: Error) => {
      assert.match(error.message, sentence, JSON.stringify(fault))
      return true
    })
  }
})

test('Every exception of GetRecords can be had of one shard', async (t) => {
  const { service } = await opened(t)
  const { shard } = await busyShard(service)
  await service.control.addFault({ match: { shard: shard.ShardId, operation: 'GetRecords' }, do: { error: 'TrimmedDataAccessException' } })
  const { exception }: Reply = await call(service, 'GetRecords', { ShardIterator: await iteratorOf(service, shard) })
  assert.equal(exception, 'TrimmedDataAccessException')
})
