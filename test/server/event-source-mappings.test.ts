/** Event source mappings: functions are invoked for what is written, with batches, filters, windows, retries, bisecting and failures, on a clock that is moved. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { callLambda, functionsOf, succeedLambda } from '../harness/lambda-service.ts'
import { openTestService, succeed } from '../harness/service.ts'

interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string
    readonly eventSourceARN: string
    readonly dynamodb: {
      readonly Keys: { readonly pk: { readonly S: string }; readonly sk: { readonly N: string } }
      readonly SequenceNumber: string
    }
  }[]
  readonly window?: { readonly start: string; readonly end: string }
  readonly state?: { readonly [name: string]: number }
  readonly isFinalInvokeForWindow?: boolean
}

const startMs = 1_795_341_600_000
const failures = 'arn:aws:sqs:us-east-1:123456789012:failures'
const bucket = 'arn:aws:s3:::failures'
const table = 'arn:aws:sns:us-east-1:123456789012:failures'
let service: Service
let clock: ManualClock
const folder = mkdtempSync(join(tmpdir(), 'stator-mappings-'))
const opened: Service[] = []

afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

type Handler = (event: StreamEvent, context: { readonly awsRequestId: string }) => unknown

/** A table with a stream, and a function `f` of it. */
async function open(
  handler: Handler,
  mapping: object = {},
): Promise<{ readonly batches: string[][]; readonly id: string; readonly arn: string }> {
  clock = new ManualClock(startMs)
  const batches: string[][] = []
  const counted = (event: StreamEvent, context: { readonly awsRequestId: string }): unknown => {
    batches.push(event.Records.map(({ dynamodb: { Keys } }) => `${Keys.pk.S}${Keys.sk.N}`))
    return handler(event, context)
  }
  const destinations = { [failures]: { file: 'failures.jsonl' }, [bucket]: { folder: 'bucket' }, [table]: { table: 'Failures' } }
  service = await openTestService('steady', { clock, streamShards: 1, ...functionsOf({ f: counted }, destinations, folder) })
  opened.push(service)
  const arn = await createTable('Orders')
  const { UUID } = await succeedLambda(service, 'CreateEventSourceMapping', {
    EventSourceArn: arn,
    FunctionName: 'f',
    StartingPosition: 'TRIM_HORIZON',
    ...mapping,
  })
  return { batches, id: String(UUID), arn }
}

async function createTable(TableName: string): Promise<string> {
  const { TableDescription } = await succeed(service, 'CreateTable', {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
  return (TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn
}

async function put(pk: string, sk: number, more: object = {}): Promise<void> {
  await succeed(service, 'PutItem', { TableName: 'Orders', Item: { pk: { S: pk }, sk: { N: String(sk) }, ...more } })
}

async function pass(ms = 0): Promise<void> {
  clock.advance(ms)
  await service.control.runJobs()
}

async function mappingNow(id: string): Promise<{ readonly [name: string]: unknown }> {
  return succeedLambda(service, 'GetEventSourceMapping', { UUID: id })
}

const poisoned = ({ Records }: StreamEvent): void => {
  if (Records.some(({ dynamodb }) => dynamodb.Keys.sk.N === '3')) throw new Error('poison')
}

test('a function is invoked for what was written, with the records as Lambda has them', async () => {
  const events: StreamEvent[] = []
  const { batches, id, arn } = await open((event) => events.push(event))
  assert.equal((await mappingNow(id))['State'], 'Creating')
  await put('a', 1, { n: { N: '1' } })
  await put('a', 2)
  await pass()
  assert.deepEqual(batches, [['a1', 'a2']])
  const [event] = events
  const record = event?.Records[0] as unknown as { readonly [name: string]: unknown }
  assert.deepEqual(Object.keys(record), ['eventID', 'eventName', 'eventVersion', 'eventSource', 'awsRegion', 'dynamodb', 'eventSourceARN'])
  assert.equal(record['eventSourceARN'], arn)
  assert.deepEqual(Object.keys(record['dynamodb'] as object), [
    'ApproximateCreationDateTime',
    'Keys',
    'NewImage',
    'SequenceNumber',
    'SizeBytes',
    'StreamViewType',
  ])
  assert.deepEqual([(await mappingNow(id))['State'], (await mappingNow(id))['LastProcessingResult']], ['Enabled', 'OK'])
  await pass(1000)
  assert.equal(batches.length, 1)
})

test('what a function writes to the table is given to it in turn, and the clock waits for all of it', async () => {
  const { batches } = await open(async ({ Records }) => {
    for (const { dynamodb } of Records) if (Number(dynamodb.Keys.sk.N) < 5) await put('a', Number(dynamodb.Keys.sk.N) + 1)
  })
  await put('a', 1)
  const reading = await service.control.advanceClock({ byMs: 1 })
  assert.deepEqual(batches, [['a1'], ['a2'], ['a3'], ['a4'], ['a5']])
  assert.equal(reading.underWay, undefined)
})

test('records that no filter lets through are behind at once, and several filters are one or the other', async () => {
  const Filters = [
    { Pattern: JSON.stringify({ eventName: ['REMOVE'] }) },
    { Pattern: JSON.stringify({ dynamodb: { NewImage: { status: { S: [{ prefix: 'new' }] } } } }) },
  ]
  const { batches } = await open(() => {}, { FilterCriteria: { Filters } })
  await put('a', 1, { status: { S: 'newest' } })
  await put('a', 2, { status: { S: 'old' } })
  await put('a', 3)
  await pass()
  assert.deepEqual(batches, [['a1']])
  await succeed(service, 'DeleteItem', { TableName: 'Orders', Key: { pk: { S: 'a' }, sk: { N: '3' } } })
  await pass()
  assert.deepEqual(batches, [['a1'], ['a3']])
})

test('a batch waits for its window, in the time of the clock', async () => {
  const { batches } = await open(() => {}, { BatchSize: 3, MaximumBatchingWindowInSeconds: 10 })
  await put('a', 1)
  await pass()
  await put('a', 2)
  await pass(9000)
  assert.deepEqual(batches, [])
  await pass(1000)
  assert.deepEqual(batches, [['a1', 'a2']])
  for (const sk of [3, 4, 5]) await put('a', sk)
  await pass()
  assert.deepEqual(batches.at(-1), ['a3', 'a4', 'a5'])
})

test('a poisoned record is bisected to itself and told to the failure file, and the others go on', async () => {
  const { batches, id } = await open(poisoned, {
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: failures } },
  })
  for (const sk of [1, 2, 3, 4]) await put('a', sk)
  await pass()
  assert.deepEqual(batches, [['a1', 'a2', 'a3', 'a4'], ['a1', 'a2'], ['a3', 'a4'], ['a3']])
  assert.equal((await mappingNow(id))['LastProcessingResult'], 'PROBLEM: Function call failed')
  await pass(1000)
  assert.deepEqual(batches.slice(4), [['a3'], ['a4']])
  const lines = readFileSync(join(folder, 'failures.jsonl'), 'utf8').trimEnd().split('\n')
  const told = JSON.parse(lines.at(-1) ?? '') as { readonly [name: string]: { readonly [name: string]: unknown } }
  assert.deepEqual(Object.keys(told), ['requestContext', 'responseContext', 'version', 'timestamp', 'DDBStreamBatchInfo'])
  assert.equal(told['requestContext']?.['condition'], 'RetryAttemptsExhausted')
  assert.equal(told['requestContext']?.['approximateInvokeCount'], 2)
  assert.deepEqual(told['responseContext'], { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' })
  assert.equal(told['DDBStreamBatchInfo']?.['batchSize'], 1)
  assert.equal((await mappingNow(id))['LastProcessingResult'], 'OK')
})

test('a failure that goes to a bucket has the records with it', async () => {
  await open(poisoned, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: bucket } } })
  await put('a', 3)
  await pass()
  const { readdirSync } = await import('node:fs')
  const [file = ''] = readdirSync(join(folder, 'bucket'), { recursive: true })
    .map(String)
    .filter((name) => name.includes('T10.00.00-'))
  const told = JSON.parse(readFileSync(join(folder, 'bucket', file), 'utf8')) as { readonly payload: StreamEvent }
  assert.equal(told.payload.Records[0]?.dynamodb.Keys.sk.N, '3')
})

test('what a function reports as failed is tried again from there', async () => {
  let isFailing = true
  const { batches } = await open(
    ({ Records }) => {
      const failed = isFailing ? Records.filter(({ dynamodb }) => dynamodb.Keys.sk.N === '3') : []
      return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) }
    },
    { FunctionResponseTypes: ['ReportBatchItemFailures'] },
  )
  for (const sk of [1, 2, 3, 4]) await put('a', sk)
  await pass()
  isFailing = false
  await pass(1000)
  assert.deepEqual(batches, [
    ['a1', 'a2', 'a3', 'a4'],
    ['a3', 'a4'],
  ])
})

test('records of a key are in order whatever fails, and those of other keys go on in other lanes', async () => {
  let isFailing = true
  const { batches } = await open(
    ({ Records }) => {
      if (isFailing && Records.some(({ dynamodb }) => dynamodb.Keys.pk.S === 'k1')) throw new Error('not yet')
    },
    { ParallelizationFactor: 10, BatchSize: 2 },
  )
  for (const sk of [1, 2, 3]) for (let key = 1; key <= 8; key += 1) await put(`k${key}`, sk)
  await pass()
  isFailing = false
  await pass(60_000)
  const all = batches.flat()
  for (let key = 1; key <= 8; key += 1) {
    const seen = all.filter((name) => name.startsWith(`k${key}`)).map((name) => Number(name.slice(2)))
    assert.deepEqual([...new Set(seen)], [1, 2, 3], `k${key}: ${seen}`)
    assert.deepEqual(seen, [...seen].sort())
  }
})

test('a tumbling window hands its state on, and ends when its time is over', async () => {
  const finals: unknown[] = []
  const { batches } = await open(
    ({ Records, state = {}, isFinalInvokeForWindow }) => {
      const count = (state['count'] ?? 0) + Records.length
      if (isFinalInvokeForWindow) finals.push(count)
      return { state: { count } }
    },
    { TumblingWindowInSeconds: 60 },
  )
  await put('a', 1)
  await pass()
  await put('a', 2)
  await pass(1000)
  assert.deepEqual(finals, [])
  await pass(60_000)
  assert.deepEqual(finals, [2])
  assert.deepEqual(batches, [['a1'], ['a2'], []])
})

test('a window that was open when the mapping was read anew is closed when its time is over', async () => {
  const finals: unknown[] = []
  const { id } = await open(
    ({ Records, state = {}, isFinalInvokeForWindow }) => {
      const count = (state['count'] ?? 0) + Records.length
      if (isFinalInvokeForWindow) finals.push(count)
      return { state: { count } }
    },
    { TumblingWindowInSeconds: 60 },
  )
  await put('a', 1)
  await put('a', 2)
  await pass()
  // What is in memory begins anew.
  await succeedLambda(service, 'UpdateEventSourceMapping', { UUID: id, BatchSize: 7 })
  await pass()
  await pass(60_000)
  assert.deepEqual(finals, [2])
})

test('while a failure destination cannot be reached the batch waits, and nothing is lost', async () => {
  const { batches, id } = await open(poisoned, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: table } } })
  await put('a', 3)
  await put('a', 4)
  await pass()
  assert.equal((await mappingNow(id))['LastProcessingResult'], 'PROBLEM: The failure destination cannot be reached')
  await put('a', 5)
  await pass(60_000)
  assert.deepEqual(batches, [['a3', 'a4']])
  await createTable('Failures')
  await pass(60_000)
  assert.deepEqual(batches, [['a3', 'a4'], ['a5']])
  const { Items } = await succeed(service, 'Scan', { TableName: 'Failures' })
  const [told] = Items as readonly { readonly failure: { readonly S: string } }[]
  assert.equal(JSON.parse(told?.failure.S ?? '{}').DDBStreamBatchInfo.batchSize, 2)
})

test('mappings are changed, disabled, enabled and deleted, and go on from where they were', async () => {
  const { batches, id, arn } = await open(() => {})
  await put('a', 1)
  await pass()
  const changed = await succeedLambda(service, 'UpdateEventSourceMapping', { UUID: id, Enabled: false, BatchSize: 7 })
  assert.deepEqual([changed['State'], changed['BatchSize']], ['Disabling', 7])
  await put('a', 2)
  await pass()
  assert.equal((await mappingNow(id))['State'], 'Disabled')
  assert.deepEqual(batches, [['a1']])
  await succeedLambda(service, 'UpdateEventSourceMapping', { UUID: id, Enabled: true })
  await pass()
  assert.deepEqual(batches, [['a1'], ['a2']])
  const twice = await callLambda(service, 'CreateEventSourceMapping', {
    EventSourceArn: arn,
    FunctionName: 'f',
    StartingPosition: 'LATEST',
  })
  assert.deepEqual([twice.status, twice.exception], [409, 'ResourceConflictException'])
  assert.equal((await succeedLambda(service, 'DeleteEventSourceMapping', { UUID: id }))['State'], 'Deleting')
  await pass()
  assert.equal((await callLambda(service, 'GetEventSourceMapping', { UUID: id })).status, 404)
  await put('a', 3)
  await pass()
  assert.equal(batches.length, 2)
  const { EventSourceMappings } = await succeedLambda(service, 'ListEventSourceMappings', {})
  assert.deepEqual(EventSourceMappings, [])
})

test('a mapping that starts at LATEST has what is written after it was made', async () => {
  const { batches, arn, id } = await open(() => {})
  await succeedLambda(service, 'DeleteEventSourceMapping', { UUID: id })
  await put('a', 1)
  await pass()
  await succeedLambda(service, 'CreateEventSourceMapping', { EventSourceArn: arn, FunctionName: 'f', StartingPosition: 'LATEST' })
  await put('a', 2)
  await pass()
  assert.deepEqual(batches, [['a2']])
})

test('records go on over rotations and splits of shards, in order', async () => {
  const { batches } = await open(() => {})
  for (let sk = 1; sk <= 4; sk += 1) {
    await put('a', sk)
    if (sk % 2 === 0) await service.control.splitShards({ table: 'Orders' })
    else await service.control.rotateShards({ table: 'Orders' })
  }
  await pass()
  assert.deepEqual(batches.flat(), ['a1', 'a2', 'a3', 'a4'])
})

test('what a mapping counts is told by CloudWatch in the namespace of Lambda', async () => {
  await open(poisoned, { MetricsConfig: { Metrics: ['EventCount'] }, MaximumRetryAttempts: 0 })
  await put('a', 1)
  await put('a', 3)
  await pass()
  const { metrics } = service.controlContext.engine.metering
  const totals = Object.fromEntries([...metrics.all()].map((series) => [series.name, series.sumOfAll]))
  const { Invocations, Errors, PolledEventCount, FailedInvokeEventCount, DroppedEventCount } = totals
  assert.deepEqual([Invocations, Errors, PolledEventCount, FailedInvokeEventCount, DroppedEventCount], [1, 1, 2, 2, 2])
})

test('a function is invoked by itself, and its error is its answer', async () => {
  clock = new ManualClock(startMs)
  const functions = {
    echo: (event: unknown, { awsRequestId }: { awsRequestId: string }) => ({ event, hasId: awsRequestId.length > 0 }),
    throws: () => {
      throw new RangeError('no')
    },
  }
  service = await openTestService('any', { clock, ...functionsOf(functions) })
  opened.push(service)
  const echoed = await callLambda(service, 'Invoke', { FunctionName: 'echo', Payload: '{"a":1}', LogType: 'Tail' })
  assert.deepEqual([echoed.status, echoed.text], [200, '{"event":{"a":1},"hasId":true}'])
  assert.equal(echoed.headers['x-amz-executed-version'], '$LATEST')
  assert.match(Buffer.from(echoed.headers['x-amz-log-result'] ?? '', 'base64').toString(), /^START RequestId: /)
  const failed = await callLambda(service, 'Invoke', { FunctionName: 'throws', Payload: '1' })
  assert.deepEqual([failed.status, failed.headers['x-amz-function-error'], failed.body['errorMessage']], [200, 'Unhandled', 'no'])
  assert.equal((await callLambda(service, 'Invoke', { FunctionName: 'echo', InvocationType: 'DryRun' })).status, 204)
  assert.equal((await callLambda(service, 'Invoke', { FunctionName: 'echo', InvocationType: 'Event', Payload: '{}' })).status, 202)
  const unknown = await callLambda(service, 'Invoke', { FunctionName: 'nobody' })
  assert.deepEqual([unknown.status, unknown.exception], [404, 'ResourceNotFoundException'])
  const bad = await callLambda(service, 'Invoke', { FunctionName: 'echo', Payload: '{' })
  assert.deepEqual([bad.status, bad.exception, bad.body['Type']], [400, 'InvalidRequestContentException', 'User'])
  const { lines } = await service.control.functionLogs({ function: 'throws' })
  assert.ok(lines.length >= 3)
})
