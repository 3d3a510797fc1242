/** Global tables with strong consistency: what is acknowledged in one region is read in all, or the read is refused; conflicts, witnesses, cuts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { openService, type Service } from '../../src/server/start.ts'
import { checkAnswer, type Reply } from '../harness/check-answer.ts'
import { targetFor } from '../harness/target-for.ts'
import { testStorage } from '../harness/test-storage.ts'

const TableName = 'Orders'
const regions = ['us-east-1', 'us-east-2', 'us-west-2'] as const
const [east, ohio, west] = regions
const Key = { id: { S: 'a' } }
const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'of', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byOf', KeySchema: [{ AttributeName: 'of', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
}

class World {
  readonly clock: ManualClock
  readonly service: Service

  private constructor(service: Service, clock: ManualClock) {
    this.service = service
    this.clock = clock
  }

  static async open(withWitness = false): Promise<World> {
    const clock = new ManualClock(1_795_341_600_000)
    const options = {
      clock,
      steadyClock: new ManualClock(0),
      random: seededRandom(1),
      log: () => {},
      jobs: 'manual' as const,
      isTestCluster: true,
    }
    const world = new World(await openService({ storage: testStorage('steady'), regions: 'isolated', ...options }), clock)
    await world.succeed(east, 'CreateTable', definition)
    await world.succeed(east, 'UpdateTable', {
      TableName,
      ReplicaUpdates: (withWitness ? [ohio] : [ohio, west]).map((RegionName) => ({ Create: { RegionName } })),
      MultiRegionConsistency: 'STRONG',
      ...(withWitness && { GlobalTableWitnessUpdates: [{ Create: { RegionName: west } }] }),
    })
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

  put(region: string, n: number): Promise<Reply> {
    return this.call(region, 'PutItem', { TableName, Item: { ...Key, of: { S: 'x' }, n: { N: String(n) } } })
  }

  /** The number, `none`, or what the read was refused with. */
  async read(region: string, ConsistentRead = true, id = 'a'): Promise<string> {
    const { body, exception } = await this.call(region, 'GetItem', { TableName, Key: { id: { S: id } }, ConsistentRead })
    return exception ?? (body.Item as { n?: { N: string } } | undefined)?.n?.N ?? 'none'
  }

  async jobs(byMs = 0): Promise<void> {
    this.clock.advance(byMs)
    await this.service.control.runJobs()
  }

  async isolate(region: string): Promise<void> {
    for (const other of regions.filter((each) => each !== region)) {
      await this.service.control.setReplication({ from: region, to: other, cut: true })
      await this.service.control.setReplication({ from: other, to: region, cut: true })
    }
  }

  async heal(): Promise<void> {
    for (const from of regions) for (const to of regions) if (from !== to) await this.service.control.healReplication({ from, to })
  }
}

test('what is acknowledged in one region is read in all, at once, and in their indexes', async () => {
  const world = await World.open()
  assert.equal((await world.put(west, 1)).status, 200)
  assert.deepEqual(await Promise.all(regions.map((region) => world.read(region))), ['1', '1', '1'])
  for (const region of regions) {
    assert.equal((await world.succeed(region, 'Scan', { TableName, IndexName: 'byOf', Select: 'COUNT' })).Count, 1)
  }
  await world.succeed(ohio, 'DeleteItem', {
    TableName,
    Key,
    ConditionExpression: 'n = :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  })
  assert.deepEqual(await Promise.all(regions.map((region) => world.read(region))), ['none', 'none', 'none'])
  await world.service.close()
})

test('a region that is cut off acknowledges nothing and does not know what is the latest; the others go on', async () => {
  const world = await World.open()
  await world.put(east, 1)
  await world.isolate(west)
  assert.deepEqual(
    [(await world.put(west, 2)).exception, await world.read(west), await world.read(west, false)],
    ['ServiceUnavailable', 'ServiceUnavailable', '1'],
  )
  assert.equal((await world.put(east, 3)).status, 200)
  assert.deepEqual([await world.read(ohio), await world.read(west, false)], ['3', '1'])
  await world.heal()
  // It is in reach, and has not caught up.
  assert.equal(await world.read(west), 'ServiceUnavailable')
  assert.equal((await world.put(west, 4)).exception, 'ServiceUnavailable')
  await world.jobs()
  assert.deepEqual([await world.read(west), (await world.put(west, 5)).status], ['3', 200])
  assert.deepEqual(await Promise.all(regions.map((region) => world.read(region))), ['5', '5', '5'])
  await world.service.close()
})

test('two replicas go on without their witness, and one with it', async () => {
  const world = await World.open(true)
  const { Table } = await world.succeed(ohio, 'DescribeTable', { TableName })
  assert.deepEqual((Table as { GlobalTableWitnesses: unknown }).GlobalTableWitnesses, [{ RegionName: west, WitnessStatus: 'ACTIVE' }])
  assert.equal((await world.call(west, 'DescribeTable', { TableName })).exception, 'ResourceNotFoundException')
  await world.isolate(west)
  assert.equal((await world.put(east, 1)).status, 200)
  await world.heal()
  await world.isolate(ohio)
  assert.equal((await world.put(east, 2)).status, 200)
  assert.deepEqual([await world.read(east), await world.read(ohio)], ['2', 'ServiceUnavailable'])
  await world.service.close()
})

test('regions that reach each other over a third know what is the latest', async () => {
  const world = await World.open()
  await world.service.control.setReplication({ from: east, to: west, cut: true })
  await world.put(east, 1)
  assert.equal(await world.read(west), '1')
  await world.service.close()
})

test('while a region is writing an item another one is refused', async () => {
  const world = await World.open()
  await world.service.control.setReplication({ from: east, to: west, lagMs: 50 })
  await world.put(east, 1)
  const { exception, message } = await world.put(west, 2)
  assert.deepEqual(
    [exception, message],
    [
      'ReplicatedWriteConflictException',
      'The request was rejected because one or more items in the request are being modified by a request in another Region.',
    ],
  )
  world.clock.advance(50)
  assert.equal((await world.put(west, 2)).status, 200)
  await world.service.close()
})

test('what strong consistency does not have is refused', async () => {
  const world = await World.open()
  const write = { TransactItems: [{ Put: { TableName, Item: Key } }] }
  const refused = async (operation: string, input: unknown): Promise<string> => {
    const { exception, message } = await world.call(east, operation, input)
    return `${exception}: ${message}`
  }
  const noTransactions = 'ValidationException: Transactional operations are not supported for tables with MultiRegionConsistency STRONG'
  assert.equal(await refused('TransactWriteItems', write), noTransactions)
  assert.equal(await refused('TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }), noTransactions)
  assert.match(
    await refused('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } }),
    /^ValidationException: Time to Live is not supported/,
  )
  await world.service.close()
})

test('acknowledged writes form one history, whatever is cut', async () => {
  for (let seed = 1; seed <= 40; seed += 1) await oneHistory(seed)
})

/** Counts up in random regions while links come and go: no count is lost or given twice, and no strong read sees an older one. */
async function oneHistory(seed: number): Promise<void> {
  const world = await World.open(seed % 3 === 0)
  const serving = seed % 3 === 0 ? [east, ohio] : [...regions]
  const random = seededRandom(seed)
  const below = (limit: number): number => (random.bytes(1)[0] ?? 0) % limit
  const counted = new Map<string, number>()
  for (let step = 0; step < 120; step += 1) {
    const region = serving[below(serving.length)] ?? east
    const id = `item ${below(3)}`
    const drawn = below(20)
    if (drawn < 9) {
      const { status, exception, body } = await world.call(region, 'UpdateItem', {
        TableName,
        Key: { id: { S: id } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      })
      if (status === 200) {
        counted.set(id, (counted.get(id) ?? 0) + 1)
        assert.equal(Number((body.Attributes as { n: { N: string } }).n.N), counted.get(id), `seed ${seed}`)
      } else assert(exception === 'ServiceUnavailable' || exception === 'ReplicatedWriteConflictException', String(exception))
    } else if (drawn < 15) {
      const found = await world.read(region, true, id)
      if (found !== 'ServiceUnavailable') assert.equal(found, String(counted.get(id) ?? 'none'), `seed ${seed}`)
    } else if (drawn < 17) {
      const from = regions[below(3)] ?? east
      const to = regions[below(3)] ?? ohio
      if (from !== to) await world.service.control.setReplication({ from, to, cut: below(2) === 0, lagMs: below(3) * 10 })
    } else if (drawn < 19) await world.jobs(below(40))
    else await world.heal()
  }
  await world.heal()
  await world.jobs()
  for (const region of serving) {
    for (const [id, n] of counted) assert.equal(await world.read(region, true, id), String(n), `seed ${seed} ${region}`)
  }
  await world.service.close()
}
