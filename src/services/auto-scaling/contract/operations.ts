/** The operations of Application Auto Scaling that Stator knows by name, and the types of their inputs and outputs. */
import type { ScalingShape } from './shapes.ts'

/** GetPredictiveScalingForecast is missing: predictive scaling is for ECS alone. */
export const scalingOperations = {
  RegisterScalableTarget: {
    notes: 'tables (`table/T`) and global indexes (`table/T/index/I`), read and write capacity each by itself; SuspendedState',
  },
  DescribeScalableTargets: { notes: 'by resource and dimension' },
  DeregisterScalableTarget: { notes: 'policies and scheduled actions go with it' },
  PutScalingPolicy: {
    notes: 'target tracking with `DynamoDBReadCapacityUtilization` or `DynamoDBWriteCapacityUtilization`, 20 to 90 %',
  },
  DescribeScalingPolicies: { notes: 'with their alarms' },
  DeleteScalingPolicy: { notes: 'its alarms go with it' },
  DescribeScalingActivities: { notes: 'also those that were not scaled; six weeks, at most 200 for each target' },
  PutScheduledAction: { notes: '`at()`, `rate()` and `cron()`, in any time zone' },
  DescribeScheduledActions: { notes: 'by target and name' },
  DeleteScheduledAction: { notes: 'the bounds that it set stay' },
  ListTagsForResource: { notes: 'of targets' },
  TagResource: { notes: 'of targets' },
  UntagResource: { notes: 'of targets' },
} as const

export type ScalingOperation = keyof typeof scalingOperations

export type ScalingInput<Name extends ScalingOperation> = ScalingShape<`${Name}Input`>
export type ScalingOutput<Name extends ScalingOperation> = ScalingShape<`${Name}Output`>
