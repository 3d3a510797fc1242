/** Which function answers which operation of Application Auto Scaling. */

import type { ScalingInput, ScalingOperation, ScalingOutput } from '../contract/operations.ts'
import { deleteScalingPolicy } from './delete-scaling-policy.ts'
import { deleteScheduledAction } from './delete-scheduled-action.ts'
import { deregisterScalableTarget } from './deregister-scalable-target.ts'
import { describeScalableTargets } from './describe-scalable-targets.ts'
import { describeScalingActivities } from './describe-scaling-activities.ts'
import { describeScalingPolicies } from './describe-scaling-policies.ts'
import { describeScheduledActions } from './describe-scheduled-actions.ts'
import { putScalingPolicy } from './put-scaling-policy.ts'
import { putScheduledAction } from './put-scheduled-action.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import type { ScalingContext } from './scaling-context.ts'
import { listScalingTags, tagScalableTarget, untagScalableTarget } from './tag-scalable-target.ts'

type ScalingHandlers = {
  readonly [Name in ScalingOperation]: (context: ScalingContext, input: ScalingInput<Name>) => Promise<ScalingOutput<Name>>
}

export const scalingHandlers: ScalingHandlers = {
  DeleteScalingPolicy: deleteScalingPolicy,
  DeleteScheduledAction: deleteScheduledAction,
  DeregisterScalableTarget: deregisterScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScalingPolicies: describeScalingPolicies,
  DescribeScheduledActions: describeScheduledActions,
  ListTagsForResource: listScalingTags,
  PutScalingPolicy: putScalingPolicy,
  PutScheduledAction: putScheduledAction,
  RegisterScalableTarget: registerScalableTarget,
  TagResource: tagScalableTarget,
  UntagResource: untagScalableTarget,
}
