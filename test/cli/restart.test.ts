/**
 * What a server that was killed knows when it is started again on its folder: metrics, alarms with their history, partitions,
 * scalable targets with their policies. The clock stands still but where the test moves it; the second server begins later than the first.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { advanceClock, askControl, stopClock } from '../harness/control-endpoint.ts'
import { StatorProcess } from './stator-process.ts'

const TableName = 'Orders'
const metric = { Namespace: 'AWS/DynamoDB', MetricName: 'ThrottledRequests', Dimensions: [{ Name: 'TableName', Value: TableName }] }
const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: `table/${TableName}`,
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
} as const

class Session {
  readonly process: StatorProcess
  readonly endpoint: string
  readonly dynamodb: DynamoDBClient
  readonly cloudWatch: CloudWatchClient
  readonly scaling: ApplicationAutoScalingClient

  private constructor(process: StatorProcess, endpoint: string) {
    const options = { endpoint, region, credentials, maxAttempts: 1 }
    this.process = process
    this.endpoint = endpoint
    this.dynamodb = new DynamoDBClient(options)
    this.cloudWatch = new CloudWatchClient(options)
    this.scaling = new ApplicationAutoScalingClient(options)
  }

  static async start(t: TestContext, folder: string, now: string): Promise<Session> {
    const words = ['--port', '0', '--data-dir', folder, '--throughput', 'enforce', '--clock', now]
    const process = new StatorProcess(words)
    t.after(() => process.child.kill('SIGKILL'))
    const session = new Session(process, await process.endpoint())
    await stopClock(session.endpoint, now)
    return session
  }

  async kill(): Promise<void> {
    for (const client of [this.dynamodb, this.cloudWatch, this.scaling]) client.destroy()
    this.process.child.kill('SIGKILL')
    assert.equal((await this.process.ended).signal, 'SIGKILL')
  }

  /** How many of `count` puts at once were throttled. */
  async put(count: number): Promise<number> {
    const puts = Array.from({ length: count }, (_, each) =>
      this.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: String(each) } } })),
    )
    return (await Promise.allSettled(puts)).filter(({ status }) => status === 'rejected').length
  }

  async throttledByMinute(): Promise<readonly (readonly [time: string | undefined, sum: number | undefined])[]> {
    const period = { StartTime: new Date('2026-11-22T09:00:00Z'), EndTime: new Date('2026-11-22T11:00:00Z'), Period: 60 }
    const { Datapoints = [] } = await this.cloudWatch.send(new GetMetricStatisticsCommand({ ...metric, ...period, Statistics: ['Sum'] }))
    return Datapoints.map(({ Timestamp, Sum }) => [Timestamp?.toISOString().slice(11, 16), Sum] as const)
  }

  async alarmState(): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ['throttled'] }))
    return MetricAlarms[0]?.StateValue
  }

  /** All that does not change by itself. */
  async kept(): Promise<object> {
    const { partitions } = (await askControl(this.endpoint, 'GET', `tables/${TableName}/partitions`)) as { partitions: Partition[] }
    const { AlarmHistoryItems } = await this.cloudWatch.send(new DescribeAlarmHistoryCommand({}))
    const { ScalableTargets } = await this.scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' }))
    const { ScalingPolicies } = await this.scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'dynamodb' }))
    const { MetricAlarms } = await this.cloudWatch.send(new DescribeAlarmsCommand({}))
    const ranges = partitions.map(({ id, parentId, fromHash, toHash, since }) => ({ id, parentId, fromHash, toHash, since }))
    return { ranges, AlarmHistoryItems, ScalableTargets, ScalingPolicies, MetricAlarms }
  }
}

interface Partition {
  readonly id: number
  readonly parentId?: number
  readonly fromHash: string
  readonly toHash: string
  readonly since: string
}

test('A server that was killed still has metrics, alarms, partitions and scalable targets', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-restart-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const first = await Session.start(t, folder, '2026-11-22T10:00:00Z')
  await setUp(first)
  const refused = await first.put(12)
  assert.equal(refused, 7)
  const { splits } = (await askControl(first.endpoint, 'POST', `tables/${TableName}/partitions/split`, {})) as { splits: object[] }
  assert.equal(splits.length, 1)
  await advanceClock(first.endpoint, 60_000)
  assert.equal(await first.alarmState(), 'ALARM')
  // In a minute that is still going on: these may be lost.
  await first.put(12)
  const kept = await first.kept()
  await first.kill()

  const second = await Session.start(t, folder, '2026-11-22T10:01:30Z')
  assert.deepEqual(await second.kept(), kept)
  const [whole, ...running] = await second.throttledByMinute()
  assert.deepEqual(whole, ['10:00', refused])
  assert.deepEqual(
    running.filter(([time]) => time !== '10:01'),
    [],
  )
  // Life goes on: an hour in which nothing is throttled ends the alarm.
  await advanceClock(second.endpoint, 3_600_000)
  assert.equal(await second.alarmState(), 'OK')
  await second.kill()
})

async function setUp({ dynamodb, cloudWatch, scaling }: Session): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    }),
  )
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...metric,
      AlarmName: 'throttled',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  )
  await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 5, MaxCapacity: 50 }))
  await scaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'reads',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
        TargetValue: 70,
      },
    }),
  )
}
