import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, minuteMs } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { type Engine, openEngine } from '../../../engine/engine.ts'
import { runDueJobs } from '../../../engine/jobs/run-due-jobs.ts'
import { createTable } from '../../../operations/tables/create-table.ts'
import { updateTable } from '../../../operations/tables/update-table.ts'
import { deleteAlarms } from '../../cloudwatch/operations/change-alarms.ts'
import { evaluateAlarms } from '../../cloudwatch/operations/evaluate-alarms.ts'
import { deleteScalingPolicy } from './delete-scaling-policy.ts'
import { deregisterScalableTarget } from './deregister-scalable-target.ts'
import { putScalingPolicy } from './put-scaling-policy.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import { stepScaling } from './scale-targets.ts'

const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music',
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
} as const

interface Scene {
  readonly clock: ManualClock
  readonly engine: Engine
}

async function sceneOf(): Promise<Scene> {
  const clock = new ManualClock(1_795_341_600_000)
  const engine = await openEngine({ storage: { kind: 'memory' }, clock, random: seededRandom(1) })
  await createTable(engine, {
    TableName: 'music',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 12, WriteCapacityUnits: 1 },
  })
  await registerScalableTarget(engine, { ...target, MinCapacity: 1, MaxCapacity: 100 })
  await putScalingPolicy(engine, {
    ...target,
    PolicyName: 'keep',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
    },
  })
  return { clock, engine }
}

async function pass({ clock, engine }: Scene, byMs: number): Promise<void> {
  clock.advance(byMs)
  await runDueJobs(engine)
  await evaluateAlarms(engine)
  await stepScaling(engine, engine.clock.now())
}

/** What each alarm compares with, by the middle of its name. */
function thresholds({ engine }: Scene): { readonly [alarm: string]: string } {
  return Object.fromEntries(
    engine.alarms
      .of('')
      .map(({ definition }) => [
        definition.AlarmName.slice('TargetTracking-table/music-'.length, -37),
        `${definition.Statistic} of ${definition.MetricName} ${definition.ComparisonOperator} ${definition.Threshold} for ${definition.EvaluationPeriods} × ${definition.Period} s`,
      ]),
  )
}

test('a policy has the four alarms that it has on AWS', async () => {
  const scene = await sceneOf()
  assert.deepEqual(thresholds(scene), {
    AlarmHigh: 'Sum of ConsumedReadCapacityUnits GreaterThanThreshold 504 for 2 × 60 s',
    AlarmLow: 'Sum of ConsumedReadCapacityUnits LessThanThreshold 360 for 15 × 60 s',
    ProvisionedCapacityHigh: 'Average of ProvisionedReadCapacityUnits GreaterThanThreshold 12 for 3 × 300 s',
    ProvisionedCapacityLow: 'Average of ProvisionedReadCapacityUnits LessThanThreshold 12 for 3 × 300 s',
  })
  const [alarm] = scene.engine.alarms.of('')
  assert.match(
    alarm?.definition.AlarmDescription ?? '',
    /^DO NOT EDIT OR DELETE\. For TargetTrackingScaling policy arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/music:policyName\/keep:createdBy\/[0-9a-f-]{36}\.$/,
  )
})

test('the alarm is in the state ALARM when the table is scaled, and is then held against the new capacity', async () => {
  const scene = await sceneOf()
  const series = scene.engine.metrics.series('ConsumedReadCapacityUnits', { region: '', TableName: 'music' })
  for (let minute = 0; minute < 2; minute += 1) {
    series.add(1200, scene.engine.clock.now())
    await pass(scene, minuteMs)
  }
  const high = (): string | undefined =>
    scene.engine.alarms.of('').find(({ definition }) => definition.AlarmName.includes('AlarmHigh'))?.state.value
  assert.equal(high(), 'ALARM')
  assert.equal(scene.engine.catalog.durable.find('music')?.provisioned?.readUnits, 29)
  series.add(1200, scene.engine.clock.now())
  await pass(scene, minuteMs)
  assert.match(thresholds(scene).AlarmHigh ?? '', /GreaterThanThreshold 1218 /)
  series.add(1200, scene.engine.clock.now())
  await pass(scene, minuteMs)
  assert.equal(high(), 'OK')
})

test('thresholds follow what somebody else provisions, and an alarm that somebody deleted stays deleted', async () => {
  const scene = await sceneOf()
  const AlarmNames = scene.engine.alarms
    .of('')
    .flatMap(({ definition: { AlarmName } }) => (AlarmName.includes('AlarmLow') ? [AlarmName] : []))
  await deleteAlarms(scene.engine, { AlarmNames })
  await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 1 } })
  await pass(scene, minuteMs)
  assert.match(thresholds(scene).ProvisionedCapacityLow ?? '', /LessThanThreshold 20 /)
  assert.equal(thresholds(scene).AlarmLow, undefined)
})

test('alarms go with their policy, and with its target', async () => {
  for (const end of [
    (engine: Engine) => deleteScalingPolicy(engine, { ...target, PolicyName: 'keep' }),
    (engine: Engine) => deregisterScalableTarget(engine, target),
  ]) {
    const { engine } = await sceneOf()
    assert.equal(engine.alarms.count(''), 4)
    await end(engine)
    assert.equal(engine.alarms.count(''), 0)
  }
})
