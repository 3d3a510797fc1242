/** What requests to CloudWatch must be allowed: those about alarms on each alarm that they name, all others on nothing in particular. */
import type { WingCall, WingNeed } from '../../wing.ts'
import type { CloudWatchOperation } from '../contract/operations.ts'
import { readCloudWatchInput } from '../contract/read-input.ts'
import { alarmArn } from './alarm-description.ts'

const onAlarms = [
  'DeleteAlarms',
  'DescribeAlarmHistory',
  'DescribeAlarms',
  'DisableAlarmActions',
  'EnableAlarmActions',
  'PutMetricAlarm',
  'SetAlarmState',
] as const satisfies readonly CloudWatchOperation[]

/** Undefined for what is about no alarm. Throws CloudWatchError for what is no input. */
export function alarmNeeds({ engine, operation, raw, writing }: WingCall): readonly WingNeed[] | undefined {
  const found = onAlarms.find((each) => each === operation)
  if (found === undefined) return undefined
  const input = readCloudWatchInput(found, raw, writing)
  const one = 'AlarmName' in input && input.AlarmName !== undefined ? [input.AlarmName] : []
  const names = 'AlarmNames' in input ? (input.AlarmNames ?? []) : one
  // Of all of them, or of those with a prefix.
  if (names.length === 0) return [{ action: operation, resource: alarmArn(engine, '*') }]
  return names.map((name) => ({ action: operation, resource: alarmArn(engine, name) }))
}
