/**
 * CloudWatch by the clients that are installed: every AWS CLI and every boto3, which speak forms or JSON as their age has it; the
 * SDK for JavaScript is in test/server/cloudwatch.test.ts, in all protocols.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { CloudWatchClient, DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { askControl } from '../harness/control-endpoint.ts'
import { clientEnvironment, credentials, region } from './dummy-credentials.ts'
import { findAwsClis, findPythonsWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const clis = findAwsClis()
const pythons = findPythonsWithBoto3()
const script = join(import.meta.dirname, 'cloudwatch_client.py')

describe('CloudWatch', () => {
  let server: RunningServer
  let env: NodeJS.ProcessEnv

  before(async () => {
    server = await startServer(['--in-memory', '--throughput', 'enforce'])
    // Newer clients find the server by this; Debian's need --endpoint-url.
    env = { ...clientEnvironment(server.endpoint), AWS_ENDPOINT_URL: server.endpoint, PYTHONDONTWRITEBYTECODE: '1' }
    for (const TableName of ['Written', 'Orders']) {
      await dynamodb('CreateTable', {
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      })
    }
    for (let item = 0; item < 3; item += 1) await put('Written', String(item))
    // One large item takes all there is, and more.
    await put('Orders', 'large', { text: { S: 'x'.repeat(390_000) } })
    await assert.rejects(put('Orders', 'one too many'), { name: 'ProvisionedThroughputExceededException' })
    await judgeAlarmsNoMore()
  })

  /** What clients set the state of an alarm to stays until it is judged again: once in a minute, and this minute does not end. */
  async function judgeAlarmsNoMore(): Promise<void> {
    await askControl(server.endpoint, 'PUT', 'clock', { frozen: true })
    const client = new CloudWatchClient({ endpoint: server.endpoint, region, credentials })
    const watched = { Namespace: 'AWS/DynamoDB', MetricName: 'UserErrors', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 } as const
    await client.send(
      new PutMetricAlarmCommand({ ...watched, AlarmName: 'first', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' }),
    )
    await askControl(server.endpoint, 'POST', 'jobs/run', {})
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['first'] }))
    client.destroy()
  }

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  async function put(TableName: string, pk: string, more: object = {}): Promise<void> {
    const client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
    try {
      await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ...more } }))
    } finally {
      client.destroy()
    }
  }

  async function dynamodb(operation: string, input: object): Promise<void> {
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20261122T100000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=a/20261122/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    })
    assert.equal(response.status, 200, await response.text())
  }

  test('answers every boto3', { skip: skipWithout(pythons[0], 'boto3') }, async () => {
    for (const python of pythons) {
      const { stdout } = await run(python, [script, server.endpoint], { env, timeout: 120_000 })
      assert.match(stdout, /all passed\n$/, python)
    }
  })

  test('lets every AWS CLI put and describe alarms', { skip: skipWithout(clis[0], 'AWS CLI') }, async () => {
    for (const aws of clis) {
      const cloudwatch = (...words: string[]): Promise<{ stdout: string }> =>
        run(aws, ['cloudwatch', ...words, '--endpoint-url', server.endpoint], { env, timeout: 60_000 })
      await cloudwatch(
        ...['put-metric-alarm', '--alarm-name', 'throttled', '--namespace', 'AWS/DynamoDB', '--metric-name', 'ThrottledRequests'],
        ...['--dimensions', 'Name=TableName,Value=Orders', '--statistic', 'Sum', '--period', '60', '--evaluation-periods', '1'],
        ...['--threshold', '0', '--comparison-operator', 'GreaterThanThreshold', '--treat-missing-data', 'notBreaching'],
      )
      await cloudwatch('set-alarm-state', '--alarm-name', 'throttled', '--state-value', 'ALARM', '--state-reason', 'a drill')
      const { stdout } = await cloudwatch('describe-alarms', '--alarm-names', 'throttled')
      const { MetricAlarms } = JSON.parse(stdout) as { MetricAlarms: { [member: string]: unknown }[] }
      const [{ AlarmName, MetricName, Threshold, Period, Dimensions } = {}] = MetricAlarms
      assert.deepEqual(
        [AlarmName, MetricName, Threshold, Period, Dimensions],
        ['throttled', 'ThrottledRequests', 0, 60, [{ Name: 'TableName', Value: 'Orders' }]],
        aws,
      )
      await cloudwatch('delete-alarms', '--alarm-names', 'throttled')
      assert.deepEqual(JSON.parse((await cloudwatch('describe-alarms')).stdout).MetricAlarms, [], aws)
    }
  })

  test('shows every AWS CLI the sum of throttled requests', { skip: skipWithout(clis[0], 'AWS CLI') }, async () => {
    const nowMs = Date.now()
    const at = (ms: number): string => new Date(ms).toISOString()
    for (const aws of clis) {
      const { stdout } = await run(
        aws,
        [
          ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/DynamoDB', '--metric-name', 'ThrottledRequests'],
          ...['--dimensions', 'Name=TableName,Value=Orders', '--statistics', 'Sum', '--period', '60'],
          ...['--start-time', at(nowMs - 600_000), '--end-time', at(nowMs + 600_000), '--endpoint-url', server.endpoint],
        ],
        { env, timeout: 60_000 },
      )
      const { Label, Datapoints } = JSON.parse(stdout) as { Label: string; Datapoints: { Sum: number; Unit: string }[] }
      assert.equal(Label, 'ThrottledRequests', aws)
      assert.deepEqual(
        Datapoints.map(({ Sum, Unit }) => [Sum, Unit]),
        [[1, 'Count']],
        aws,
      )
    }
  })
})
