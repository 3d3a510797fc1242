/** What a month would cost, from requests to dollars: `cost` and `costWithPrices` of control, on the real engine. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { CostEstimate } from '../../src/server/control/cost-routes.ts'
import type { Service } from '../../src/server/start.ts'
import { shippedPrices } from '../../src/services/cost/price-table.ts'
import { openTestService, succeed } from '../harness/service.ts'

const clock = new ManualClock(1_795_341_600_000)
let service: Service

const keys = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}
const byKind = { IndexName: 'byKind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } }

async function pass(minutes: number): Promise<void> {
  clock.advance(minutes * 60_000)
  await service.control.runJobs()
}

/**
 * From 10:00 to 10:02: 12 writes of one unit on the table; 6 of them, and 3 reads of half a unit, on the index; 4 reads of one unit
 * on the table; two looks at the stream.
 */
before(async () => {
  service = await openTestService('any', { clock })
  const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }
  const { TableDescription } = await succeed(service, 'CreateTable', {
    TableName: 'Orders',
    ...keys,
    GlobalSecondaryIndexes: [byKind],
    ...stream,
  })
  const AttributeDefinitions = keys.AttributeDefinitions.filter(({ AttributeName }) => AttributeName === 'pk')
  await succeed(service, 'CreateTable', { TableName: 'Idle', ...keys, AttributeDefinitions })
  for (let item = 0; item < 12; item += 1) {
    const Item = { pk: { S: `order-${item}` }, ...(item % 2 === 0 && { kind: { S: 'paid' } }) }
    await succeed(service, 'PutItem', { TableName: 'Orders', Item })
  }
  await pass(1)
  for (let item = 0; item < 4; item += 1) {
    await succeed(service, 'GetItem', { TableName: 'Orders', Key: { pk: { S: `order-${item}` } }, ConsistentRead: true })
  }
  const query = { KeyConditionExpression: 'kind = :kind', ExpressionAttributeValues: { ':kind': { S: 'paid' } } }
  for (let time = 0; time < 3; time += 1) await succeed(service, 'Query', { TableName: 'Orders', IndexName: 'byKind', ...query })
  const StreamArn = String((TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn)
  const { StreamDescription } = await succeed(service, 'DescribeStream', { StreamArn })
  const [shard] = (StreamDescription as { readonly Shards: readonly { readonly ShardId: string }[] }).Shards
  const { ShardIterator } = await succeed(service, 'GetShardIterator', { StreamArn, ShardId: shard?.ShardId, ShardIteratorType: 'LATEST' })
  for (let time = 0; time < 2; time += 1) await succeed(service, 'GetRecords', { ShardIterator })
  await pass(1)
  await pass(60)
})

after(() => service.close())

/** Two minutes are taken 21,900 times. */
const times = 21_900

function near(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)
}

function tableOf({ tables }: CostEstimate, name: string): CostEstimate['tables'][number] {
  const found = tables.find((table) => table.name === name)
  assert.ok(found !== undefined)
  return found
}

test('cost prices what was used between the first and the last minute with use', async () => {
  const estimate = await service.control.cost()
  assert.deepEqual(estimate.window, { from: '2026-11-22T10:00:00.000Z', to: '2026-11-22T10:02:00.000Z', minutes: 2 })
  assert.deepEqual([estimate.prices.region, estimate.prices.wantedRegion], ['us-east-1', 'us-east-1'])
  assert.deepEqual(
    estimate.tables.map(({ name }) => name),
    ['Idle', 'Orders'],
  )
  const orders = tableOf(estimate, 'Orders')
  const [table, index] = orders.lines
  near(table?.throughput?.writeUnits, 12 * times)
  near(table?.throughput?.readUnits, 4 * times)
  near(index?.throughput?.writeUnits, 6 * times)
  near(index?.throughput?.readUnits, 1.5 * times)
  near(orders.streamReads, 2 * times)
  const sizes = await service.control.table({ table: 'Orders' })
  near(table?.storageGb, (sizes.sizeBytes + 12 * 100) / 2 ** 30)
  near(index?.storageGb, ((sizes.indexes[0]?.sizeBytes ?? 0) + 6 * 100) / 2 ** 30)
  const throughput = ((18 * 0.625 + 5.5 * 0.125) * times) / 1_000_000
  const storage = ((table?.storageGb ?? 0) + (index?.storageGb ?? 0)) * 0.25
  near(orders.asSet, throughput + storage + (2 * times * 0.02) / 100_000)
  near(estimate.account.asSet, throughput)
  near(tableOf(estimate, 'Idle').asSet, 0)
})

test('cost gives every access pattern its share', async () => {
  const { patterns } = await service.control.cost()
  const writing = patterns.find(({ operation }) => operation === 'PutItem')
  const getting = patterns.find(({ operation }) => operation === 'GetItem')
  const querying = patterns.find(({ operation }) => operation === 'Query')
  near(writing?.dollars, (18 * 0.625 * times) / 1_000_000)
  near(getting?.dollars, (4 * 0.125 * times) / 1_000_000)
  near(querying?.dollars, (1.5 * 0.125 * times) / 1_000_000)
  assert.deepEqual([querying?.table, querying?.index, querying?.requests], ['Orders', 'byKind', 3])
  near(
    patterns.reduce((sum, { share }) => sum + share, 0),
    1,
  )
})

test('cost looks at the hours, the table and the prices that it is asked for', async () => {
  const twoHours = await service.control.cost({ hours: 2, table: 'Orders', priceRegion: 'eu-west-1' })
  assert.deepEqual(twoHours.window, { from: '2026-11-22T09:03:00.000Z', to: '2026-11-22T11:03:00.000Z', minutes: 120 })
  assert.deepEqual([twoHours.prices.region, twoHours.prices.wantedRegion], ['us-east-1', 'eu-west-1'])
  assert.equal(twoHours.tables.length, 1)
  near(tableOf(twoHours, 'Orders').lines[0]?.throughput?.writeUnits, 12 * 365)
  const nothing = await service.control.cost({ hours: 1 })
  near(tableOf(nothing, 'Orders').lines[0]?.throughput?.writeUnits, 0)
  assert.ok(nothing.assumptions.some((sentence) => sentence.startsWith('Nothing was consumed')))
})

test('costWithPrices takes other prices', async () => {
  const prices = structuredClone(shippedPrices) as { regions: { [region: string]: { STANDARD: { onDemandWritesPerMillion: number } } } }
  const dear = prices.regions['us-east-1']
  assert.ok(dear !== undefined)
  dear.STANDARD.onDemandWritesPerMillion = 1000
  prices.regions = { 'eu-west-1': dear }
  const estimate = await service.control.costWithPrices({ prices: prices as unknown as typeof shippedPrices, priceRegion: 'eu-west-1' })
  assert.equal(estimate.prices.region, 'eu-west-1')
  near(tableOf(estimate, 'Orders').lines[0]?.throughput?.writes, (12 * times) / 1000)
})

test('cost tells what it cannot make sense of', async () => {
  const { cost, costWithPrices } = service.control
  await assert.rejects(async () => cost({ table: 'Nowhere' }), { status: 404, message: 'There is no table "Nowhere" in us-east-1.' })
  for (const hours of [0, 361, 1.5]) {
    await assert.rejects(async () => cost({ hours }), { status: 400, message: '"hours" must be a whole number of hours from 1 to 360.' })
  }
  const message = 'The price table is not right: it has no source.'
  await assert.rejects(async () => costWithPrices({ prices: {} as typeof shippedPrices }), { status: 400, message })
  await assert.rejects(async () => costWithPrices({ prices: [] as unknown as typeof shippedPrices }), {
    status: 400,
    message: '"prices" must be a JSON object.',
  })
})

test('A server is opened with other prices, or says what is wrong with them', async () => {
  await assert.rejects(openTestService('any', { prices: { source: 's', date: 'd', regions: {} } }), {
    message: 'The price table is not right: regions must have the prices of at least one region.',
  })
  const other = await openTestService('any', { prices: { ...shippedPrices, date: '2030-01' } })
  const estimate = await other.control.cost()
  assert.equal(estimate.prices.date, '2030-01')
  assert.deepEqual([estimate.tables, estimate.account.asSet], [[], 0])
  await other.close()
})
