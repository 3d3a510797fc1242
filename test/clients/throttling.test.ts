/**
 * What a table does to its clients when its write units are used up: the SDK tries again, the CLI and boto3 show the exception,
 * CloudWatch has the sum, alarms change their states. The clock of the server stands still but where a test moves it, so every
 * count is exact.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, DynamoDBClient, ProvisionedThroughputExceededException, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { clientEnvironment, credentials, region } from './dummy-credentials.ts'
import { findAwsClis, findPythonsWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const clis = findAwsClis()
const pythons = findPythonsWithBoto3()
const script = join(import.meta.dirname, 'throttling_client.py')

const TableName = 'Orders'
const writeUnits = 5
const startTime = '2026-11-22T10:00:00Z'
const message =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.'
const metric = { Namespace: 'AWS/DynamoDB', MetricName: 'ThrottledRequests', Dimensions: [{ Name: 'TableName', Value: TableName }] }
const wholeHour = { StartTime: new Date(startTime), EndTime: new Date('2026-11-22T11:00:00Z') }
/** What an alarm makes of minutes in which nothing was throttled, and so nothing was measured. */
const stateWhenMissing = { notBreaching: 'OK', missing: 'INSUFFICIENT_DATA', ignore: 'ALARM', breaching: 'ALARM' } as const

describe('A table whose write units are used up', () => {
  let server: RunningServer
  let env: NodeJS.ProcessEnv
  let cloudWatch: CloudWatchClient
  /** Answers that were a throttle, as the clients saw them. */
  let refused = 0

  before(async () => {
    server = await startServer(['--in-memory', '--throughput', 'enforce'])
    env = { ...clientEnvironment(server.endpoint), PYTHONDONTWRITEBYTECODE: '1' }
    await stopClock(server.endpoint, '2026-11-22T09:59:00Z')
    cloudWatch = new CloudWatchClient({ endpoint: server.endpoint, region, credentials })
    for (const TreatMissingData of Object.keys(stateWhenMissing)) {
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          ...metric,
          AlarmName: `throttled, ${TreatMissingData}`,
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData,
        }),
      )
    }
    // By then they have been evaluated once.
    await advanceClock(server.endpoint, 60_000)
    const client = clientWith({ maxAttempts: 1 })
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: writeUnits },
      }),
    )
    client.destroy()
  })

  after(async () => {
    cloudWatch?.destroy()
    assert.equal(await server?.close(), 0)
  })

  /** Without options: the SDK as it comes. */
  function clientWith(options: { readonly maxAttempts?: number } = {}): DynamoDBClient {
    return new DynamoDBClient({ endpoint: server.endpoint, region, credentials, ...options })
  }

  /** The SDK as it comes, but that its waits between tries are so long on the clock of the server, and none here. */
  async function clientWaitingInServerTime(waitMs: number): Promise<DynamoDBClient> {
    const client = clientWith()
    const strategy = await client.config.retryStrategy()
    Object.assign(strategy, { retryBackoffStrategy: { setDelayBase() {}, computeNextBackoffDelay: () => 0 } })
    client.middlewareStack.add(
      (next) => async (sent) => {
        const { headers } = sent.request as { readonly headers: { readonly [name: string]: string } }
        if (waitMs > 0 && /attempt=[2-9]/.test(headers['amz-sdk-request'] ?? '')) await advanceClock(server.endpoint, waitMs)
        return next(sent)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    return client
  }

  /** How many tries it took. Rejects with the exception of the last one. Counts what was refused. */
  async function put(client: DynamoDBClient, pk: string): Promise<number> {
    try {
      const { $metadata } = await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }))
      refused += ($metadata.attempts ?? 0) - 1
      return $metadata.attempts ?? 0
    } catch (error) {
      assert(error instanceof ProvisionedThroughputExceededException)
      refused += error.$metadata.attempts ?? 0
      throw error
    }
  }

  async function burst(client: DynamoDBClient, size: number): Promise<readonly ProvisionedThroughputExceededException[]> {
    const settled = await Promise.allSettled(Array.from({ length: size }, (_, each) => put(client, `order ${each}`)))
    return settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason as ProvisionedThroughputExceededException)
  }

  async function alarmStates(): Promise<{ readonly [treatMissingData: string]: string | undefined }> {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'throttled, ' }))
    return Object.fromEntries(MetricAlarms.map(({ TreatMissingData, StateValue }) => [TreatMissingData, StateValue]))
  }

  test('the SDK tries again by itself, then rejects with the exception, its message and its reasons', async () => {
    const client = await clientWaitingInServerTime(0)
    const tries = await client.config.maxAttempts()
    assert(tries > 1)
    const errors = await burst(client, writeUnits + 3)
    client.destroy()
    assert.equal(errors.length, 3)
    for (const error of errors) {
      assert.equal(error.name, 'ProvisionedThroughputExceededException')
      assert.equal(error.message, message)
      assert.deepEqual([error.$metadata.attempts, error.$metadata.httpStatusCode, error.$fault], [tries, 400, 'client'])
      assert.deepEqual(error.ThrottlingReasons, [
        { reason: 'TableWriteProvisionedThroughputExceeded', resource: `arn:aws:dynamodb:${region}:123456789012:table/${TableName}` },
      ])
    }
    assert.equal(refused, 3 * tries)
  })

  test("the SDK's second try succeeds when a second has passed before it", async () => {
    const client = await clientWaitingInServerTime(1000)
    const attempts: number[] = []
    for (let each = 0; each <= writeUnits; each += 1) attempts.push(await put(client, `patient ${each}`))
    client.destroy()
    assert.deepEqual(attempts, [2, 1, 1, 1, 1, 2])
  })

  test('the SDK with maxAttempts 1 rejects at the first throttle', async () => {
    const client = clientWith({ maxAttempts: 1 })
    // The last test left four units of its second.
    const errors = await burst(client, 10)
    client.destroy()
    assert.deepEqual(
      errors.map(({ $metadata }) => $metadata.attempts),
      [1, 1, 1, 1, 1, 1],
    )
  })

  test('every AWS CLI shows the exception and its message', { skip: skipWithout(clis[0], 'AWS CLI') }, async () => {
    for (const aws of clis) {
      const item = ['--table-name', TableName, '--item', '{"pk":{"S":"typed"}}']
      await assert.rejects(
        run(aws, ['dynamodb', 'put-item', ...item, '--endpoint-url', server.endpoint], { env, timeout: 60_000 }),
        ({ code, stderr }: { code: number; stderr: string }) => {
          // Version 2 says 254 for what a service refuses, version 1 says 255.
          assert(code === 254 || code === 255, aws)
          assert.match(stderr, /An error occurred \(ProvisionedThroughputExceededException\) when calling the PutItem operation/)
          assert(stderr.includes(`: ${message}`), stderr)
          return true
        },
      )
      refused += 1
    }
  })

  test('every boto3 raises the exception, with the reasons where it knows them', { skip: skipWithout(pythons[0], 'boto3') }, async () => {
    for (const python of pythons) {
      const { stdout } = await run(python, [script, 'refused', server.endpoint, TableName], { env, timeout: 120_000 })
      const seen = /^refused (\d+)\n$/.exec(stdout)?.[1]
      assert.equal(seen, '3', stdout)
      refused += Number(seen)
    }
  })

  test('CloudWatch tells the SDK the sum of what was refused, by table and by operation', async () => {
    for (const more of [[], [{ Name: 'Operation', Value: 'PutItem' }]]) {
      const { Datapoints = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          ...metric,
          Dimensions: [...metric.Dimensions, ...more],
          ...wholeHour,
          Period: 60,
          Statistics: ['Sum', 'SampleCount'],
        }),
      )
      assert.deepEqual(Datapoints, [{ Timestamp: new Date(startTime), Sum: refused, SampleCount: refused, Unit: 'Count' }])
    }
  })

  test('CloudWatch tells every AWS CLI the same sum', { skip: skipWithout(clis[0], 'AWS CLI') }, async () => {
    for (const aws of clis) {
      const { stdout } = await run(
        aws,
        [
          ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/DynamoDB', '--metric-name', 'ThrottledRequests'],
          ...['--dimensions', `Name=TableName,Value=${TableName}`, '--statistics', 'Sum', '--period', '60'],
          ...['--start-time', startTime, '--end-time', '2026-11-22T11:00:00Z', '--endpoint-url', server.endpoint],
          ...['--query', 'Datapoints[].Sum', '--output', 'json'],
        ],
        { env, timeout: 60_000 },
      )
      assert.deepEqual(JSON.parse(stdout), [refused], aws)
    }
  })

  test('alarms that were set beforehand go to ALARM when the minute is over, and to what they make of missing data later', async () => {
    assert.deepEqual(await alarmStates(), { ...stateWhenMissing, ignore: 'INSUFFICIENT_DATA' })
    await advanceClock(server.endpoint, 60_000)
    const inAlarm = Object.fromEntries(Object.keys(stateWhenMissing).map((treat) => [treat, 'ALARM']))
    assert.deepEqual(await alarmStates(), inAlarm)
    await advanceClock(server.endpoint, 600_000)
    assert.deepEqual(await alarmStates(), stateWhenMissing)
    const { AlarmHistoryItems = [] } = await cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: 'throttled, notBreaching',
        HistoryItemType: 'StateUpdate',
        ScanBy: 'TimestampAscending',
      }),
    )
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary),
      ['Alarm updated from INSUFFICIENT_DATA to OK', 'Alarm updated from OK to ALARM', 'Alarm updated from ALARM to OK'],
    )
  })

  test('every AWS CLI finds alarms by their state', { skip: skipWithout(clis[0], 'AWS CLI') }, async () => {
    for (const aws of clis) {
      const words = ['cloudwatch', 'describe-alarms', '--state-value', 'OK', '--endpoint-url', server.endpoint]
      const shown = ['--query', 'MetricAlarms[].AlarmName', '--output', 'json']
      const { stdout } = await run(aws, [...words, ...shown], { env, timeout: 60_000 })
      assert.deepEqual(JSON.parse(stdout), ['throttled, notBreaching'], aws)
    }
  })
})
