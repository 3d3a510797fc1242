/** DescribeScheduledActions, in the order of their targets. An action whose one time is over stays until it is deleted [I]. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalableTarget, ScheduledAction } from '../targets/scalable-target.ts'
import { placeName } from '../targets/scaling-keys.ts'
import { checkDimensionFilter, namedResource } from './describe-scalable-targets.ts'
import { pageOf } from './page.ts'
import { checkNamespace } from './scalable-resource.ts'
import { scheduledActionArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

interface OwnedAction {
  readonly target: ScalableTarget
  readonly action: ScheduledAction
}

export async function describeScheduledActions(
  { engine, targets }: ScalingContext,
  input: ScalingInput<'DescribeScheduledActions'>,
): Promise<ScalingOutput<'DescribeScheduledActions'>> {
  checkNamespace(input.ServiceNamespace)
  const { ScheduledActionNames: names = [], ResourceId: resourceId, ScalableDimension: dimension } = input
  checkDimensionFilter(dimension, resourceId)
  const matching = targets
    .ofRegion(engine.catalog.region)
    .filter(({ place }) => resourceId === undefined || place.resourceId === resourceId)
    .filter(({ place }) => dimension === undefined || place.dimension === dimension)
    .flatMap((target): OwnedAction[] => target.scheduledActions.map((action) => ({ target, action })))
    .filter(({ action }) => names.length === 0 || names.includes(action.name))
  const { items, next } = pageOf(matching, input, ({ target, action }) => `${placeName(target.place)}\0${action.name}`)
  return { ScheduledActions: items.map((owned) => describedAction(engine, owned)), ...next }
}

function describedAction(engine: MeteredEngine, { target, action }: OwnedAction): ScalingShape<'ScheduledAction'> {
  const { name, schedule, timezone, startMs, endMs, minCapacity, maxCapacity, creationMs } = action
  return {
    ScheduledActionName: name,
    ScheduledActionARN: scheduledActionArn(engine, target, name),
    ...namedResource(target),
    Schedule: schedule,
    ...(timezone !== undefined && { Timezone: timezone }),
    ...(startMs !== undefined && { StartTime: startMs / 1000 }),
    ...(endMs !== undefined && { EndTime: endMs / 1000 }),
    ScalableTargetAction: {
      ...(minCapacity !== undefined && { MinCapacity: minCapacity }),
      ...(maxCapacity !== undefined && { MaxCapacity: maxCapacity }),
    },
    CreationTime: creationMs / 1000,
  }
}
