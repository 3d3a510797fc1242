/** The alarms of the main folder, and what auto scaling scales in it. */
import type { Body, Client } from './client.ts'

const scalableWrites: Body = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/Scores',
  ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
}

/** Alarms in every state and of every form, targets that are scaled by policy and by schedule, one that is not any more. */
export async function watchAndScale(client: Client): Promise<void> {
  const ofScores = { Namespace: 'AWS/DynamoDB', Dimensions: [{ Name: 'TableName', Value: 'Scores' }] }
  const MetricStat = { Metric: { ...ofScores, MetricName: 'ConsumedWriteCapacityUnits' }, Period: 60, Stat: 'Sum' }
  const alarm = (AlarmName: string, more: Body): Promise<unknown> =>
    client.ask('cloudwatch', 'PutMetricAlarm', {
      AlarmName,
      EvaluationPeriods: 1,
      Threshold: 20,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    })
  const busy = { ...ofScores, MetricName: 'ConsumedWriteCapacityUnits', Statistic: 'Sum', Period: 60 }
  await alarm('scores-busy', { ...busy, Tags: [{ Key: 'team', Value: 'red' }], AlarmActions: ['arn:aws:sns:us-east-1:123456789012:topic'] })
  await alarm('Größe 漢字', { ...busy, AlarmDescription: 'Zu viel? 😀', EvaluationPeriods: 3, DatapointsToAlarm: 2 })
  await alarm('slow', { ...busy, MetricName: 'SuccessfulRequestLatency', Statistic: undefined, ExtendedStatistic: 'p99', Threshold: 1e6 })
  await alarm('sum', {
    Metrics: [
      { Id: 'total', Expression: 'a + b', Label: 'both' },
      { Id: 'a', MetricStat, ReturnData: false },
      { Id: 'b', MetricStat: { ...MetricStat, Stat: 'SampleCount' }, ReturnData: false },
    ],
  })
  await alarm('silent', { ...busy, MetricName: 'SystemErrors' })
  await alarm('deleted', busy)
  await client.ask('cloudwatch', 'DeleteAlarms', { AlarmNames: ['deleted'] })
  await client.ask('cloudwatch', 'DisableAlarmActions', { AlarmNames: ['slow'] })
  await client.ask('cloudwatch', 'SetAlarmState', {
    AlarmName: 'silent',
    StateValue: 'OK',
    StateReason: 'said so',
    StateReasonData: '{"by":"hand"}',
  })

  const scaling = (operation: string, input: Body): Promise<unknown> => client.ask('scaling', operation, input)
  const target = (table: string, more: Body = {}): Body => ({ ...scalableWrites, ResourceId: `table/${table}`, ...more })
  const ofIndex = target('Scores/index/by-team', { ScalableDimension: 'dynamodb:index:ReadCapacityUnits' })
  await scaling('RegisterScalableTarget', { ...scalableWrites, MinCapacity: 1, MaxCapacity: 10, Tags: { cost: 'low' } })
  await scaling('PutScalingPolicy', {
    ...scalableWrites,
    PolicyName: 'follow',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
      ScaleInCooldown: 120,
      ScaleOutCooldown: 60,
    },
  })
  await scaling('RegisterScalableTarget', {
    ...ofIndex,
    MinCapacity: 5,
    MaxCapacity: 20,
    SuspendedState: { DynamicScalingInSuspended: true },
  })
  const action = (name: string, Schedule: string, MinCapacity: number, more: Body): Promise<unknown> =>
    scaling('PutScheduledAction', { ScheduledActionName: name, Schedule, ScalableTargetAction: { MinCapacity, MaxCapacity: 30 }, ...more })
  await action('done', 'at(2026-11-21T09:05:00)', 6, ofIndex)
  await action('later', 'at(2026-11-21T10:30:00)', 8, ofIndex)
  await action('every', 'rate(7 minutes)', 7, { ...ofIndex, EndTime: Date.parse('2026-11-21T09:20:00Z') / 1000 })
  await action('daily', 'cron(0 12 * * ? *)', 9, { ...ofIndex, Timezone: 'Europe/Berlin' })
  for (const table of ['Pending', 'Rising']) {
    await scaling('RegisterScalableTarget', { ...target(table), MinCapacity: 1, MaxCapacity: 30 })
    await action('raise', 'at(2026-11-21T09:26:00)', 12, target(table))
  }
  await scaling('RegisterScalableTarget', { ...target('Grown'), MinCapacity: 2600, MaxCapacity: 3000 })
  await scaling('DeregisterScalableTarget', target('Grown'))
}
