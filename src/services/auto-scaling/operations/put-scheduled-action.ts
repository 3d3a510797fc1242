/** PutScheduledAction: new bounds at a time, or at times that come again and again. What the request does not name stays, but times. */

import { invalidScaling, ScalingError } from '../contract/errors.ts'
import { scheduledActionsPerTargetMax } from '../contract/limits.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScheduledAction } from '../targets/scalable-target.ts'
import { noScalableTarget, placeOf } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'
import { parseSchedule } from './schedule.ts'

type Input = ScalingInput<'PutScheduledAction'>

export async function putScheduledAction({ engine, targets }: ScalingContext, input: Input): Promise<ScalingOutput<'PutScheduledAction'>> {
  const place = placeOf(engine, input)
  await targets.change(place, (before) => {
    if (before.target === undefined) throw noScalableTarget(place)
    const known = before.target.scheduledActions.find(({ name }) => name === input.ScheduledActionName)
    const others = before.target.scheduledActions.filter((action) => action !== known)
    if (known === undefined && others.length >= scheduledActionsPerTargetMax) {
      throw new ScalingError('LimitExceededException', `Maximum number of scheduled actions exceeded: ${scheduledActionsPerTargetMax}`)
    }
    const scheduledActions = [...others, actionOf(input, known, engine.clock.now())]
    scheduledActions.sort((one, other) => (one.name < other.name ? -1 : 1))
    return { ...before, target: { ...before.target, scheduledActions } }
  })
  return {}
}

/** [I] All words but those on bounds, which are from a user's report: the documentation has the rules. */
function actionOf(input: Input, known: ScheduledAction | undefined, nowMs: number): ScheduledAction {
  const { Schedule: schedule = known?.schedule, Timezone: timezone = known?.timezone, ScalableTargetAction: asked } = input
  const { MinCapacity: minCapacity, MaxCapacity: maxCapacity } = asked ?? {
    MinCapacity: known?.minCapacity,
    MaxCapacity: known?.maxCapacity,
  }
  if (schedule === undefined) throw invalidScaling('Schedule must be specified for a new scheduled action')
  if (minCapacity === undefined && maxCapacity === undefined) {
    throw invalidScaling('At least one of minimum capacity and maximum capacity should be provided')
  }
  if ((minCapacity ?? 1) < 1 || (maxCapacity ?? 1) < 1) throw invalidScaling('Capacity must be greater than or equal to 1')
  if (minCapacity !== undefined && maxCapacity !== undefined && minCapacity > maxCapacity) {
    throw invalidScaling('Maximum capacity cannot be less than minimum capacity')
  }
  if (parseSchedule(schedule) === undefined) throw invalidScaling(`Invalid schedule: ${schedule}`)
  if (parseSchedule(schedule, timezone) === undefined) throw invalidScaling(`Invalid timezone: ${timezone}`)
  const { StartTime, EndTime } = input
  if (StartTime !== undefined && EndTime !== undefined && StartTime >= EndTime) throw invalidScaling('Start time must be before end time')
  return {
    name: input.ScheduledActionName,
    creationMs: known?.creationMs ?? nowMs,
    schedule,
    ...(timezone !== undefined && { timezone }),
    ...(StartTime !== undefined && { startMs: StartTime * 1000 }),
    ...(EndTime !== undefined && { endMs: EndTime * 1000 }),
    ...(minCapacity !== undefined && { minCapacity }),
    ...(maxCapacity !== undefined && { maxCapacity }),
    doneUntilMs: nowMs,
  }
}
