/**
 * PutScalingPolicy: keeps consumed units near so many percent of the provisioned ones. For DynamoDB there is target tracking and
 * nothing else.
 */

import { uuid } from '../../../base/random.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { invalidScaling } from '../contract/errors.ts'
import { targetPercentMax, targetPercentMin } from '../contract/limits.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalingPolicy } from '../targets/scalable-target.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'
import { policyAlarms, putPolicyAlarms } from './policy-alarms.ts'
import { capacityNamed, noScalableTarget, placeOf } from './scalable-resource.ts'
import { policyArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

type Input = ScalingInput<'PutScalingPolicy'>
type Configuration = ScalingShape<'TargetTrackingScalingPolicyConfiguration'>

export async function putScalingPolicy(context: ScalingContext, input: Input): Promise<ScalingOutput<'PutScalingPolicy'>> {
  const { engine } = context
  const place = placeOf(engine, input)
  const configuration = checkedConfiguration(place, input)
  const { target } = await context.targets.change(place, (before) => {
    const known = before.target?.policies.find(({ name }) => name === input.PolicyName)
    if (before.target === undefined) throw noScalableTarget(place)
    const others = before.target.policies.filter((policy) => policy !== known)
    // Two policies of one target would track the same metric: there is one for each dimension. Words of users' reports.
    if (others.length > 0) throw invalidScaling('Only one TargetTrackingScaling policy for a given metric specification is allowed.')
    const policy = policyOf(input.PolicyName, configuration, known ?? freshPolicy(engine, place))
    return { ...before, target: { ...before.target, policies: [...others, policy] } }
  })
  const policy = target?.policies.find(({ name }) => name === input.PolicyName)
  if (target === undefined || policy === undefined) throw noScalableTarget(place)
  await putPolicyAlarms(context, target, policy)
  return { PolicyARN: policyArn(engine, target, policy.name), Alarms: policyAlarms(engine, policy) }
}

/** [I] All words but those of constraints: the documentation has the rules. */
function checkedConfiguration(place: ScalingPlace, input: Input): Configuration {
  const { PolicyType, TargetTrackingScalingPolicyConfiguration: configuration } = input
  if (PolicyType !== undefined && PolicyType !== 'TargetTrackingScaling') {
    throw invalidScaling(`Policy type ${PolicyType} is not supported for service namespace: dynamodb`)
  }
  if (input.StepScalingPolicyConfiguration !== undefined || input.PredictiveScalingPolicyConfiguration !== undefined) {
    throw invalidScaling('Only a target tracking scaling policy configuration is supported for service namespace: dynamodb')
  }
  if (PolicyType === undefined) throw invalidScaling('Policy type must be specified')
  if (configuration === undefined) {
    throw invalidScaling('Target tracking scaling policy configuration must be specified for policy type: TargetTrackingScaling')
  }
  checkMetric(place, configuration)
  checkNumbers(configuration)
  return configuration
}

function checkMetric(place: ScalingPlace, configuration: Configuration): void {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration
  if (customized !== undefined) throw invalidScaling('Stator does not offer CustomizedMetricSpecification yet.')
  if (predefined === undefined) {
    throw invalidScaling('Either a predefined metric specification or a customized metric specification must be specified')
  }
  const expected = capacityNamed(place)?.access === 'read' ? 'DynamoDBReadCapacityUtilization' : 'DynamoDBWriteCapacityUtilization'
  if (predefined.PredefinedMetricType !== expected) {
    throw invalidScaling(
      `Predefined metric type ${predefined.PredefinedMetricType} is not supported for scalable dimension: ${place.dimension}`,
    )
  }
}

function checkNumbers({ TargetValue, ScaleOutCooldown = 0, ScaleInCooldown = 0 }: Configuration): void {
  if (!(TargetValue >= targetPercentMin && TargetValue <= targetPercentMax)) {
    throw invalidScaling(`Target value must be between ${targetPercentMin} and ${targetPercentMax} for service namespace: dynamodb`)
  }
  if (ScaleOutCooldown < 0) throw invalidScaling('Scale out cooldown cannot be negative')
  if (ScaleInCooldown < 0) throw invalidScaling('Scale in cooldown cannot be negative')
}

/** What stays when a policy of the same name is put again. */
type PolicyIdentity = Pick<ScalingPolicy, 'creationMs' | 'creatorUuid' | 'alarmNames' | 'scaledOutMs' | 'scaledInMs' | 'actedMinute'>

function freshPolicy({ clock, random }: MeteredEngine, { resourceId }: ScalingPlace): PolicyIdentity {
  const alarmName = (end: string): string => `TargetTracking-${resourceId}-${end}-${uuid(random)}`
  return {
    creationMs: clock.now(),
    creatorUuid: uuid(random),
    alarmNames: {
      high: alarmName('AlarmHigh'),
      low: alarmName('AlarmLow'),
      provisionedHigh: alarmName('ProvisionedCapacityHigh'),
      provisionedLow: alarmName('ProvisionedCapacityLow'),
    },
  }
}

function policyOf(name: string, configuration: Configuration, identity: PolicyIdentity): ScalingPolicy {
  const { TargetValue, PredefinedMetricSpecification, ScaleOutCooldown, ScaleInCooldown, DisableScaleIn } = configuration
  const { creationMs, creatorUuid, alarmNames, scaledOutMs, scaledInMs, actedMinute } = identity
  const resourceLabel = PredefinedMetricSpecification?.ResourceLabel
  return {
    name,
    creationMs,
    creatorUuid,
    alarmNames,
    ...(scaledOutMs !== undefined && { scaledOutMs }),
    ...(scaledInMs !== undefined && { scaledInMs }),
    ...(actedMinute !== undefined && { actedMinute }),
    targetPercent: TargetValue,
    ...(resourceLabel !== undefined && { resourceLabel }),
    ...(ScaleOutCooldown !== undefined && { scaleOutCooldownSeconds: ScaleOutCooldown }),
    ...(ScaleInCooldown !== undefined && { scaleInCooldownSeconds: ScaleInCooldown }),
    ...(DisableScaleIn !== undefined && { disableScaleIn: DisableScaleIn }),
  }
}
