/** What operations of CloudWatch need to be allowed: those that change alarms on each alarm, reports on their rule, the others on everything, as on AWS. */
import { UncheckedMembers } from '../../unchecked-members.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { cloudWatchShapes } from '../contract/shapes.ts'
import { alarmArn } from './alarm-description.ts'

const ofAlarms = new Set(['DeleteAlarms', 'DisableAlarmActions', 'EnableAlarmActions', 'PutMetricAlarm', 'SetAlarmState'])

export function cloudWatchNeeds({ engine, operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
  if (operation === 'GetInsightRuleReport') {
    const name = new UncheckedMembers(cloudWatchShapes, operation, raw).text('RuleName') ?? ''
    return [{ action: operation, resource: `arn:aws:cloudwatch:${engine.region}:${engine.account}:insight-rule/${name}` }]
  }
  if (!ofAlarms.has(operation)) return [{ action: operation, resource: '*' }]
  const members = new UncheckedMembers(cloudWatchShapes, operation, raw)
  const names = members.reads('AlarmNames') ? members.texts('AlarmNames') : [members.text('AlarmName') ?? '']
  return (names.length > 0 ? names : ['']).map((name) => ({ action: operation, resource: alarmArn(engine, name) }))
}
