/** DeleteAlarms, EnableAlarmActions, DisableAlarmActions, SetAlarmState, and a new threshold: small changes to alarms that exist. */

import { CloudWatchError } from '../contract/errors.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { configurationItem } from './alarm-description.ts'
import { changeState } from './change-state.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'

/** When one of several does not exist, none is deleted (AWS's API reference). */
export async function deleteAlarms(context: CloudWatchContext, { AlarmNames }: CloudWatch<'DeleteAlarmsInput'>): Promise<void> {
  const { engine, alarms } = context
  const { region } = engine.catalog
  const absent = AlarmNames.filter((name) => alarms.find(region, name) === undefined)
  if (absent.length > 0) {
    throw new CloudWatchError(
      'ResourceNotFound',
      `Resource not found: ${absent.map((name) => `Alarm with name ${name} does not exist`).join(', ')}.`,
    )
  }
  for (const name of new Set(AlarmNames)) {
    await alarms.change(region, name, (alarm) => {
      return alarm && { alarm: undefined, history: [configurationItem('Delete', alarm.definition, engine.clock.now())] }
    })
  }
}

export function enableAlarmActions(context: CloudWatchContext, { AlarmNames }: CloudWatch<'EnableAlarmActionsInput'>): Promise<void> {
  return setActionsEnabled(context, AlarmNames, true)
}

export function disableAlarmActions(context: CloudWatchContext, { AlarmNames }: CloudWatch<'DisableAlarmActionsInput'>): Promise<void> {
  return setActionsEnabled(context, AlarmNames, false)
}

/** Names of no alarm are passed over: neither operation has an error for them. */
async function setActionsEnabled({ engine, alarms }: CloudWatchContext, names: readonly string[], isEnabled: boolean): Promise<void> {
  const { region } = engine.catalog
  for (const name of new Set(names)) {
    if (alarms.find(region, name) === undefined) continue
    await alarms.change(region, name, (alarm) => {
      if (alarm === undefined || (alarm.definition.ActionsEnabled ?? true) === isEnabled) return undefined
      const nowMs = engine.clock.now()
      const definition = { ...alarm.definition, ActionsEnabled: isEnabled }
      return { alarm: { ...alarm, definition, configuredMs: nowMs }, history: [configurationItem('Update', definition, nowMs)] }
    })
  }
}

/** An alarm that has it already, or is gone, stays as it is. */
export function setThreshold({ engine, alarms }: CloudWatchContext, name: string, threshold: number): Promise<void> {
  return alarms.change(engine.catalog.region, name, (alarm) => {
    if (alarm === undefined || alarm.definition.Threshold === threshold) return undefined
    const nowMs = engine.clock.now()
    const definition = { ...alarm.definition, Threshold: threshold }
    return { alarm: { ...alarm, definition, configuredMs: nowMs }, history: [configurationItem('Update', definition, nowMs)] }
  })
}

/** Holds until the next evaluation finds another state. */
export async function setAlarmState(context: CloudWatchContext, input: CloudWatch<'SetAlarmStateInput'>): Promise<void> {
  const { AlarmName, StateValue: value, StateReason: reason, StateReasonData: reasonData } = input
  if (reasonData !== undefined && !isJson(reasonData)) {
    throw new CloudWatchError('InvalidFormatFault', 'The parameter StateReasonData must be JSON.')
  }
  if (context.alarms.find(context.engine.catalog.region, AlarmName) === undefined)
    throw new CloudWatchError('ResourceNotFound', `Alarm with name ${AlarmName} does not exist`)
  await changeState(context, AlarmName, () => ({ value, reason, reasonData }))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
