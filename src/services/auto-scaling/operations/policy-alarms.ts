/**
 * The four alarms that a policy has on AWS, made as anybody makes alarms: two by which AWS scales, two by which it notices that
 * somebody else changed the capacity. Here they show what is going on; what scales is the job (scale-targets.ts), which looks at the
 * same measurements, so that nobody who deletes or sets an alarm stops it [I]. Thresholds, periods and descriptions are those of
 * alarms that users have shown.
 *
 * | alarm                   | metric       | statistic | period | periods | threshold                                    |
 * | ----------------------- | ------------ | --------- | ------ | ------- | -------------------------------------------- |
 * | AlarmHigh               | Consumed…    | Sum       | 60 s   | 2       | above what the target is in a minute         |
 * | AlarmLow                | Consumed…    | Sum       | 60 s   | 15      | below the same for a target 20 % lower       |
 * | ProvisionedCapacityHigh | Provisioned… | Average   | 300 s  | 3       | above what is provisioned                    |
 * | ProvisionedCapacityLow  | Provisioned… | Average   | 300 s  | 3       | below what is provisioned                    |
 */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { CloudWatchError } from '../../cloudwatch/contract/errors.ts'
import type { CloudWatch } from '../../cloudwatch/contract/shapes.ts'
import { deleteAlarms, setThreshold } from '../../cloudwatch/operations/change-alarms.ts'
import { putMetricAlarm } from '../../cloudwatch/operations/put-metric-alarm.ts'
import { ScalingError } from '../contract/errors.ts'
import { scaleInMinutes, scaleOutMinutes } from '../contract/limits.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'
import { findResource, type ScaledResource } from './scalable-resource.ts'
import { alarmArn, policyArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'
import { consumedThresholds } from './target-tracking.ts'

type Alarm = CloudWatch<'PutMetricAlarmInput'> & { readonly Threshold: number }

interface Watched {
  readonly target: ScalableTarget
  readonly policy: ScalingPolicy
  readonly resource: ScaledResource
  /** Units per second that are in force. */
  readonly capacity: number
}

export function policyAlarms(engine: MeteredEngine, policy: ScalingPolicy): ScalingShape<'Alarms'> {
  return namesOf(policy).map((name) => ({ AlarmName: name, AlarmARN: alarmArn(engine, name) }))
}

/** On demand there is nothing to watch [I]. */
export async function putPolicyAlarms(context: ScalingContext, target: ScalableTarget, policy: ScalingPolicy): Promise<void> {
  const { engine } = context
  const resource = findResource(engine, target.place)
  if (resource?.capacity === undefined) return
  try {
    for (const alarm of alarmsOf(engine, { target, policy, resource, capacity: resource.capacity })) await putMetricAlarm(context, alarm)
  } catch (error) {
    throw error instanceof CloudWatchError ? new ScalingError('LimitExceededException', error.message) : error
  }
}

/** Their thresholds follow the capacity, whoever changed it. An alarm that somebody deleted stays deleted. */
export async function followCapacity(context: ScalingContext, watched: Watched): Promise<void> {
  const { engine, alarms } = context
  for (const { AlarmName, Threshold } of alarmsOf(engine, watched)) {
    const known = alarms.find(engine.catalog.region, AlarmName)
    if (known !== undefined && known.definition.Threshold !== Threshold) await setThreshold(context, AlarmName, Threshold)
  }
}

export async function deletePolicyAlarms(context: ScalingContext, policy: ScalingPolicy): Promise<void> {
  const { engine, alarms } = context
  const AlarmNames = namesOf(policy).filter((name) => alarms.find(engine.catalog.region, name) !== undefined)
  if (AlarmNames.length > 0) await deleteAlarms(context, { AlarmNames })
}

function namesOf({ alarmNames }: ScalingPolicy): readonly string[] {
  const { high, low, provisionedHigh, provisionedLow } = alarmNames
  return [high, low, provisionedHigh, provisionedLow]
}

function alarmsOf(engine: MeteredEngine, { target, policy, resource, capacity }: Watched): readonly Alarm[] {
  const { access, tableName, indexName } = resource
  const arn = `${policyArn(engine, target, policy.name)}:createdBy/${policy.creatorUuid}`
  const units = access === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits'
  const { alarmNames } = policy
  const shared = {
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${arn}.`,
    AlarmActions: [arn],
    ActionsEnabled: true,
    Namespace: 'AWS/DynamoDB',
    Dimensions: [
      { Name: 'TableName', Value: tableName },
      ...(indexName === undefined ? [] : [{ Name: 'GlobalSecondaryIndexName', Value: indexName }]),
    ],
  }
  const { high, low } = consumedThresholds(policy, capacity)
  const consumed = { ...shared, MetricName: `Consumed${units}`, Statistic: 'Sum', Period: 60 } as const
  const slow = { Statistic: 'Average', Period: 300, EvaluationPeriods: 3 } as const
  const provisioned = { ...shared, ...slow, MetricName: `Provisioned${units}`, Threshold: capacity }
  const isAbove = { ComparisonOperator: 'GreaterThanThreshold' } as const
  const isBelow = { ComparisonOperator: 'LessThanThreshold' } as const
  return [
    { ...consumed, ...isAbove, AlarmName: alarmNames.high, EvaluationPeriods: scaleOutMinutes, Threshold: high },
    { ...consumed, ...isBelow, AlarmName: alarmNames.low, EvaluationPeriods: scaleInMinutes, Threshold: low },
    { ...provisioned, ...isAbove, AlarmName: alarmNames.provisionedHigh },
    { ...provisioned, ...isBelow, AlarmName: alarmNames.provisionedLow },
  ]
}
