/** CloudWatch's API of two services over one store: each knows the metrics of the other, whichever was there first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Body, openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

async function ask(service: Service, operation: string, input: object): Promise<Body> {
  const target = `GraniteServiceVersion20100801.${operation}`
  const { status, body } = await service.handle({ target, headers, body: Buffer.from(JSON.stringify(input)) })
  assert.equal(status, 200, String(body))
  return JSON.parse(String(body))
}

test('a service lists and sums up what another one measured and stored', async () => {
  const clock = new ManualClock(startMs)
  const store = openMemoryStore()
  const open = () => openTestService({ kind: 'custom', open: () => store }, { clock })
  const [a, b] = [await open(), await open()]
  await succeed(a, 'CreateTable', {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await a.control.runJobs()
  await succeed(a, 'GetItem', { TableName: 'Orders', Key: { id: { S: 'a' } } })
  await succeed(a, 'PutItem', { TableName: 'Orders', Item: { id: { S: 'a' } } })
  clock.advance(minuteMs)
  await a.control.runJobs()

  const Dimensions = [{ Name: 'TableName', Value: 'Orders' }]
  const times = { StartTime: startMs / 1000, EndTime: (startMs + minuteMs) / 1000, Period: 60 }
  const statistics = { Namespace: 'AWS/DynamoDB', Dimensions, ...times, Statistics: ['SampleCount'] }
  // Of all operations together: here the service has to know which there are.
  const { Datapoints } = await ask(b, 'GetMetricStatistics', { ...statistics, MetricName: 'SuccessfulRequestLatency' })
  assert.deepEqual(
    (Datapoints as readonly Body[]).map(({ SampleCount }) => SampleCount),
    [2],
  )
  const listed = { Namespace: 'AWS/DynamoDB', MetricName: 'SuccessfulRequestLatency' }
  const { Metrics } = await ask(b, 'ListMetrics', listed)
  assert.deepEqual(
    (Metrics as readonly Body[]).map((metric) => metric.Dimensions),
    ['GetItem', 'PutItem'].map((Value) => [{ Name: 'Operation', Value }, ...Dimensions]),
  )
  const [ofGets = {}] = Metrics as readonly Body[]
  const one = await ask(b, 'GetMetricStatistics', { ...times, ...ofGets, Statistics: ['SampleCount'] })
  assert.deepEqual(
    (one.Datapoints as readonly Body[]).map(({ SampleCount }) => SampleCount),
    [1],
  )
  await b.close()
  await a.close()
})
