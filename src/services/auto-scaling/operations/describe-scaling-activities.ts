/** DescribeScalingActivities: what was done in the last six weeks, the latest first, also for targets that are gone. */

import { activityAgeMsMax } from '../contract/limits.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { NotScaledReason, ScalingActivity } from '../targets/scalable-target.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'
import { checkDimensionFilter, namedResource } from './describe-scalable-targets.ts'
import { pageOf } from './page.ts'
import { checkNamespace } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

interface PlacedActivity {
  readonly place: ScalingPlace
  readonly activity: ScalingActivity
  /** Ascending, the latest first. */
  readonly mark: string
}

export async function describeScalingActivities(
  { engine, targets }: ScalingContext,
  input: ScalingInput<'DescribeScalingActivities'>,
): Promise<ScalingOutput<'DescribeScalingActivities'>> {
  checkNamespace(input.ServiceNamespace)
  const { ResourceId: resourceId, ScalableDimension: dimension, IncludeNotScaledActivities: isToldAll = false } = input
  checkDimensionFilter(dimension, resourceId)
  const sinceMs = engine.clock.now() - activityAgeMsMax
  const matching = targets
    .activePlaces(engine.catalog.region)
    .filter((place) => resourceId === undefined || place.resourceId === resourceId)
    .filter((place) => dimension === undefined || place.dimension === dimension)
    .flatMap((place) => targets.activitiesOf(place).map((activity, index) => placed(place, activity, index)))
    .filter(({ activity }) => activity.startMs > sinceMs && (isToldAll || activity.notScaled === undefined))
    .sort((one, other) => (one.mark < other.mark ? -1 : 1))
  const { items, next } = pageOf(matching, input, ({ mark }) => mark)
  return { ScalingActivities: items.map(describedActivity), ...next }
}

/** Far beyond every time. */
const endOfTimeMs = 9e15

/** Activities of one moment stand in the order in which their place has them. */
function placed(place: ScalingPlace, activity: ScalingActivity, index: number): PlacedActivity {
  const mark = `${String(endOfTimeMs - activity.startMs).padStart(16, '0')} ${String(index).padStart(4, '0')} ${activity.id}`
  return { place, activity, mark }
}

function describedActivity({ place, activity }: PlacedActivity): ScalingShape<'ScalingActivity'> {
  const { id, description, cause, status, message, startMs, endMs, notScaled } = activity
  return {
    ActivityId: id,
    ...namedResource({ place }),
    Description: description,
    Cause: cause,
    StartTime: startMs / 1000,
    ...(endMs !== undefined && { EndTime: endMs / 1000 }),
    StatusCode: status,
    ...(message !== undefined && { StatusMessage: message }),
    ...(notScaled !== undefined && { NotScaledReasons: [describedReason(notScaled)] }),
  }
}

function describedReason({ code, bound }: NotScaledReason): ScalingShape<'NotScaledReason'> {
  return { Code: code, ...(code === 'AlreadyAtMaxCapacity' ? { MaxCapacity: bound } : { MinCapacity: bound }) }
}
