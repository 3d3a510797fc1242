/** DeleteScheduledAction. The bounds that it set stay. */

import { ScalingError } from '../contract/errors.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import { dynamodb, placeOf } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

export async function deleteScheduledAction(
  { engine, targets }: ScalingContext,
  input: ScalingInput<'DeleteScheduledAction'>,
): Promise<ScalingOutput<'DeleteScheduledAction'>> {
  const place = placeOf(engine, input)
  await targets.change(place, (before) => {
    const scheduledActions = before.target?.scheduledActions.filter(({ name }) => name !== input.ScheduledActionName)
    if (before.target === undefined || scheduledActions?.length === before.target.scheduledActions.length || !scheduledActions) {
      // [I] The words, after those for targets.
      throw new ScalingError(
        'ObjectNotFoundException',
        `No scheduled action found for service namespace: ${dynamodb}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}, scheduled action name: ${input.ScheduledActionName}`,
      )
    }
    return { ...before, target: { ...before.target, scheduledActions } }
  })
  return {}
}
