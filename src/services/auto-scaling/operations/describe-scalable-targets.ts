/** DescribeScalableTargets, in the order of their resources and dimensions. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { invalidScaling } from '../contract/errors.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalableTarget } from '../targets/scalable-target.ts'
import { placeName } from '../targets/scaling-keys.ts'
import { pageOf } from './page.ts'
import { checkNamespace, type DynamodbDimension, dynamodb } from './scalable-resource.ts'
import { roleArn, scalableTargetArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

export async function describeScalableTargets(
  { engine, targets }: ScalingContext,
  input: ScalingInput<'DescribeScalableTargets'>,
): Promise<ScalingOutput<'DescribeScalableTargets'>> {
  checkNamespace(input.ServiceNamespace)
  const { ResourceIds: ids = [], ScalableDimension: dimension } = input
  checkDimensionFilter(dimension, ids[0])
  const matching = targets
    .ofRegion(engine.catalog.region)
    .filter(({ place }) => ids.length === 0 || ids.includes(place.resourceId))
    .filter(({ place }) => dimension === undefined || place.dimension === dimension)
  const { items, next } = pageOf(matching, input, ({ place }) => placeName(place))
  return { ScalableTargets: items.map((target) => describedTarget(engine, target)), ...next }
}

/** Of every operation that lists: the documentation has the rule, the words are [I]. */
export function checkDimensionFilter(dimension: string | undefined, resourceId: string | undefined): void {
  if (dimension !== undefined && resourceId === undefined) {
    throw invalidScaling('A resource ID must be specified when a scalable dimension is specified')
  }
}

/** The members by which everything in auto scaling says what it is about. */
export function namedResource({ place }: Pick<ScalableTarget, 'place'>): {
  readonly ServiceNamespace: typeof dynamodb
  readonly ResourceId: string
  readonly ScalableDimension: DynamodbDimension
} {
  return { ServiceNamespace: dynamodb, ResourceId: place.resourceId, ScalableDimension: place.dimension as DynamodbDimension }
}

function describedTarget(engine: MeteredEngine, target: ScalableTarget): ScalingShape<'ScalableTarget'> {
  const { suspended } = target
  return {
    ...namedResource(target),
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: roleArn(engine),
    CreationTime: target.creationMs / 1000,
    SuspendedState: {
      DynamicScalingInSuspended: suspended.scalingIn,
      DynamicScalingOutSuspended: suspended.scalingOut,
      ScheduledScalingSuspended: suspended.scheduled,
    },
    ScalableTargetARN: scalableTargetArn(engine, target.id),
  }
}
