/**
 * What follows from new bounds, whoever set them: capacity that lies outside is changed. Bounds and capacity are different records, and
 * several processes see to both: the capacity changes in a turn that sees bounds which allow it (change-capacity.ts), and bounds are
 * seen to in a turn that sees a capacity inside them, so that neither goes by what the other was.
 */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { WriteTurn } from '../../../storage/store.ts'
import type { ScalableTarget } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import { changeCapacity } from './change-capacity.ts'
import { findResource } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

/** Brings the capacity inside the bounds that are pending, now if that can be done now; otherwise they stay so. */
export async function settleBounds(context: ScalingContext, target: ScalableTarget): Promise<void> {
  const { engine, targets } = context
  const { records } = engine.catalog
  const capacity = capacityWanted(engine, target)
  if (capacity === undefined) {
    const isStill = (turn: Pick<WriteTurn, 'get'>): boolean => records.isCurrentIn(turn) && capacityWanted(engine, target) === undefined
    await targets.change(target.place, (state, _count, turn) => (isStill(turn) ? broughtInside(state, target) : state), records.reads)
    return
  }
  if (findResource(engine, target.place)?.isActive !== true) return
  const which = capacity === target.minCapacity ? 'minimum' : 'maximum'
  const change = { place: target.place, capacity, cause: `${which} capacity was set to ${capacity}` }
  if (await changeCapacity(context, change)) await targets.change(target.place, (state) => broughtInside(state, target))
}

/**
 * The nearest that is inside the bounds; undefined when the capacity is. What is gone or on demand has no capacity to change: bounds
 * hold for what is decided later [I].
 */
function capacityWanted(engine: MeteredEngine, { place, minCapacity, maxCapacity }: ScalableTarget): number | undefined {
  const capacity = findResource(engine, place)?.capacity
  if (capacity === undefined) return undefined
  if (capacity < minCapacity) return minCapacity
  return capacity > maxCapacity ? maxCapacity : undefined
}

/** The state when the capacity is inside the bounds that `done` has. Bounds that others have set meanwhile are still to be seen to. */
function broughtInside(state: ScalingState, done: ScalableTarget): ScalingState {
  const { target } = state
  if (target?.minCapacity !== done.minCapacity || target.maxCapacity !== done.maxCapacity) return state
  const { boundsPending: isPending, ...settled } = target
  return isPending ? { ...state, target: settled } : state
}
