/** Global tables as clients of several regions and an operator see them: late, cut off, by other clocks, reset; their streams, metrics and times to live. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock, minuteMs } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { openService, type Service, type ServiceOptions } from '../../src/server/start.ts'
import { checkAnswer, type Reply } from '../harness/check-answer.ts'
import { targetFor } from '../harness/target-for.ts'
import { testStorage } from '../harness/test-storage.ts'

const startMs = 1_795_341_600_000
const TableName = 'Orders'
const east = 'us-east-1'
const west = 'eu-west-1'
const Key = { id: { S: 'a' } }

class World {
  readonly clock = new ManualClock(startMs)
  readonly service: Service

  private constructor(service: Service, clock: ManualClock) {
    this.service = service
    this.clock = clock
  }

  static async open(options: Partial<ServiceOptions> = {}): Promise<World> {
    const clock = new ManualClock(startMs)
    const service = await openService({
      storage: testStorage('steady'),
      clock,
      steadyClock: new ManualClock(0),
      random: seededRandom(1),
      log: () => {},
      jobs: 'manual',
      isTestCluster: true,
      regions: 'isolated',
      ...options,
    })
    return new World(service, clock)
  }

  /** With a replica in Europe. */
  static async withReplica(options: Partial<ServiceOptions> = {}): Promise<World> {
    const world = await World.open(options)
    await world.succeed(east, 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    })
    await world.succeed(east, 'UpdateTable', { TableName, ReplicaUpdates: [{ Create: { RegionName: west } }] })
    await world.jobs()
    return world
  }

  async call(region: string, operation: string, input: unknown): Promise<Reply> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20261122T100000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
    }
    const answer = await this.service.handle({ target: targetFor(operation), headers, body: Buffer.from(JSON.stringify(input)) })
    return checkAnswer(operation, answer, headers['content-type'])
  }

  async succeed(region: string, operation: string, input: unknown): Promise<Reply['body']> {
    const { status, body } = await this.call(region, operation, input)
    assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
    return body
  }

  async put(region: string, n: number, id = 'a'): Promise<void> {
    await this.succeed(region, 'PutItem', { TableName, Item: { id: { S: id }, n: { N: String(n) } } })
  }

  async n(region: string, id = 'a'): Promise<string | undefined> {
    const { Item } = await this.succeed(region, 'GetItem', { TableName, Key: { id: { S: id } } })
    return (Item as { n?: { N: string } } | undefined)?.n?.N
  }

  async status(region: string): Promise<string | undefined> {
    const { body } = await this.call(region, 'DescribeTable', { TableName })
    return (body.Table as { TableStatus?: string } | undefined)?.TableStatus
  }

  async jobs(byMs = 0): Promise<void> {
    this.clock.advance(byMs)
    await this.service.control.runJobs()
  }

  async records(region: string): Promise<readonly Record<string, unknown>[]> {
    const { Table } = await this.succeed(region, 'DescribeTable', { TableName })
    const StreamArn = (Table as { LatestStreamArn: string }).LatestStreamArn
    const { StreamDescription } = await this.succeed(region, 'DescribeStream', { StreamArn })
    const found: Record<string, unknown>[] = []
    for (const { ShardId } of (StreamDescription as { Shards: { ShardId: string }[] }).Shards) {
      const { ShardIterator } = await this.succeed(region, 'GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
      const { Records } = await this.succeed(region, 'GetRecords', { ShardIterator })
      found.push(...(Records as Record<string, unknown>[]))
    }
    return found
  }
}

test('what is written in one region is read in the other', async () => {
  const world = await World.withReplica()
  await world.put(east, 1)
  assert.equal(await world.n(west), undefined)
  await world.jobs()
  assert.equal(await world.n(west), '1')
  await world.succeed(west, 'DeleteItem', { TableName, Key })
  await world.jobs()
  assert.equal(await world.n(east), undefined)
  await world.service.close()
})

test('of two writes at once the later one stays everywhere, whichever arrives first', async () => {
  const world = await World.withReplica()
  await world.put(east, 1)
  world.clock.advance(5)
  await world.put(west, 2)
  await world.jobs()
  assert.deepEqual([await world.n(east), await world.n(west)], ['2', '2'])
  await world.service.close()
})

test('a region whose clock is ahead wins, and a write that has seen its write is later all the same', async () => {
  const world = await World.withReplica()
  assert.equal((await world.service.control.setReplication({ from: west, to: east, clockOffsetMs: minuteMs })).clockOffsetMs, minuteMs)
  await world.put(west, 1)
  world.clock.advance(1000)
  await world.put(east, 2)
  await world.jobs()
  assert.deepEqual([await world.n(east), await world.n(west)], ['1', '1'])
  await world.put(east, 3)
  await world.jobs()
  assert.deepEqual([await world.n(east), await world.n(west)], ['3', '3'])
  await world.service.close()
})

test('a link that is cut keeps changes in order until it is healed', async () => {
  const world = await World.withReplica()
  const { control } = world.service
  await control.setReplication({ from: east, to: west, cut: true })
  for (const n of [1, 2, 3]) await world.put(east, n)
  await world.put(west, 9, 'b')
  await world.jobs(hourMs)
  assert.deepEqual([await world.n(west), await world.n(east, 'b')], [undefined, '9'])
  assert.deepEqual(await control.replication({ from: east, to: west }), {
    from: east,
    to: west,
    lagMs: 0,
    cut: true,
    clockOffsetMs: 0,
    waiting: 3,
    waitingMs: hourMs,
  })
  await control.healReplication({ from: east, to: west })
  await world.jobs()
  assert.equal(await world.n(west), '3')
  assert.equal((await control.replication({ from: east, to: west })).waiting, 0)
  await world.service.close()
})

test('a link that is late brings changes over when their time has come', async () => {
  const world = await World.withReplica()
  await world.service.control.setReplication({ from: east, to: west, lagMs: 2000 })
  await world.put(east, 1)
  await world.jobs(1999)
  assert.equal(await world.n(west), undefined)
  await world.jobs(1)
  assert.equal(await world.n(west), '1')
  await world.service.close()
})

test('a link is between two regions that have tables of their own', async () => {
  const world = await World.open()
  await assert.rejects(world.service.control.setReplication({ from: east, to: east, cut: true }), /must be two regions/)
  await assert.rejects(
    world.service.control.setReplication({ from: east, to: west, clockOffsetMs: 0.5 }),
    /must be a whole number of milliseconds from -86400000 to 86400000/,
  )
  await world.service.close()
  const shared = await World.open({ regions: 'shared' })
  await assert.rejects(shared.service.control.replication({ from: east, to: west }), /no replicas without --regions isolated/)
  await shared.service.close()
})

test('a server whose regions share their tables says how they are told apart', async () => {
  const world = await World.open({ regions: 'shared' })
  for (const change of [{ ReplicaUpdates: [{ Create: { RegionName: west } }] }, { DisassociationProtectionEnabled: false }]) {
    const { exception, message } = await world.call(east, 'UpdateTable', { TableName, ...change })
    assert.equal(exception, 'ValidationException')
    assert.match(String(message), /start the server with --regions isolated/)
  }
  await world.service.close()
})

test('the streams of both regions tell a change once, without a mark', async () => {
  const world = await World.withReplica()
  await world.put(east, 1)
  await world.jobs()
  const told = async (region: string): Promise<unknown> =>
    (await world.records(region)).map(({ eventName, userIdentity, dynamodb }) => [
      eventName,
      userIdentity,
      (dynamodb as { NewImage: unknown }).NewImage,
    ])
  const expected = [['INSERT', undefined, { id: { S: 'a' }, n: { N: '1' } }]]
  assert.deepEqual(await told(east), expected)
  assert.deepEqual(await told(west), expected)
  await world.service.close()
})

test('an item that expires is deleted by the region that wrote it, and by time to live there alone', async () => {
  const world = await World.withReplica()
  await world.succeed(east, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
  await world.jobs(hourMs)
  const exp = { N: String(Math.floor(world.clock.now() / 1000) + 60) }
  await world.succeed(west, 'PutItem', { TableName, Item: { ...Key, exp } })
  await world.jobs()
  await world.jobs(5 * minuteMs)
  await world.jobs(5 * minuteMs)
  const removed = async (region: string): Promise<unknown> =>
    (await world.records(region)).filter(({ eventName }) => eventName === 'REMOVE').map(({ userIdentity }) => userIdentity)
  assert.deepEqual(await removed(west), [{ Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }])
  assert.deepEqual(await removed(east), [undefined])
  await world.service.close()
})

test('an item expires although the region that wrote it is a replica no more', async () => {
  const world = await World.withReplica()
  await world.succeed(east, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
  await world.jobs(hourMs)
  const exp = { N: String(Math.floor(world.clock.now() / 1000) + 60) }
  await world.succeed(west, 'PutItem', { TableName, Item: { ...Key, exp } })
  await world.jobs()
  await world.succeed(east, 'UpdateTable', { TableName, ReplicaUpdates: [{ Delete: { RegionName: west } }] })
  await world.jobs()
  await world.jobs(5 * minuteMs)
  assert.equal((await world.succeed(east, 'GetItem', { TableName, Key })).Item, undefined)
  await world.service.close()
})

test('metrics tell how late a change arrived, and what it cost where it arrived', async () => {
  const world = await World.withReplica()
  await world.service.control.setReplication({ from: east, to: west, lagMs: 700 })
  await world.put(east, 1)
  await world.jobs(1000)
  const { metrics } = world.service.controlContext.engine.metering
  const latency = metrics.series('ReplicationLatency', { region: east, TableName, ReceivingRegion: west })
  const consumed = metrics.series('ConsumedWriteCapacityUnits', { region: west, TableName })
  assert.deepEqual(
    [latency, consumed].map(({ countOfAll, sumOfAll }) => [countOfAll, sumOfAll]),
    [
      [1, 1000],
      [1, 1],
    ],
  )
  await world.service.close()
})

test('a replica that is cut off and deleted goes when it has told what it acknowledged', async () => {
  const world = await World.withReplica()
  await world.service.control.setReplication({ from: west, to: east, cut: true })
  await world.put(west, 7)
  await world.succeed(west, 'DeleteTable', { TableName })
  await world.jobs(hourMs)
  assert.equal(await world.status(west), 'DELETING')
  await world.service.control.healReplication({ from: west, to: east })
  await world.jobs()
  assert.deepEqual([await world.status(west), await world.status(east), await world.n(east)], [undefined, 'ACTIVE', '7'])
  await world.service.close()
})

test('a replica that is cut off is made when it is healed, with what was written meanwhile', async () => {
  const world = await World.open()
  await world.succeed(east, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  for (let n = 0; n < 60; n += 1) await world.put(east, n, `before ${n}`)
  await world.service.control.setReplication({ from: east, to: west, cut: true })
  await world.succeed(east, 'UpdateTable', { TableName, ReplicaUpdates: [{ Create: { RegionName: west } }] })
  await world.put(east, 1, 'meanwhile')
  await world.succeed(east, 'DeleteItem', { TableName, Key: { id: { S: 'before 3' } } })
  await world.jobs(hourMs)
  assert.equal(await world.status(west), 'CREATING')
  await world.service.control.healReplication({ from: east, to: west })
  await world.jobs()
  assert.equal(await world.status(west), 'ACTIVE')
  assert.equal((await world.succeed(west, 'Scan', { TableName, Select: 'COUNT' })).Count, 60)
  await world.service.close()
})

test('an index that is added while a region is cut off has what comes later', async () => {
  const world = await World.withReplica()
  await world.service.control.setReplication({ from: east, to: west, cut: true })
  await world.put(east, 1)
  await world.succeed(east, 'UpdateTable', {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'byN', KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } },
    ],
  })
  await world.jobs(hourMs)
  await world.service.control.healReplication({ from: east, to: west })
  await world.jobs()
  assert.equal((await world.succeed(west, 'Scan', { TableName, IndexName: 'byN', Select: 'COUNT' })).Count, 1)
  await world.service.close()
})

test('tables that are emptied are replicas of each other as before, and tables that are dropped leave nothing', async () => {
  const world = await World.withReplica()
  await world.put(east, 1)
  await world.service.control.reset({ recreate: true })
  await world.jobs()
  assert.equal(await world.n(west), undefined)
  await world.put(west, 2)
  await world.jobs()
  assert.equal(await world.n(east), '2')
  await world.service.control.reset({ region: west })
  await world.jobs()
  const { Table } = await world.succeed(east, 'DescribeTable', { TableName })
  assert.equal((Table as { Replicas?: unknown }).Replicas, undefined)
  await world.service.close()
})
