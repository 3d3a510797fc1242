/** What the metrics say of things that happen by themselves: items that expire, indexes that are filled, tables in their regions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Dimensions, MetricName } from '../../src/metering/metrics/metric-names.ts'
import { Metrics } from '../../src/metering/metrics/metrics.ts'
import { type MetricPoint, readPoints } from '../../src/metering/metrics/read-points.ts'
import { storeAllPoints } from '../../src/metering/metrics/store-points.ts'
import { metricsText } from '../../src/server/prometheus.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000

function pointsOf(service: Service, name: MetricName, dimensions: Dimensions): Promise<readonly MetricPoint[]> {
  return readPoints(service.controlContext.engine, name, dimensions, 0, Number.MAX_SAFE_INTEGER)
}

const onDemand = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
}

test('items that expire are counted when they are deleted', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock })
  await succeed(service, 'CreateTable', { TableName: 'Sessions', ...onDemand })
  await succeed(service, 'UpdateTimeToLive', { TableName: 'Sessions', TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
  for (let at = 0; at < 30; at += 1) {
    await succeed(service, 'PutItem', { TableName: 'Sessions', Item: { id: { S: String(at) }, exp: { N: String(startMs / 1000 + at) } } })
  }
  clock.advance(20_000)
  await service.control.runJobs()
  const [point] = await pointsOf(service, 'TimeToLiveDeletedItemCount', { region: '', TableName: 'Sessions' })
  assert.equal(point?.sum, 20)
  await service.close()
})

test('the backfill of an index tells how far it has come and what it writes', async () => {
  const service = await openTestService('any')
  await succeed(service, 'CreateTable', { TableName: 'Orders', ...onDemand })
  for (let at = 0; at < 60; at += 1) {
    const item = { id: { S: String(at) }, ...(at % 2 === 0 && { kind: { S: 'a'.repeat(1500) } }) }
    await succeed(service, 'PutItem', { TableName: 'Orders', Item: item })
  }
  await succeed(service, 'UpdateTable', {
    TableName: 'Orders',
    AttributeDefinitions: [...onDemand.AttributeDefinitions, { AttributeName: 'kind', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'byKind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } },
    ],
  })
  await service.control.runJobs()
  const dimensions = { region: '', TableName: 'Orders', GlobalSecondaryIndexName: 'byKind' }
  const [progress] = await pointsOf(service, 'OnlineIndexPercentageProgress', dimensions)
  assert.equal(progress?.maximum, 100)
  assert.ok(progress.sampleCount >= 3 && progress.minimum > 0 && progress.minimum < 100)
  const [consumed] = await pointsOf(service, 'OnlineIndexConsumedWriteCapacity', dimensions)
  assert.equal(consumed?.sum, 30 * 2)
  await service.close()
})

test('what is searched in a vector index and written to it is counted in bytes, whether they were asked for or not, and survives a restart', async () => {
  const service = await openTestService('any', { clock: new ManualClock(startMs) })
  const VectorAttribute = { AttributeName: 'e' }
  const index = {
    IndexName: 'byMeaning',
    VectorAttribute,
    Dimensions: 3,
    DistanceFunction: 'EUCLIDEAN',
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }
  await succeed(service, 'CreateTable', { TableName: 'Docs', ...onDemand, VectorIndexes: [index] })
  await service.control.runJobs()
  const SearchVector = [{ N: '1' }, { N: '2' }, { N: '3' }]
  await succeed(service, 'PutItem', { TableName: 'Docs', Item: { id: { S: 'a' }, e: { L: SearchVector } } })
  const search = { TableName: 'Docs', IndexName: 'byMeaning', SearchVector, TopK: 1 }
  await succeed(service, 'SearchVectors', { ...search, ReturnConsumedCapacity: 'TOTAL' })
  await succeed(service, 'SearchVectors', search)
  const dimensions = { region: '', TableName: 'Docs', IndexName: 'byMeaning' }
  const [point] = await pointsOf(service, 'VectorSearchRequestBytes', dimensions)
  assert.deepEqual([point?.sampleCount, point?.sum], [2, 2048])
  const [written] = await pointsOf(service, 'VectorWriteRequestBytes', dimensions)
  assert.deepEqual([written?.sampleCount, written?.sum], [1, 1024])
  const { engine } = service.controlContext
  assert.match(
    metricsText(engine.metering.metrics, startMs),
    /^dynamodb_vector_search_request_bytes_total\{table="Docs",index="byMeaning"\} 2048$/m,
  )
  await storeAllPoints(engine)
  const reopened = new Metrics()
  await reopened.load(engine.store)
  const known = [...reopened.known()].filter(({ name }) => name === 'VectorSearchRequestBytes')
  assert.deepEqual(
    known.map((series) => series.dimensions),
    [dimensions],
  )
  await service.close()
})

test('where regions have their own tables they have their own metrics', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, regions: 'isolated' })
  const ProvisionedThroughput = { ReadCapacityUnits: 40, WriteCapacityUnits: 20 }
  await succeed(service, 'CreateTable', { TableName: 'Orders', ...onDemand, BillingMode: 'PROVISIONED', ProvisionedThroughput })
  clock.advance(5 * 60_000)
  await service.control.runJobs()
  const here = { region: 'us-east-1' }
  const [setting] = await pointsOf(service, 'ProvisionedReadCapacityUnits', { ...here, TableName: 'Orders' })
  assert.equal(setting?.maximum, 40)
  assert.equal((await pointsOf(service, 'AccountMaxReads', here)).length, 1)
  for (const region of ['', 'eu-west-1']) assert.deepEqual(await pointsOf(service, 'AccountMaxReads', { region }), [])
  await service.close()
})
