/**
 * Scheduled actions whose time has come: they set the bounds of their target, and the capacity is brought inside them as soon as the
 * resource can be changed. The texts are those of AWS's examples.
 */
import { uuid } from '../../../base/random.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { clockSkewMsMax } from '../contract/limits.ts'
import type { ScalableTarget, ScalingActivity, ScheduledAction } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import { withActivity } from './change-capacity.ts'
import type { ScalingContext } from './scaling-context.ts'
import { parseSchedule, type Schedule } from './schedule.ts'

interface DueAction {
  readonly action: ScheduledAction
  readonly timeMs: number
}

/** Runs what has become due of a target since a time, the earliest first. Those that are suspended are let pass. */
export async function runScheduledActions(context: ScalingContext, target: ScalableTarget, { sinceMs, nowMs }: LookedAt): Promise<void> {
  const { engine, targets } = context
  if (target.scheduledActions.some((action) => isDoneInFuture(action, nowMs))) return forgetFuture(context, target, nowMs)
  const due = target.scheduledActions
    .map((action) => ({ action, timeMs: dueTime(action, { sinceMs, nowMs }) }))
    .filter((each): each is DueAction => each.timeMs !== undefined)
    .sort((one, other) => one.timeMs - other.timeMs)
  for (const each of due) {
    await targets.change(target.place, (state) => afterAction(engine, state, each, nowMs))
  }
}

interface LookedAt {
  readonly sinceMs: number
  readonly nowMs: number
}

function isDoneInFuture({ doneUntilMs }: ScheduledAction, nowMs: number): boolean {
  return doneUntilMs > nowMs + clockSkewMsMax
}

/** When the clock was set back, what comes has not been done yet. */
async function forgetFuture({ targets }: ScalingContext, { place }: ScalableTarget, nowMs: number): Promise<void> {
  await targets.change(place, (state) => {
    if (!state.target?.scheduledActions.some((action) => isDoneInFuture(action, nowMs))) return state
    const scheduledActions = state.target.scheduledActions.map((action) => ({
      ...action,
      doneUntilMs: Math.min(action.doneUntilMs, nowMs),
    }))
    return { ...state, target: { ...state.target, scheduledActions } }
  })
}

/** Parsed once: time zones take long to find. */
const schedules = new WeakMap<ScheduledAction, Schedule>()

/** A rate counts from the start, or from its first interval on. */
function dueTime(action: ScheduledAction, { sinceMs, nowMs }: LookedAt): number | undefined {
  const { schedule: text, timezone, startMs, endMs, creationMs, doneUntilMs } = action
  const afterMs = Math.max(doneUntilMs, sinceMs, startMs === undefined ? 0 : startMs - 1)
  const untilMs = Math.min(nowMs, endMs ?? nowMs)
  if (untilMs <= afterMs) return undefined
  const schedule = schedules.get(action) ?? parseSchedule(text, timezone)
  if (schedule === undefined) return undefined
  schedules.set(action, schedule)
  return schedule.latest({ baseMs: startMs ?? creationMs, afterMs, untilMs })
}

/** The state stays as it is when somebody else has done it, or took the action away. */
function afterAction(engine: MeteredEngine, state: ScalingState, { action, timeMs }: DueAction, nowMs: number): ScalingState {
  const { target } = state
  const known = target?.scheduledActions.find(({ name }) => name === action.name)
  if (target === undefined || known === undefined || known.doneUntilMs >= timeMs) return state
  const scheduledActions = target.scheduledActions.map((each) => (each.name === action.name ? { ...each, doneUntilMs: nowMs } : each))
  const done = { ...target, scheduledActions }
  if (target.suspended.scheduled) return { ...state, target: done }
  const { minCapacity = target.minCapacity, maxCapacity = target.maxCapacity } = action
  const words = boundsText(action)
  const begun = {
    id: uuid(engine.random),
    description: `Setting ${words}`,
    cause: `scheduled action name ${action.name} was triggered`,
    startMs: nowMs,
  }
  if (minCapacity > maxCapacity) {
    // [I] An action that sets one bound may cross the other.
    const message = `Failed to set ${words}. Reason: Maximum capacity cannot be less than minimum capacity`
    const failed: ScalingActivity = { ...begun, status: 'Failed', message, endMs: nowMs }
    return withActivity({ ...state, target: done }, failed)
  }
  const successful: ScalingActivity = { ...begun, status: 'Successful', message: `Successfully set ${words}` }
  return withActivity({ ...state, target: { ...done, minCapacity, maxCapacity, boundsPending: true } }, successful)
}

/** [I] How one bound alone is told. */
function boundsText({ minCapacity, maxCapacity }: ScheduledAction): string {
  const min = minCapacity === undefined ? [] : [`min capacity to ${minCapacity}`]
  const max = maxCapacity === undefined ? [] : [`max capacity to ${maxCapacity}`]
  return [...min, ...max].join(' and ')
}
