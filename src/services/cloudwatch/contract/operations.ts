/** The CloudWatch operations that Stator offers, and those it knows of and does not: for an honest answer to either. */

export const cloudWatchOperations = [
  'DeleteAlarms',
  'DescribeAlarmHistory',
  'DescribeAlarms',
  'DescribeAlarmsForMetric',
  'DisableAlarmActions',
  'EnableAlarmActions',
  'GetMetricData',
  'GetMetricStatistics',
  'ListMetrics',
  'PutMetricAlarm',
  'SetAlarmState',
] as const

export type CloudWatchOperation = (typeof cloudWatchOperations)[number]

export function findCloudWatchOperation(name: string): CloudWatchOperation | undefined {
  return cloudWatchOperations.find((operation) => operation === name)
}

/** Of AWS's model, not offered: dashboards, composite alarms, anomaly detection, insight rules, metric streams, tags, own metrics. */
const absentOperations: ReadonlySet<string> = new Set([
  'DeleteAnomalyDetector',
  'DeleteDashboards',
  'DeleteInsightRules',
  'DeleteMetricStream',
  'DescribeAnomalyDetectors',
  'DescribeInsightRules',
  'DisableInsightRules',
  'EnableInsightRules',
  'GetDashboard',
  'GetInsightRuleReport',
  'GetMetricStream',
  'GetMetricWidgetImage',
  'ListDashboards',
  'ListManagedInsightRules',
  'ListMetricStreams',
  'ListTagsForResource',
  'PutAnomalyDetector',
  'PutCompositeAlarm',
  'PutDashboard',
  'PutInsightRule',
  'PutManagedInsightRules',
  'PutMetricData',
  'PutMetricStream',
  'StartMetricStreams',
  'StopMetricStreams',
  'TagResource',
  'UntagResource',
])

/** Whether AWS has such an operation, though Stator has not. */
export function isAbsentOperation(name: string): boolean {
  return absentOperations.has(name)
}
