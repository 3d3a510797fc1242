/** What follows from new bounds, whoever set them: capacity that lies outside is changed. */
import type { ScalableTarget } from '../targets/scalable-target.ts'
import { changeCapacity } from './change-capacity.ts'
import { findResource } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

/**
 * Resolves with false when the resource cannot be changed now. What is gone or on demand has no capacity to change: bounds hold for
 * what is decided later [I].
 */
export async function bringInsideBounds(context: ScalingContext, target: ScalableTarget): Promise<boolean> {
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
