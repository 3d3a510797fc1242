/** The operations of Application Auto Scaling that Stator knows by name, and the types of their inputs and outputs. */
import type { ScalingShape } from './shapes.ts'

/** What precedes the name of an operation in X-Amz-Target. */
export const scalingTargetPrefix = 'AnyScaleFrontendService.'

/** GetPredictiveScalingForecast is missing: predictive scaling is for ECS alone. */
export const scalingOperations = [
  'RegisterScalableTarget',
  'DescribeScalableTargets',
  'DeregisterScalableTarget',
  'PutScalingPolicy',
  'DescribeScalingPolicies',
  'DeleteScalingPolicy',
  'DescribeScalingActivities',
  'PutScheduledAction',
  'DescribeScheduledActions',
  'DeleteScheduledAction',
  'ListTagsForResource',
  'TagResource',
  'UntagResource',
] as const

export type ScalingOperation = (typeof scalingOperations)[number]

export type ScalingInput<Name extends ScalingOperation> = ScalingShape<`${Name}Input`>
export type ScalingOutput<Name extends ScalingOperation> = ScalingShape<`${Name}Output`>

/** The operation that a value of X-Amz-Target names; undefined for one that this service does not have. */
export function findScalingOperation(target: string): ScalingOperation | undefined {
  if (!target.startsWith(scalingTargetPrefix)) return undefined
  const name = target.slice(scalingTargetPrefix.length)
  return scalingOperations.find((operation) => operation === name)
}
