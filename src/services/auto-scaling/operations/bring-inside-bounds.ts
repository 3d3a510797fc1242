/** What follows from new bounds, whoever set them: capacity that lies outside is changed. */
import type { ScalableTarget } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import { changeCapacity } from './change-capacity.ts'
import { findResource } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

/** Brings the capacity inside the bounds that are pending, now if that can be done now; otherwise they stay so. */
export async function settleBounds(context: ScalingContext, target: ScalableTarget): Promise<void> {
  if (await bringInsideBounds(context, target)) await context.targets.change(target.place, (state) => broughtInside(state, target))
}

/**
 * Resolves with false when the resource cannot be changed now. What is gone or on demand has no capacity to change: bounds hold for
 * what is decided later [I].
 */
async function bringInsideBounds(context: ScalingContext, target: ScalableTarget): Promise<boolean> {
  const { place, minCapacity, maxCapacity } = target
  const resource = findResource(context.engine, place)
  if (resource?.capacity === undefined) return true
  if (!resource.isActive) return false
  if (resource.capacity < minCapacity) {
    return changeCapacity(context, { place, capacity: minCapacity, cause: `minimum capacity was set to ${minCapacity}` })
  }
  if (resource.capacity > maxCapacity) {
    return changeCapacity(context, { place, capacity: maxCapacity, cause: `maximum capacity was set to ${maxCapacity}` })
  }
  return true
}

/** The state when the capacity is inside the bounds that `done` has. Bounds that others have set meanwhile are still to be seen to. */
function broughtInside(state: ScalingState, done: ScalableTarget): ScalingState {
  const { target } = state
  if (target?.minCapacity !== done.minCapacity || target.maxCapacity !== done.maxCapacity) return state
  const { boundsPending: isPending, ...settled } = target
  return isPending ? { ...state, target: settled } : state
}
