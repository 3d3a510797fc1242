/** Kinesis destinations against an endpoint that checks what it is asked: states, records, troubles, and that nothing is lost or out of order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs, ManualClock, minuteMs } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { KinesisEndpoint, kinesisCredentials, type TakenRecord } from '../harness/kinesis-endpoint.ts'
import { call, openTestService, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'

const startMs = 1_795_341_600_000
const account = '123456789012'
const arnOf = (name: string): string => `arn:aws:kinesis:us-east-1:${account}:stream/${name}`
const StreamArn = arnOf('changes')
const TableName = 'Orders'

interface World {
  readonly service: Service
  readonly clock: ManualClock
  readonly kinesis: KinesisEndpoint
}

async function inWorld(
  act: (world: World) => Promise<void>,
  streams: { readonly [name: string]: string } = { changes: 'ACTIVE' },
): Promise<void> {
  const kinesis = await KinesisEndpoint.open(streams)
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', {
    clock,
    dataStreams: { kinesis: { endpoint: kinesis.url, credentials: kinesisCredentials } },
  })
  try {
    await createTable(service)
    await act({ service, clock, kinesis })
    assert.deepEqual(kinesis.faults, [])
  } finally {
    await service.close()
    await kinesis.close().catch(() => {})
  }
}

async function createTable(service: Service): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  await service.control.runJobs()
}

async function enable(service: Service, more: object = {}): Promise<void> {
  await succeed(service, 'EnableKinesisStreamingDestination', { TableName, StreamArn, ...more })
  await service.control.runJobs()
}

async function put(service: Service, pk: string, n: number): Promise<void> {
  await succeed(service, 'PutItem', { TableName, Item: { pk: { S: pk }, n: { N: String(n) } } })
}

async function destinations(service: Service): Promise<readonly { readonly [member: string]: unknown }[]> {
  const body = await succeed(service, 'DescribeKinesisStreamingDestination', { TableName })
  return body['KinesisDataStreamDestinations'] as readonly { readonly [member: string]: unknown }[]
}

async function statuses(service: Service): Promise<readonly unknown[]> {
  return (await destinations(service)).map(({ DestinationStatus }) => DestinationStatus)
}

/** The numbers that a key was told of, each when it came first. */
function numbersOf(records: readonly TakenRecord[], pk: string): readonly number[] {
  const seen = new Set<string>()
  return records.flatMap(({ data }) => {
    const { Keys, NewImage } = data.dynamodb
    if (JSON.stringify(Keys) !== JSON.stringify({ pk: { S: pk } }) || seen.has(data.eventID)) return []
    seen.add(data.eventID)
    return [Number(NewImage?.['n']?.['N'])]
  })
}

async function metric(service: Service, name: string, statistic: 'Maximum' | 'Sum', minutesBack: number): Promise<readonly number[]> {
  const { engine } = service.controlContext
  const nowMs = engine.clock.now()
  const series = engine.metering.metrics.find(name as 'AgeOfOldestUnreplicatedRecord', {
    region: engine.catalog.region,
    TableName,
    DelegatedOperation: 'EnableKinesisStreamingDestination',
  })
  assert.ok(series !== undefined, `${name} was measured`)
  assert.ok(nowMs - series.lastMinuteMs <= minutesBack * minuteMs)
  return [statistic === 'Sum' ? series.sumOfAll : series.last]
}

test('A table tells its stream of inserts, changes and removals in the words of AWS, from the moment it was enabled', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await put(service, 'before', 1)
    const described = await succeed(service, 'DescribeTable', { TableName })
    await succeed(service, 'EnableKinesisStreamingDestination', { TableName, StreamArn })
    assert.deepEqual(await destinations(service), [{ StreamArn, DestinationStatus: 'ENABLING' }])
    clock.advance(123)
    await put(service, 'test', 1)
    await service.control.runJobs()
    assert.deepEqual(await destinations(service), [{ StreamArn, DestinationStatus: 'ACTIVE' }])
    const { Table } = await succeed(service, 'DescribeTable', { TableName })
    assert.deepEqual(Object.keys(Table as object), Object.keys(described['Table'] as object), 'it says nothing of destinations')
    await put(service, 'test', 2)
    // What changes nothing is told of to nobody.
    await put(service, 'test', 2)
    await succeed(service, 'DeleteItem', { TableName, Key: { pk: { S: 'test' } } })
    await service.control.runJobs()
    const [first = assert.fail(), ...others] = kinesis.records
    assert.match(first.data.eventID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.equal(
      first.text,
      `{"awsRegion":"us-east-1","eventID":"${first.data.eventID}","eventName":"INSERT","userIdentity":null,"recordFormat":"application/json","tableName":"Orders",` +
        `"dynamodb":{"ApproximateCreationDateTime":${startMs + 123},"Keys":{"pk":{"S":"test"}},"NewImage":{"pk":{"S":"test"},"n":{"N":"1"}},"SizeBytes":15},"eventSource":"aws:dynamodb"}`,
    )
    assert.match(first.partitionKey, /^[0-9A-F]{32}$/)
    assert.deepEqual(
      others.map(({ data, partitionKey }) => [data.eventName, Object.keys(data.dynamodb), partitionKey === first.partitionKey]),
      [
        ['MODIFY', ['ApproximateCreationDateTime', 'Keys', 'NewImage', 'OldImage', 'SizeBytes'], true],
        ['REMOVE', ['ApproximateCreationDateTime', 'Keys', 'OldImage', 'SizeBytes'], true],
      ],
    )
    assert.equal(new Set(kinesis.records.map(({ data }) => data.eventID)).size, 3)
    assert.deepEqual(await metric(service, 'ConsumedChangeDataCaptureUnits', 'Sum', 1), [3])
  })
})

test('The precision is that which was set last, and what time to live removes says whose deed it was', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await enable(service, { EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' } })
    assert.deepEqual(await destinations(service), [
      { StreamArn, DestinationStatus: 'ACTIVE', ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    ])
    await put(service, 'a', 1)
    await service.control.runJobs()
    const update = { TableName, StreamArn, UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MILLISECOND' } }
    assert.deepEqual(await succeed(service, 'UpdateKinesisStreamingDestination', update), {
      TableName,
      StreamArn,
      DestinationStatus: 'UPDATING',
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MILLISECOND' },
    })
    assert.deepEqual(await statuses(service), ['UPDATING'])
    await service.control.runJobs()
    assert.deepEqual(await statuses(service), ['ACTIVE'])
    const same = await call(service, 'UpdateKinesisStreamingDestination', update)
    const { uuid } = service.controlContext.engine.catalog.find(TableName) ?? assert.fail()
    assert.equal(
      same.message,
      `Invalid Request: Precision is already set to the desired value of MILLISECOND for tableId: ${uuid}, kdsArn: ${StreamArn}`,
    )
    const expiry = { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'n' } }
    await succeed(service, 'UpdateTimeToLive', expiry)
    clock.advance(hourMs)
    await service.control.runJobs()
    await put(service, 'b', startMs / 1000)
    clock.advance(hourMs)
    await service.control.runJobs()
    const told = kinesis.records.map(({ text }) => text)
    assert.match(
      told[0] ?? '',
      /"ApproximateCreationDateTime":1795341600000000,.*,"SizeBytes":\d+,"ApproximateCreationDateTimePrecision":"MICROSECOND"\}/,
    )
    assert.match(told[1] ?? '', /"ApproximateCreationDateTime":1795345200000,"Keys":.*,"SizeBytes":\d+\},"eventSource"/)
    assert.match(
      told.at(-1) ?? '',
      /"eventName":"REMOVE","userIdentity":\{"type":"Service","principalId":"dynamodb\.amazonaws\.com"\},"recordFormat"/,
    )
  })
})

test('While the endpoint is away for an hour the table stays ACTIVE and its changes wait; then all of them come, in order', async () => {
  const first = await KinesisEndpoint.open({ changes: 'ACTIVE' })
  const { port } = first
  const clock = new ManualClock(startMs)
  const lines: string[] = []
  const log = (text: string): unknown => lines.push(text)
  const service = await openTestService('any', {
    log,
    clock,
    dataStreams: { kinesis: { endpoint: first.url, credentials: kinesisCredentials } },
  })
  await createTable(service)
  await enable(service)
  await put(service, 'a', 0)
  await service.control.runJobs()
  await first.close()
  for (let n = 1; n <= 60; n += 1) {
    await put(service, n % 3 === 0 ? 'a' : 'b', n)
    clock.advance(minuteMs)
    await service.control.runJobs()
  }
  assert.deepEqual(await statuses(service), ['ACTIVE'])
  assert.deepEqual(await metric(service, 'AgeOfOldestUnreplicatedRecord', 'Maximum', 2), [hourMs])
  const again = await KinesisEndpoint.open({ changes: 'ACTIVE' }, { port })
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.deepEqual(
    numbersOf(again.records, 'a'),
    Array.from({ length: 20 }, (_, at) => 3 * (at + 1)),
  )
  assert.equal(numbersOf(again.records, 'b').length, 40)
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.deepEqual(await metric(service, 'AgeOfOldestUnreplicatedRecord', 'Maximum', 2), [0])
  assert.deepEqual(again.faults, [])
  assert.deepEqual(
    lines.map((line) => line.replace(/127\.0\.0\.1:\d+.*/, '…')),
    [
      `Changes of the table ${TableName} wait for the stream ${StreamArn}, which does not take them: The Kinesis endpoint http://…`,
      `The stream ${StreamArn} takes changes of the table ${TableName} again`,
    ],
  )
  await service.close()
  await again.close()
})

const writes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean()), { minLength: 1, maxLength: 40 })
const troubles = fc.array(fc.constantFrom('refuse', 'fail', 'answer', 'nonsense', 'half', 'hang up', 'take'), { maxLength: 12 })

test('Whatever the endpoint refuses, breaks off or babbles: every change comes at least once, and the changes of a key in order', async () => {
  await fc.assert(
    fc.asyncProperty(writes, troubles, fc.infiniteStream(fc.boolean()), async (all, kinds, chances) => {
      await inWorld(async ({ service, clock, kinesis }) => {
        await enable(service)
        const rest = [...kinds]
        for (const [at, [pk, isLetThrough]] of all.entries()) {
          await put(service, pk, at)
          if (!isLetThrough) continue
          kinesis.behaviour = behaviourOf(rest.shift() ?? 'take', () => chances.next().value === true)
          clock.advance(minuteMs)
          await service.control.runJobs()
        }
        kinesis.behaviour = { kind: 'take' }
        clock.advance(2 * minuteMs)
        await service.control.runJobs()
        for (const key of ['a', 'b', 'c', 'd']) {
          assert.deepEqual(
            numbersOf(kinesis.records, key),
            all.flatMap(([pk], at) => (pk === key ? [at] : [])),
          )
        }
        assert.deepEqual(await statuses(service), ['ACTIVE'])
      })
    }),
    { numRuns: propertyRuns(30) },
  )
})

function behaviourOf(kind: string, chance: () => boolean): KinesisEndpoint['behaviour'] {
  switch (kind) {
    case 'refuse':
      return { kind: 'refuse', isRefused: chance }
    case 'fail':
      return { kind: 'refuse', isRefused: chance, code: 'InternalFailure' }
    case 'answer':
      return { kind: 'answer', status: 500, body: '{"__type":"InternalFailure"}' }
    case 'nonsense':
      return { kind: 'answer', status: 200, body: '<html>' }
    case 'half':
      return { kind: 'answer', status: 200, body: '{"FailedRecordCount":0,"Records":[]}' }
    case 'hang up':
      return { kind: 'hang up' }
    default:
      return { kind: 'take' }
  }
}

test('A stream that is throttled is told of again and again, and the metrics say how often', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await enable(service)
    kinesis.behaviour = { kind: 'refuse', isRefused: () => true }
    await put(service, 'a', 1)
    await service.control.runJobs()
    const puts = kinesis.puts
    await service.control.runJobs()
    assert.equal(kinesis.puts, puts, 'it is left alone for a while')
    clock.advance(minuteMs)
    await service.control.runJobs()
    assert.equal(kinesis.puts, puts + 1)
    assert.deepEqual(await metric(service, 'ThrottledPutRecordCount', 'Sum', 1), [2])
    kinesis.behaviour = { kind: 'take' }
    clock.advance(minuteMs)
    await service.control.runJobs()
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1])
  })
})

test('A record that no stream can take is left out and counted, and holds nothing up', async () => {
  await inWorld(async ({ service, kinesis }) => {
    await enable(service)
    // A list of booleans takes a byte or two in an item, and fifteen as text.
    const L = Array.from({ length: 100_000 }, () => ({ BOOL: true }))
    await succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'large' }, L: { L } } })
    await put(service, 'a', 1)
    await service.control.runJobs()
    assert.deepEqual(
      kinesis.records.map(({ data }) => data.dynamodb.Keys),
      [{ pk: { S: 'a' } }],
    )
    assert.deepEqual(await metric(service, 'FailedToReplicateRecordCount', 'Sum', 1), [1])
  })
})

test('A stream that is not there cannot be enabled, and says why; one that is made later can', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await enable(service)
    const [failed] = await destinations(service)
    assert.equal(failed?.['DestinationStatus'], 'ENABLE_FAILED')
    assert.match(String(failed?.['DestinationStatusDescription']), /refused: ResourceNotFoundException: Stream changes under account/)
    assert.equal(service.controlContext.engine.catalog.find(TableName)?.outboxes, undefined)
    kinesis.setStream('changes', 'CREATING')
    await enable(service)
    assert.deepEqual(await statuses(service), ['ENABLING'])
    await put(service, 'a', 1)
    kinesis.setStream('changes', 'ACTIVE')
    clock.advance(minuteMs)
    await service.control.runJobs()
    assert.deepEqual(await destinations(service), [{ StreamArn, DestinationStatus: 'ACTIVE' }])
    await service.control.runJobs()
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1])
  }, {})
})

test('An endpoint that is away when a stream is enabled is waited for five minutes', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await kinesis.close()
    await enable(service)
    for (let minutes = 0; minutes < 5; minutes += 1) {
      assert.deepEqual(await statuses(service), ['ENABLING'])
      clock.advance(minuteMs)
      await service.control.runJobs()
    }
    const [failed] = await destinations(service)
    assert.equal(failed?.['DestinationStatus'], 'ENABLE_FAILED')
    assert.match(String(failed?.['DestinationStatusDescription']), /^The Kinesis endpoint http:\/\/127\.0\.0\.1:\d+ cannot be reached: /)
  })
})

test('What waits when a stream is disabled is still sent, what is written then is not; a stream that takes nothing is given up', async () => {
  await inWorld(async ({ service, clock, kinesis }) => {
    await enable(service)
    kinesis.behaviour = { kind: 'answer', status: 500, body: '' }
    await put(service, 'a', 1)
    await service.control.runJobs()
    assert.deepEqual(await succeed(service, 'DisableKinesisStreamingDestination', { TableName, StreamArn }), {
      TableName,
      StreamArn,
      DestinationStatus: 'DISABLING',
    })
    await put(service, 'a', 2)
    kinesis.behaviour = { kind: 'take' }
    clock.advance(minuteMs)
    await service.control.runJobs()
    assert.deepEqual(await destinations(service), [{ StreamArn, DestinationStatus: 'DISABLED' }])
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1])

    await enable(service)
    kinesis.behaviour = { kind: 'answer', status: 500, body: '' }
    await put(service, 'a', 3)
    await service.control.runJobs()
    await succeed(service, 'DisableKinesisStreamingDestination', { TableName, StreamArn })
    for (let minutes = 0; minutes < 5; minutes += 1) {
      assert.deepEqual(await statuses(service), ['DISABLING'])
      clock.advance(minuteMs)
      await service.control.runJobs()
    }
    assert.deepEqual(await statuses(service), ['DISABLED'])
    assert.deepEqual(await metric(service, 'FailedToReplicateRecordCount', 'Sum', 1), [1])
    const table = service.controlContext.engine.catalog.find(TableName)
    assert.deepEqual([table?.outboxes, table?.droppedOutboxIds], [undefined, undefined])
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1])
  })
})

test('A table that is emptied by a reset goes on telling its stream; one that is deleted tells nobody', async () => {
  await inWorld(async ({ service, kinesis }) => {
    await enable(service)
    await put(service, 'a', 1)
    await service.control.runJobs()
    await service.control.reset({ recreate: true })
    await put(service, 'a', 2)
    await service.control.runJobs()
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1, 2])
    assert.deepEqual(await statuses(service), ['ACTIVE'])
    await put(service, 'a', 3)
    await succeed(service, 'DeleteTable', { TableName })
    await service.control.runJobs()
    assert.equal((await call(service, 'DescribeKinesisStreamingDestination', { TableName })).status, 400)
    assert.deepEqual(numbersOf(kinesis.records, 'a'), [1, 2])
  })
})

test('Without an endpoint one sentence says what is missing', async () => {
  const service = await openTestService('any')
  await createTable(service)
  const { exception, message } = await call(service, 'EnableKinesisStreamingDestination', { TableName, StreamArn })
  assert.equal(exception, 'ValidationException')
  assert.equal(
    message,
    'This server has no Kinesis endpoint: start it with --kinesis-endpoint URL, or name the stream in the file of --sinks FILE (docs/kinesis.md)',
  )
  await service.close()
})
