/** DescribeScalingPolicies, in the order of their targets. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'
import { placeName } from '../targets/scaling-keys.ts'
import { checkDimensionFilter, namedResource } from './describe-scalable-targets.ts'
import { pageOf } from './page.ts'
import { policyAlarms } from './policy-alarms.ts'
import { capacityNamed, checkNamespace } from './scalable-resource.ts'
import { policyArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

interface OwnedPolicy {
  readonly target: ScalableTarget
  readonly policy: ScalingPolicy
}

export async function describeScalingPolicies(
  { engine, targets }: ScalingContext,
  input: ScalingInput<'DescribeScalingPolicies'>,
): Promise<ScalingOutput<'DescribeScalingPolicies'>> {
  checkNamespace(input.ServiceNamespace)
  const { PolicyNames: names = [], ResourceId: resourceId, ScalableDimension: dimension } = input
  checkDimensionFilter(dimension, resourceId)
  const matching = targets
    .ofRegion(engine.catalog.region)
    .filter(({ place }) => resourceId === undefined || place.resourceId === resourceId)
    .filter(({ place }) => dimension === undefined || place.dimension === dimension)
    .flatMap((target): OwnedPolicy[] => target.policies.map((policy) => ({ target, policy })))
    .filter(({ policy }) => names.length === 0 || names.includes(policy.name))
  const { items, next } = pageOf(matching, input, ({ target, policy }) => `${placeName(target.place)}\0${policy.name}`)
  return { ScalingPolicies: items.map((owned) => describedPolicy(engine, owned)), ...next }
}

function describedPolicy(engine: MeteredEngine, { target, policy }: OwnedPolicy): ScalingShape<'ScalingPolicy'> {
  return {
    PolicyARN: policyArn(engine, target, policy.name),
    PolicyName: policy.name,
    ...namedResource(target),
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: configurationOf(target, policy),
    Alarms: policyAlarms(engine, policy),
    CreationTime: policy.creationMs / 1000,
  }
}

function configurationOf(target: ScalableTarget, policy: ScalingPolicy): ScalingShape<'TargetTrackingScalingPolicyConfiguration'> {
  const { targetPercent, resourceLabel, scaleOutCooldownSeconds, scaleInCooldownSeconds, disableScaleIn } = policy
  const isRead = capacityNamed(target.place)?.access === 'read'
  return {
    TargetValue: targetPercent,
    PredefinedMetricSpecification: {
      PredefinedMetricType: isRead ? 'DynamoDBReadCapacityUtilization' : 'DynamoDBWriteCapacityUtilization',
      ...(resourceLabel !== undefined && { ResourceLabel: resourceLabel }),
    },
    ...(scaleOutCooldownSeconds !== undefined && { ScaleOutCooldown: scaleOutCooldownSeconds }),
    ...(scaleInCooldownSeconds !== undefined && { ScaleInCooldown: scaleInCooldownSeconds }),
    ...(disableScaleIn !== undefined && { DisableScaleIn: disableScaleIn }),
  }
}
