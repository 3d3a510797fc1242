/**
 * A clock that is set back, by hours or by a moment: what was begun in what is the future now goes on within its own delay, counts for
 * no quota, and is not done twice. The clock of a machine is corrected as well as that of a test.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { dayMs, hourMs, ManualClock } from '../../src/base/clock.ts'
import { runDueJobs } from '../../src/engine/jobs/run-due-jobs.ts'
import { meteredJobs } from '../../src/metering/open-metered-engine.ts'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

/** On a boundary between two periods of ten minutes, and in the middle of a day. */
const startMs = 1_795_341_600_000
const secondMs = 1000
const TableName = 'Tab'
const plain = {
  TableName,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
}
const index = { IndexName: 'byG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
const AttributeDefinitions = ['g', 'pk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))

let clock: ManualClock
let service: Service

beforeEach(async () => {
  clock = new ManualClock(startMs)
  service = await openTestService('any', { clock })
})
afterEach(() => service.close())

/** Lets so much time pass, a negative one as when the clock is corrected, and what is due then happen. */
async function pass(byMs: number): Promise<void> {
  clock.advance(byMs)
  await service.control.runJobs()
}

function put(item: object): Promise<unknown> {
  return succeed(service, 'PutItem', { TableName, Item: item })
}

interface Described {
  readonly SSEDescription?: { readonly Status: string }
  readonly TableStatus: string
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexStatus: string }[]
  readonly LatestStreamArn?: string
}

async function described(): Promise<Described> {
  return (await succeed(service, 'DescribeTable', { TableName })).Table as Described
}

async function countOf(IndexName?: string): Promise<unknown> {
  return (await succeed(service, 'Scan', { TableName, ...(IndexName !== undefined && { IndexName }) })).Count
}

/** What an update is answered with: its exception, if it is refused. */
async function exceptionOf(update: object): Promise<string | undefined> {
  return (await call(service, 'UpdateTable', { TableName, ...update })).exception
}

test('A table is created, updated and deleted within its delay', async () => {
  await service.control.changeSettings({ tableStateDelayMs: 10 * secondMs })
  await succeed(service, 'CreateTable', plain)
  await pass(-5 * hourMs)
  assert.equal((await described()).TableStatus, 'CREATING')
  await pass(10 * secondMs)
  assert.equal((await described()).TableStatus, 'ACTIVE')

  await succeed(service, 'UpdateTable', { TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } })
  await succeed(service, 'UpdateTable', { TableName, SSESpecification: { Enabled: true } })
  assert.equal((await described()).TableStatus, 'UPDATING')
  await pass(-5 * hourMs)
  await pass(10 * secondMs)
  assert.equal((await described()).TableStatus, 'ACTIVE')
  assert.equal((await described()).SSEDescription?.Status, 'ENABLED')

  await succeed(service, 'DeleteTable', { TableName })
  await pass(-5 * hourMs)
  assert.equal((await described()).TableStatus, 'DELETING')
  await pass(10 * secondMs)
  assert.equal((await call(service, 'DescribeTable', { TableName })).exception, 'ResourceNotFoundException')
})

test('An added index becomes ACTIVE within its delays', async () => {
  await succeed(service, 'CreateTable', plain)
  await put({ pk: { S: 'a' }, g: { S: 'x' } })
  await service.control.changeSettings({ tableStateDelayMs: 10 * secondMs })
  await succeed(service, 'UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: index }] })
  await pass(10 * secondMs)
  assert.equal((await described()).GlobalSecondaryIndexes?.[0]?.IndexStatus, 'CREATING')
  await pass(-5 * hourMs)
  for (let at = 0; at < 4; at += 1) await pass(10 * secondMs)
  assert.equal((await described()).GlobalSecondaryIndexes?.[0]?.IndexStatus, 'ACTIVE')
  assert.equal(await countOf('byG'), 1)
})

test('What waits for a lagging index shows within its lag, and so does what is written after it', async () => {
  await succeed(service, 'CreateTable', { ...plain, AttributeDefinitions, GlobalSecondaryIndexes: [index] })
  await service.control.changeSettings({ indexLagMs: 10 * secondMs })
  await put({ pk: { S: 'a' }, g: { S: 'x' } })
  await pass(-5 * hourMs)
  await put({ pk: { S: 'b' }, g: { S: 'x' } })
  await pass(5 * secondMs)
  assert.equal(await countOf('byG'), 0)
  await pass(5 * secondMs)
  assert.equal(await countOf('byG'), 2)
})

const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }

interface DescribedShard {
  readonly ShardId: string
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string }
}

/** Those that are open, and the others. */
async function shardsOf(StreamArn: string): Promise<readonly [open: readonly string[], closed: readonly string[]]> {
  const { StreamDescription } = await succeed(service, 'DescribeStream', { StreamArn })
  const { Shards } = StreamDescription as { readonly Shards: readonly DescribedShard[] }
  const isClosed = ({ SequenceNumberRange }: DescribedShard): boolean => SequenceNumberRange.EndingSequenceNumber !== undefined
  const ids = (shards: readonly DescribedShard[]): readonly string[] => shards.map(({ ShardId }) => ShardId)
  return [ids(Shards.filter((shard) => !isClosed(shard))), ids(Shards.filter(isClosed))]
}

async function recordCount(StreamArn: string, ShardId: string): Promise<number> {
  const { ShardIterator } = await succeed(service, 'GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  return ((await succeed(service, 'GetRecords', { ShardIterator })).Records as readonly unknown[]).length
}

test('Shards rotate within four hours', async () => {
  await succeed(service, 'CreateTable', { ...plain, StreamSpecification })
  const { LatestStreamArn = '' } = await described()
  const [before] = await shardsOf(LatestStreamArn)
  await pass(-10 * dayMs)
  assert.deepEqual(await shardsOf(LatestStreamArn), [before, []])
  await pass(4 * hourMs)
  const [after, closed] = await shardsOf(LatestStreamArn)
  assert.deepEqual([after.length, closed], [before.length, before])
})

test('Records, closed shards and disabled streams go within a day', async () => {
  await service.control.changeSettings({ shardRotationMs: 0 })
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  await succeed(service, 'CreateTable', { ...plain, BillingMode: 'PROVISIONED', ProvisionedThroughput, StreamSpecification })
  const { LatestStreamArn = '' } = await described()
  await put({ pk: { S: 'a' } })
  await put({ pk: { S: 'b' } })
  const [[shard = '']] = await shardsOf(LatestStreamArn)
  await pass(-10 * dayMs)
  assert.equal(await recordCount(LatestStreamArn, shard), 2)
  await pass(dayMs + secondMs)
  assert.equal(await recordCount(LatestStreamArn, shard), 0)

  await succeed(service, 'UpdateTable', { TableName, StreamSpecification: { StreamEnabled: false } })
  await pass(-10 * dayMs)
  assert.deepEqual(await shardsOf(LatestStreamArn), [[], [shard]])
  await pass(dayMs + secondMs)
  assert.equal((await call(service, 'DescribeStream', { StreamArn: LatestStreamArn })).exception, 'ResourceNotFoundException')
})

test('Expired items are swept within the interval', async () => {
  await succeed(service, 'CreateTable', plain)
  await succeed(service, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
  const { engine } = service.controlContext
  // As the server does by itself: asked by control, it sweeps at once.
  const tick = (): Promise<boolean> => runDueJobs(meteredJobs(engine), engine.clock)
  await tick()
  clock.advance(-5 * hourMs)
  await tick()
  await put({ pk: { S: 'a' }, exp: { N: String(Math.floor(clock.now() / 1000) - 10) } })
  clock.advance(60 * secondMs - 1)
  await tick()
  assert.equal(await countOf(), 1)
  clock.advance(1)
  await tick()
  assert.equal(await countOf(), 0)
})

test('Changes that lie in the future count for no quota of changes', async () => {
  await succeed(service, 'CreateTable', plain)
  const classes = ['STANDARD_INFREQUENT_ACCESS', 'STANDARD']
  for (const TableClass of classes) await succeed(service, 'UpdateTable', { TableName, TableClass })
  assert.equal(await exceptionOf({ TableClass: classes[0] }), 'LimitExceededException')
  await pass(-hourMs)
  for (const TableClass of classes) await succeed(service, 'UpdateTable', { TableName, TableClass })
  assert.equal(await exceptionOf({ TableClass: classes[0] }), 'LimitExceededException')
})

test('Decreases of throughput that lie in the future are none of today', async () => {
  const units = (capacity: number): object => ({
    ProvisionedThroughput: { ReadCapacityUnits: capacity, WriteCapacityUnits: capacity },
  })
  await succeed(service, 'CreateTable', { ...plain, BillingMode: 'PROVISIONED', ...units(20) })
  for (const capacity of [19, 18, 17, 16]) await succeed(service, 'UpdateTable', { TableName, ...units(capacity) })
  assert.equal(await exceptionOf(units(15)), 'LimitExceededException')
  await pass(-2 * hourMs)
  for (const capacity of [15, 14, 13, 12]) await succeed(service, 'UpdateTable', { TableName, ...units(capacity) })
  assert.equal(await exceptionOf(units(11)), 'LimitExceededException')
})

test('A transaction is done once with its token, over the boundary of two periods and a clock that is corrected by a moment', async () => {
  await succeed(service, 'CreateTable', plain)
  const Update = { TableName, Key: { pk: { S: 'a' } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } }
  const transact = (): Promise<unknown> =>
    succeed(service, 'TransactWriteItems', { TransactItems: [{ Update }], ClientRequestToken: 'once' })
  clock.advance(100)
  await transact()
  clock.advance(-200)
  await transact()
  clock.advance(200)
  await transact()
  const { Item } = await succeed(service, 'GetItem', { TableName, Key: { pk: { S: 'a' } } })
  assert.deepEqual(Item, { pk: { S: 'a' }, n: { N: '1' } })
})
