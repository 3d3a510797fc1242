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
  const { place } = target
  const { records } = engine.catalog
  const { kind, capacity } = standingOf(engine, target)
  switch (kind) {
    case 'changing':
      return
    case 'inside': {
      const isStill = (turn: Pick<WriteTurn, 'get'>): boolean => records.isCurrentIn(turn) && standingOf(engine, target).kind === 'inside'
      await targets.change(place, (state, _count, turn) => (isStill(turn) ? broughtInside(state, target) : state), records.reads)
      return
    }
    case 'minimum':
    case 'maximum': {
      const change = { place, capacity, cause: `${kind} capacity was set to ${capacity}` }
      if (await changeCapacity(context, change)) await targets.change(place, (state) => broughtInside(state, target))
    }
  }
}

/** How capacity stands to bounds, and what it should be. */
interface Standing {
  readonly kind: 'changing' | 'inside' | 'minimum' | 'maximum'
  readonly capacity: number
}

/** What is gone or on demand has no capacity that could lie outside: bounds hold for what is decided later [I]. */
function standingOf(engine: MeteredEngine, { place, minCapacity, maxCapacity }: ScalableTarget): Standing {
  const resource = findResource(engine, place)
  const capacity = resource?.capacity ?? minCapacity
  if (resource?.capacity !== undefined && !resource.isActive) return { kind: 'changing', capacity }
  if (capacity < minCapacity) return { kind: 'minimum', capacity: minCapacity }
  if (capacity > maxCapacity) return { kind: 'maximum', capacity: maxCapacity }
  return { kind: 'inside', capacity }
}

/** The state when the capacity is inside the bounds that `done` has. Bounds that others have set meanwhile are still to be seen to. */
function broughtInside(state: ScalingState, done: ScalableTarget): ScalingState {
  const { target } = state
  if (target?.minCapacity !== done.minCapacity || target.maxCapacity !== done.maxCapacity) return state
  const { boundsPending: isPending, ...settled } = target
  return isPending ? { ...state, target: settled } : state
}
