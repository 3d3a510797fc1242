/** One clock for all nodes of a cluster for tests: moved through any of them, seen by all, and what is due then is done by whose job it is. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { dayMs, hourMs, ManualClock, minuteMs } from '../../src/base/clock.ts'
import { openDisturbedStore } from '../../src/storage/faulty/open-disturbed-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { damagedStore } from '../harness/damaged-store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { call, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const TableName = 'Tab'
/** The sweep records of deleted tables (keyspace 0x03). */
const sweepTag = 0x03

let store: Store
let clock: ManualClock
let one: Node
let other: Node

beforeEach(async () => {
  store = openDisturbedStore()
  clock = new ManualClock(startMs)
  one = await nodeOn(store, clock, 1, { isTestCluster: true })
  other = await nodeOn(store, clock, 2, { isTestCluster: true })
})

afterEach(async () => {
  for (const { service } of [one, other]) await service.close()
  await store.close()
})

async function assertTime(nowMs: number, frozen = false): Promise<void> {
  for (const { service } of [one, other]) {
    // Without asking the store: it has been told.
    const { clock: known } = service.controlContext.engine
    assert.deepEqual([known.now(), known.isFrozen], [nowMs, frozen])
    assert.deepEqual(await service.control.clock(), { nowMs, now: new Date(nowMs).toISOString(), frozen })
  }
}

test('the clock is set, advanced, stopped, let go on and given back through any node, and all of them have it when the answer comes', async () => {
  const { control } = one.service
  const { control: others } = other.service
  const day = Date.parse('2030-01-01')
  assert.equal((await control.setClock({ now: '2030-01-01' })).nowMs, day)
  await assertTime(day)
  await others.advanceClock({ byMs: hourMs })
  await assertTime(day + hourMs)
  clock.advance(7)
  await assertTime(day + hourMs + 7)
  await others.setClock({ frozen: true })
  clock.advance(100)
  await assertTime(day + hourMs + 7, true)
  await control.advanceClock({ byMs: 1 })
  await assertTime(day + hourMs + 8, true)
  await control.setClock({ now: day, frozen: false })
  clock.advance(3)
  await assertTime(day + 3)
  await others.resetClock()
  await assertTime(startMs + 110)
})

test('two that advance it at once both do', async () => {
  await Promise.all([
    one.service.control.advanceClock({ byMs: hourMs }),
    other.service.control.advanceClock({ byMs: minuteMs }),
    other.service.control.advanceClock({ byMs: 1 }),
  ])
  await assertTime(startMs + hourMs + minuteMs + 1)
})

test('who comes later, or comes back, has it; --clock only says where it starts as long as nobody has moved it', async () => {
  await one.service.control.setClock({ now: '2030-01-01', frozen: true })
  await one.service.close()
  one = await nodeOn(store, clock, 3, { isTestCluster: true, startMs: 0 })
  await assertTime(Date.parse('2030-01-01'), true)
})

test('what cannot be is refused, and leaves the clock as it is', async () => {
  await assert.rejects(one.service.control.advanceClock({ byMs: 9e15 }), /ControlError: .*/)
  await assert.rejects(other.service.control.setClock({ now: 'noon' }), /ControlError: .*/)
  await assert.rejects(
    (async () => {
      await one.service.control.setClock({ now: '9999-12-31' })
      await other.service.control.advanceClock({ byMs: dayMs })
    })(),
    /^ControlError: The clock goes to the end of the year 9999 and no further\.$/,
  )
  await assertTime(Date.parse('9999-12-31'))
})

const create = {
  TableName,
  AttributeDefinitions: ['pk', 'g'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    { IndexName: 'byG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
}

async function jobsOf(node: Node): Promise<readonly string[]> {
  return (await node.service.control.nodes()).nodes.find(({ isSelf }) => isSelf)?.jobs ?? []
}

async function countOf(node: Node, IndexName?: string): Promise<unknown> {
  return (await succeed(node.service, 'Scan', { TableName, ...(IndexName !== undefined && { IndexName }) })).Count
}

interface Described {
  readonly TableStatus: string
  readonly LatestStreamArn: string
}

async function described(node: Node): Promise<Described> {
  return (await succeed(node.service, 'DescribeTable', { TableName })).Table as Described
}

interface Shard {
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string }
}

for (const asked of ['one', 'other'] as const) {
  test(`what is due at the moved time is done when the answer comes, whoever's job it is, asked through ${asked}`, async () => {
    const mover = asked === 'one' ? one : other
    const { control } = mover.service
    await control.changeSettings({ tableStateDelayMs: 1000, indexLagMs: 5000, ttlSweepIntervalMs: hourMs })
    await succeed(one.service, 'CreateTable', create)
    assert.equal((await described(other)).TableStatus, 'CREATING')
    await control.advanceClock({ byMs: 1000 })
    for (const node of [one, other]) assert.equal((await described(node)).TableStatus, 'ACTIVE')
    const held = [await jobsOf(one), await jobsOf(other)]
    assert.ok(held.every((jobs) => jobs.length > 0))
    assert.ok(['expiry', 'streams', 'index queues', 'table states', 'deleted tables'].every((job) => held.flat().includes(job)))

    await succeed(other.service, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
    for (const [at, pk] of ['a', 'b', 'c'].entries()) {
      const exp = { N: String(startMs / 1000 + 60 + at * 3600) }
      await succeed((at % 2 === 0 ? one : other).service, 'PutItem', { TableName, Item: { pk: { S: pk }, g: { S: 'x' }, exp } })
    }
    for (const node of [one, other]) assert.equal(await countOf(node, 'byG'), 0)
    await control.advanceClock({ byMs: 5000 })
    for (const node of [one, other]) assert.equal(await countOf(node, 'byG'), 3)
    await control.advanceClock({ byMs: hourMs })
    for (const node of [one, other]) assert.equal(await countOf(node), 2)
    await control.advanceClock({ byMs: 2 * hourMs })
    for (const node of [one, other]) assert.equal(await countOf(node), 0)

    const { LatestStreamArn: StreamArn } = await described(one)
    const shards = async (node: Node): Promise<readonly boolean[]> => {
      const { StreamDescription } = await succeed(node.service, 'DescribeStream', { StreamArn })
      const { Shards } = StreamDescription as { readonly Shards: readonly Shard[] }
      return Shards.map(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber !== undefined).sort()
    }
    const open = [false, false, false, false]
    assert.deepEqual(await shards(other), open)
    await control.advanceClock({ byMs: hourMs })
    for (const node of [one, other]) assert.deepEqual(await shards(node), [...open, true, true, true, true])

    await succeed(other.service, 'DeleteTable', { TableName })
    assert.equal((await described(one)).TableStatus, 'DELETING')
    await control.advanceClock({ byMs: 1000 })
    for (const node of [one, other]) {
      assert.equal((await call(node.service, 'DescribeTable', { TableName })).exception, 'ResourceNotFoundException')
    }
    await control.advanceClock({ byMs: 25 * hourMs })
    for (const node of [one, other]) {
      assert.equal((await call(node.service, 'DescribeStream', { StreamArn })).exception, 'ResourceNotFoundException')
    }
  })
}

test('POST jobs/run does what is due on all nodes, and leaves the clock where it is', async () => {
  await one.service.control.changeSettings({ tableStateDelayMs: 1000 })
  await succeed(one.service, 'CreateTable', create)
  clock.advance(1000)
  for (const node of [one, other]) {
    const { nowMs } = await node.service.control.runJobs()
    assert.equal(nowMs, startMs + 1000)
  }
  assert.equal((await described(one)).TableStatus, 'ACTIVE')
  await assertTime(startMs + 1000)
})

test('a node that dies without a word is waited for until it is known to be dead, and its jobs are done', async () => {
  await one.service.control.changeSettings({ tableStateDelayMs: 1000 })
  await succeed(one.service, 'CreateTable', create)
  const silent = await nodeOn(silencedAfter(store), clock, 4, { isTestCluster: true })
  await one.service.control.runJobs()
  assert.ok((await jobsOf(silent)).length > 0)
  silence.isOn = true
  let isDone = false
  const moved = one.service.control.advanceClock({ byMs: 1000 }).then(() => {
    isDone = true
  })
  // The others go on; it is the silence that makes it dead.
  while (!isDone) {
    for (const { steady } of [one, other]) steady.advance(100)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await moved
  assert.ok(one.steady.now() >= 5000)
  assert.equal((await described(one)).TableStatus, 'ACTIVE')
  silence.isOn = false
  await silent.service.close()
})

const silence = { isOn: false }

/** Of a process that is stopped: nothing that it asks gets through. */
function silencedAfter(asked: Store): Store {
  const heard = async <T>(ask: () => Promise<T>): Promise<T> => {
    while (silence.isOn) await new Promise((resolve) => setTimeout(resolve, 5))
    return ask()
  }
  return {
    get: (...args) => heard(() => asked.get(...args)),
    sums: (counters) => heard(() => asked.sums(counters)),
    view: (...args) => heard(() => asked.view(...args)),
    write: (...args) => heard(() => asked.write(...args)),
    close: () => asked.close(),
  }
}

test('auto scaling follows, though only one of them was asked for it', async () => {
  const provisioned = {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  }
  const target = { ServiceNamespace: 'dynamodb', ResourceId: `table/${TableName}`, ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }
  await succeed(one.service, 'CreateTable', provisioned)
  await askScaling(one, 'RegisterScalableTarget', { ...target, MinCapacity: 5, MaxCapacity: 10 })
  await askScaling(one, 'PutScheduledAction', {
    ...target,
    ScheduledActionName: 'more',
    Schedule: `at(${new Date(startMs + hourMs).toISOString().slice(0, 19)})`,
    ScalableTargetAction: { MinCapacity: 8 },
  })
  const capacity = async (node: Node): Promise<unknown> => {
    const { Table } = await succeed(node.service, 'DescribeTable', { TableName })
    return (Table as { readonly ProvisionedThroughput: { readonly WriteCapacityUnits: number } }).ProvisionedThroughput.WriteCapacityUnits
  }
  await other.service.control.advanceClock({ byMs: hourMs - minuteMs })
  assert.equal(await capacity(one), 5)
  await other.service.control.advanceClock({ byMs: 2 * minuteMs })
  for (const node of [one, other]) assert.equal(await capacity(node), 8)
})

async function askScaling({ service }: Node, operation: string, input: object): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': '20261122T100000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/application-autoscaling/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
  }
  const answer = await service.handle({ target: `AnyScaleFrontendService.${operation}`, headers, body: Buffer.from(JSON.stringify(input)) })
  assert.equal(answer.status, 200, answer.body)
}

test('a job that fails is told through whichever node it was asked for, and is done when it can be', async () => {
  const status = { isDamaged: false }
  const nodes = [4, 5].map((seed) => nodeOn(damagedStore(store, sweepTag, status), clock, seed, { isTestCluster: true }))
  const [third, fourth] = (await Promise.all(nodes)) as [Node, Node]
  // The undamaged ones have nothing more to do with it.
  for (const { service } of [one, other]) await service.close()
  await third.service.control.runJobs()
  status.isDamaged = true
  for (const { service } of [third, fourth]) {
    await assert.rejects(service.control.runJobs(), /^Error: The node \S+ could not do what was due: The job deleted tables failed$/)
  }
  status.isDamaged = false
  for (const { service } of [third, fourth]) {
    await service.control.runJobs()
    await service.close()
  }
})
