/** DescribeAlarms and DescribeAlarmsForMetric: alarms by their names, by what they watch, or all. */

import type { Alarm } from '../alarms/alarm.ts'
import { CloudWatchError, validationError } from '../contract/errors.ts'
import { alarmRecordsDefault } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { describeAlarm } from './alarm-description.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'
import { pageToken, placeIn } from './page-token.ts'

/** In the order of names. There are no composite alarms. */
export function describeAlarms(
  { engine, alarms }: CloudWatchContext,
  input: CloudWatch<'DescribeAlarmsInput'>,
): Promise<CloudWatch<'DescribeAlarmsOutput'>> {
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, MaxRecords = alarmRecordsDefault, NextToken } = input
  if (AlarmNames !== undefined && AlarmNames.length > 0 && AlarmNamePrefix !== undefined) {
    throw validationError('AlarmNamePrefix cannot be specified together with AlarmNames.')
  }
  const after = NextToken === undefined ? undefined : placeIn('alarms', NextToken)
  if (NextToken !== undefined && after === undefined) throw new CloudWatchError('InvalidNextToken', 'The parameter NextToken is not valid.')
  // Children and parents are those of composite alarms.
  const isElsewhere = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined
  // AWS's default is metric alarms.
  const isExcluded = AlarmTypes !== undefined && AlarmTypes.length > 0 && !AlarmTypes.includes('MetricAlarm')
  const found = isElsewhere || isExcluded ? [] : alarms.of(engine.catalog.region).filter((alarm) => isMeant(input, alarm))
  const rest = after === undefined ? found : found.filter(({ definition }) => definition.AlarmName > after)
  const page = rest.slice(0, MaxRecords)
  const last = page.at(-1)
  return Promise.resolve({
    CompositeAlarms: [],
    MetricAlarms: page.map((alarm) => describeAlarm(engine, alarm)),
    ...(last !== undefined && page.length < rest.length && { NextToken: pageToken('alarms', last.definition.AlarmName) }),
  })
}

function isMeant(input: CloudWatch<'DescribeAlarmsInput'>, { definition, state }: Alarm): boolean {
  const { AlarmNames = [], AlarmNamePrefix = '', StateValue, ActionPrefix } = input
  const { AlarmName, AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = definition
  if (AlarmNames.length > 0 && !AlarmNames.includes(AlarmName)) return false
  if (!AlarmName.startsWith(AlarmNamePrefix)) return false
  if (StateValue !== undefined && StateValue !== state.value) return false
  if (ActionPrefix === undefined) return true
  return [...AlarmActions, ...OKActions, ...InsufficientDataActions].some((action) => action.startsWith(ActionPrefix))
}

/** Alarms on exactly this metric, metric math left out; statistic, period and unit narrow it where they are given. */
export function describeAlarmsForMetric(
  { engine, alarms }: CloudWatchContext,
  input: CloudWatch<'DescribeAlarmsForMetricInput'>,
): Promise<CloudWatch<'DescribeAlarmsForMetricOutput'>> {
  const found = alarms.of(engine.catalog.region).filter(({ definition }) => {
    const names = ['MetricName', 'Namespace'] as const
    const narrowing = (['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const).filter((name) => input[name] !== undefined)
    if (![...names, ...narrowing].every((name) => definition[name] === input[name])) return false
    return dimensionKey(definition.Dimensions) === dimensionKey(input.Dimensions)
  })
  return Promise.resolve({ MetricAlarms: found.map((alarm) => describeAlarm(engine, alarm)) })
}

function dimensionKey(dimensions: CloudWatch<'Dimensions'> = []): string {
  return JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort())
}
