/** What operations of CloudWatch need to be allowed: those that change alarms on each alarm, the others on everything, as on AWS. */
import { getOwn } from '../../../base/own.ts'
import { uncheckedText } from '../../unchecked-text.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { alarmArn } from './alarm-description.ts'

const ofAlarms = new Set(['DeleteAlarms', 'DisableAlarmActions', 'EnableAlarmActions', 'PutMetricAlarm', 'SetAlarmState'])

export function cloudWatchNeeds({ engine, operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
  if (!ofAlarms.has(operation)) return [{ action: operation, resource: '*' }]
  const members = Object(raw) as { readonly [name: string]: unknown }
  const names = getOwn(members, 'AlarmNames') ?? [getOwn(members, 'AlarmName')]
  const named = Array.isArray(names) && names.length > 0 ? names : ['']
  return named.map((name) => ({ action: operation, resource: alarmArn(engine, uncheckedText(name)) }))
}
