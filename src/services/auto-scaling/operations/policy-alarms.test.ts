import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgedAfterMs, testStorage } from '../../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { runDueJobs } from '../../../engine/jobs/run-due-jobs.ts'
import { meteredJobs, openMeteredEngine } from '../../../metering/open-metered-engine.ts'
import { createTable } from '../../../operations/tables/create-table.ts'
import { updateTable } from '../../../operations/tables/update-table.ts'
import { deleteAlarms } from '../../cloudwatch/operations/change-alarms.ts'
import { AlarmEvaluation } from '../../cloudwatch/operations/evaluate-alarms.ts'
import { Records } from '../../records.ts'
import { deleteScalingPolicy } from './delete-scaling-policy.ts'
import { deregisterScalableTarget } from './deregister-scalable-target.ts'
import { putScalingPolicy } from './put-scaling-policy.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import { ScalingRounds } from './scale-targets.ts'
import { type ScalingContext, scalingContext } from './scaling-context.ts'

const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music',
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
} as const

interface Scene extends ScalingContext {
  readonly clock: ManualClock
  readonly evaluation: AlarmEvaluation
  readonly rounds: ScalingRounds
}

async function sceneOf(): Promise<Scene> {
  const clock = new ManualClock(1_795_341_600_000 + judgedAfterMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock, random: seededRandom(1) })
  await createTable(engine, {
    TableName: 'music',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 12, WriteCapacityUnits: 1 },
  })
  const context = await scalingContext({ engine, records: new Records(engine.store) })
  await registerScalableTarget(context, { ...target, MinCapacity: 1, MaxCapacity: 100 })
  await putScalingPolicy(context, {
    ...target,
    PolicyName: 'keep',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
    },
  })
  return { ...context, clock, evaluation: new AlarmEvaluation(context), rounds: new ScalingRounds(context) }
}

async function pass({ clock, engine, evaluation, rounds }: Scene, byMs: number): Promise<void> {
  clock.advance(byMs)
  await runDueJobs(meteredJobs(engine), engine.clock)
  await evaluation.step(engine.clock.now())
  await rounds.step(engine.clock.now())
}

/** What each alarm compares with, by the middle of its name. */
function thresholds({ alarms }: Scene): { readonly [alarm: string]: string } {
  return Object.fromEntries(
    alarms
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
  const [alarm] = scene.alarms.of('')
  assert.match(
    alarm?.definition.AlarmDescription ?? '',
    /^DO NOT EDIT OR DELETE\. For TargetTrackingScaling policy arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/music:policyName\/keep:createdBy\/[0-9a-f-]{36}\.$/,
  )
})

test('the alarm is in the state ALARM when the table is scaled, and is then held against the new capacity', async () => {
  const scene = await sceneOf()
  const series = scene.engine.metering.metrics.series('ConsumedReadCapacityUnits', { region: '', TableName: 'music' })
  for (let minute = 0; minute < 2; minute += 1) {
    series.add(1200, scene.engine.clock.now())
    await pass(scene, minuteMs)
  }
  const high = (): string | undefined =>
    scene.alarms.of('').find(({ definition }) => definition.AlarmName.includes('AlarmHigh'))?.state.value
  assert.equal(high(), 'ALARM')
  assert.equal(scene.engine.catalog.find('music')?.provisioned?.readUnits, 29)
  series.add(1200, scene.engine.clock.now())
  await pass(scene, minuteMs)
  assert.match(thresholds(scene).AlarmHigh ?? '', /GreaterThanThreshold 1218 /)
  series.add(1200, scene.engine.clock.now())
  await pass(scene, minuteMs)
  assert.equal(high(), 'OK')
})

test('thresholds follow what somebody else provisions, and an alarm that somebody deleted stays deleted', async () => {
  const scene = await sceneOf()
  const AlarmNames = scene.alarms.of('').flatMap(({ definition: { AlarmName } }) => (AlarmName.includes('AlarmLow') ? [AlarmName] : []))
  await deleteAlarms(scene, { AlarmNames })
  await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 1 } })
  await pass(scene, minuteMs)
  assert.match(thresholds(scene).ProvisionedCapacityLow ?? '', /LessThanThreshold 20 /)
  assert.equal(thresholds(scene).AlarmLow, undefined)
})

test('alarms go with their policy, and with its target', async () => {
  for (const end of [
    (scene: Scene) => deleteScalingPolicy(scene, { ...target, PolicyName: 'keep' }),
    (scene: Scene) => deregisterScalableTarget(scene, target),
  ]) {
    const scene = await sceneOf()
    assert.equal(scene.alarms.of('').length, 4)
    await end(scene)
    assert.equal(scene.alarms.of('').length, 0)
  }
})
