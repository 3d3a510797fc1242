/** Which function answers which CloudWatch operation. */

import type { CloudWatchOperation } from '../contract/operations.ts'
import type { CloudWatchInput } from '../contract/read-input.ts'
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './change-alarms.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'
import { describeAlarmHistory } from './describe-alarm-history.ts'
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts'
import { describeInsightRules } from './describe-insight-rules.ts'
import { getInsightRuleReport } from './get-insight-rule-report.ts'
import { getMetricData } from './get-metric-data.ts'
import { getMetricStatistics } from './get-metric-statistics.ts'
import { listMetrics } from './list-metrics.ts'
import { putMetricAlarm } from './put-metric-alarm.ts'

/** Each rejects with a CloudWatchError, or throws it. What it resolves with is of the shape `<operation>Output`. */
type CloudWatchHandlers = {
  readonly [Name in CloudWatchOperation]: (context: CloudWatchContext, input: CloudWatchInput<Name>) => Promise<unknown>
}

export const cloudWatchHandlers: CloudWatchHandlers = {
  DeleteAlarms: deleteAlarms,
  DescribeAlarmHistory: describeAlarmHistory,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeAlarmsForMetric,
  DescribeInsightRules: ({ engine }, input) => describeInsightRules(engine, input),
  DisableAlarmActions: disableAlarmActions,
  EnableAlarmActions: enableAlarmActions,
  GetInsightRuleReport: ({ engine }, input) => getInsightRuleReport(engine, input),
  GetMetricData: ({ engine }, input) => getMetricData(engine, input),
  GetMetricStatistics: ({ engine }, input) => getMetricStatistics(engine, input),
  ListMetrics: ({ engine }, input) => listMetrics(engine, input),
  PutMetricAlarm: putMetricAlarm,
  SetAlarmState: setAlarmState,
}
