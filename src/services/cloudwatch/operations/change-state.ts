/** The one way in which the state of an alarm changes, by itself or because somebody set it. */

import type { Alarm, AlarmState } from '../alarms/alarm.ts'
import { stateItem } from './alarm-description.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'

/** Without a minute: somebody set it, and what was judged is as it was. */
export type NewState = Pick<AlarmState, 'value' | 'reason' | 'reasonData' | 'judgedMinute'>

/** `decide` gets the alarm as it is then, and returns undefined to leave it so. An alarm that is gone stays gone. */
export function changeState(
  { engine, alarms }: CloudWatchContext,
  name: string,
  decide: (alarm: Alarm) => NewState | undefined,
): Promise<void> {
  return alarms.change(engine.catalog.region, name, (alarm) => {
    const decided = alarm && decide(alarm)
    if (alarm === undefined || decided === undefined) return undefined
    const nowMs = engine.clock.now()
    const isTransition = decided.value !== alarm.state.value
    const { judgedMinute = alarm.state.judgedMinute, ...rest } = decided
    const state: AlarmState = {
      ...rest,
      updatedMs: nowMs,
      transitionedMs: isTransition ? nowMs : alarm.state.transitionedMs,
      ...(judgedMinute !== undefined && { judgedMinute }),
    }
    return { alarm: { ...alarm, state }, history: isTransition ? [stateItem(name, alarm.state, state)] : [] }
  })
}
