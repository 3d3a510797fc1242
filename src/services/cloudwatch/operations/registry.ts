/** Which function answers which CloudWatch operation. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { CloudWatchOperation } from '../contract/operations.ts'
import type { CloudWatchInput } from '../contract/read-input.ts'
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './change-alarms.ts'
import { describeAlarmHistory } from './describe-alarm-history.ts'
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts'
import { getMetricData } from './get-metric-data.ts'
import { getMetricStatistics } from './get-metric-statistics.ts'
import { listMetrics } from './list-metrics.ts'
import { putMetricAlarm } from './put-metric-alarm.ts'

/** Each rejects with a CloudWatchError, or throws it. What it resolves with is of the shape `<operation>Output`. */
type CloudWatchHandlers = {
  readonly [Name in CloudWatchOperation]: (engine: MeteredEngine, input: CloudWatchInput<Name>) => Promise<unknown>
}

export const cloudWatchHandlers: CloudWatchHandlers = {
  DeleteAlarms: deleteAlarms,
  DescribeAlarmHistory: describeAlarmHistory,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeAlarmsForMetric,
  DisableAlarmActions: disableAlarmActions,
  EnableAlarmActions: enableAlarmActions,
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  PutMetricAlarm: putMetricAlarm,
  SetAlarmState: setAlarmState,
}
