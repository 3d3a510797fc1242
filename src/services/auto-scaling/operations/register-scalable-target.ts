/**
 * RegisterScalableTarget: what may be scaled, and how far. Capacity that lies outside of the new bounds is changed at once, if the
 * resource is active (the model's documentation); by the job, if it is not, or if the process ends in between [I].
 */

import { uuid } from '../../../base/random.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { invalidScaling, ScalingError } from '../contract/errors.ts'
import { activityAgeMsMax, scalableTargetsMax, scalingTagsMax } from '../contract/limits.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalableTarget, SuspendedScaling } from '../targets/scalable-target.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'
import { settleBounds } from './bring-inside-bounds.ts'
import { settleActivity } from './change-capacity.ts'
import { existingResource, placeOf } from './scalable-resource.ts'
import { scalableTargetArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

type Input = ScalingInput<'RegisterScalableTarget'>

export async function registerScalableTarget(context: ScalingContext, input: Input): Promise<ScalingOutput<'RegisterScalableTarget'>> {
  const { engine, targets } = context
  const place = placeOf(engine, input)
  checkBounds(input)
  existingResource(engine, place)
  await settleActivity(context, place)
  // What nobody is told any more would add up with every table that comes and goes.
  await targets.forgetActivities(engine.clock.now() - activityAgeMsMax)
  const after = await targets.change(place, (before, count) => {
    if (before.activities[0]?.status === 'InProgress') throw pendingUpdate()
    if (before.target !== undefined) return { ...before, target: changedTarget(before.target, input) }
    return { ...before, target: newTarget(engine, place, input, count) }
  })
  const { target } = after
  if (target === undefined) throw pendingUpdate()
  await settleBounds(context, target)
  return { ScalableTargetARN: scalableTargetArn(engine, target.id) }
}

/** [I] The words, and that DynamoDB's least capacity is 1. */
function checkBounds({ MinCapacity, MaxCapacity }: Input): void {
  if (MinCapacity !== undefined && MinCapacity < 1) {
    throw invalidScaling('Minimum capacity must be greater than or equal to 1 for service namespace: dynamodb')
  }
  if (MaxCapacity !== undefined && MaxCapacity < 1) {
    throw invalidScaling('Maximum capacity must be greater than or equal to 1 for service namespace: dynamodb')
  }
}

/** `count`: how many targets the region has already. */
function newTarget(engine: MeteredEngine, place: ScalingPlace, input: Input, count: number): ScalableTarget {
  const { MinCapacity, MaxCapacity, Tags = {} } = input
  // [I] The words: the documentation has the rule.
  if (MinCapacity === undefined || MaxCapacity === undefined) {
    throw invalidScaling('Minimum capacity and maximum capacity must be specified when registering a new scalable target')
  }
  checkOrder(MinCapacity, MaxCapacity)
  if (count >= scalableTargetsMax) {
    throw new ScalingError('LimitExceededException', `Maximum number of scalable targets exceeded: ${scalableTargetsMax}`)
  }
  const tags = Object.entries(Tags).map(([key, value]) => ({ key, value }))
  if (tags.length > scalingTagsMax) throw invalidScaling(`The number of tags exceeds the limit: ${scalingTagsMax}`)
  return {
    place,
    id: Buffer.from(engine.random.bytes(18)).toString('hex'),
    uuid: uuid(engine.random),
    minCapacity: MinCapacity,
    maxCapacity: MaxCapacity,
    boundsPending: true,
    creationMs: engine.clock.now(),
    suspended: suspendedAfter({ scalingIn: false, scalingOut: false, scheduled: false }, input),
    tags,
    policies: [],
    scheduledActions: [],
  }
}

/** What the request does not name stays; tags are for new targets only, and of no effect here [I]. */
function changedTarget(target: ScalableTarget, input: Input): ScalableTarget {
  const { MinCapacity: minCapacity = target.minCapacity, MaxCapacity: maxCapacity = target.maxCapacity } = input
  checkOrder(minCapacity, maxCapacity)
  return { ...target, minCapacity, maxCapacity, boundsPending: true, suspended: suspendedAfter(target.suspended, input) }
}

/** [I] The words. */
function checkOrder(minCapacity: number, maxCapacity: number): void {
  if (minCapacity > maxCapacity) throw invalidScaling('Maximum capacity cannot be less than minimum capacity')
}

function suspendedAfter(before: SuspendedScaling, { SuspendedState: asked = {} }: Input): SuspendedScaling {
  return {
    scalingIn: asked.DynamicScalingInSuspended ?? before.scalingIn,
    scalingOut: asked.DynamicScalingOutSuspended ?? before.scalingOut,
    scheduled: asked.ScheduledScalingSuspended ?? before.scheduled,
  }
}

/** Words from users' reports. */
function pendingUpdate(): ScalingError {
  return new ScalingError('ConcurrentUpdateException', 'You already have a pending update to an Auto Scaling resource.')
}
