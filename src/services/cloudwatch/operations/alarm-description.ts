/** An alarm as clients see it, and what its history says of it. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Alarm, AlarmDefinition, AlarmHistoryItem, AlarmState } from '../alarms/alarm.ts'
import type { CloudWatch } from '../contract/shapes.ts'

export function alarmArn({ region, account }: MeteredEngine, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`
}

export function describeAlarm(engine: MeteredEngine, { definition, configuredMs, state }: Alarm): CloudWatch<'MetricAlarm'> {
  return {
    ...described(engine, definition, configuredMs),
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.updatedMs / 1000,
    StateTransitionedTimestamp: state.transitionedMs / 1000,
  }
}

function described(engine: MeteredEngine, definition: AlarmDefinition, configuredMs: number) {
  const { AlarmName, ActionsEnabled = true, OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = definition
  const { Dimensions = [], ...others } = definition
  return {
    ...others,
    AlarmName,
    AlarmArn: alarmArn(engine, AlarmName),
    AlarmConfigurationUpdatedTimestamp: configuredMs / 1000,
    ActionsEnabled,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    Dimensions,
  }
}

/** [I] The texts and members that AWS's history has. */
export function configurationItem(type: 'Create' | 'Update' | 'Delete', definition: AlarmDefinition, timeMs: number): AlarmHistoryItem {
  const { AlarmName: alarmName } = definition
  const participle = `${type}d`.toLowerCase()
  return {
    alarmName,
    timeMs,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarmName}" ${participle}`,
    data: JSON.stringify({ version: '1.0', type, [`${participle}Alarm`]: definition }),
  }
}

export function stateItem(alarmName: string, from: AlarmState, to: AlarmState): AlarmHistoryItem {
  return {
    alarmName,
    timeMs: to.updatedMs,
    type: 'StateUpdate',
    summary: `Alarm updated from ${from.value} to ${to.value}`,
    data: JSON.stringify({ version: '1.0', oldState: stateData(from), newState: stateData(to) }),
  }
}

function stateData({ value, reason, reasonData }: AlarmState): object {
  return { stateValue: value, stateReason: reason, ...(reasonData !== undefined && { stateReasonData: asJson(reasonData) }) }
}

/** SetAlarmState takes only JSON. */
function asJson(text: string): unknown {
  return JSON.parse(text)
}
