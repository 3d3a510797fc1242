/** The CloudWatch operations that Stator offers, and those it knows of and does not: for an honest answer to either. */

export const cloudWatchOperations = {
  DeleteAlarms: { notes: 'all of them, or none when one does not exist' },
  DescribeAlarmHistory: { notes: 'one thousand items for each region' },
  DescribeAlarms: { notes: 'by name, prefix, state and action' },
  DescribeAlarmsForMetric: { notes: 'alarms on exactly this metric' },
  DescribeInsightRules: { notes: 'those of Contributor Insights of tables and indexes' },
  DisableAlarmActions: { notes: 'noted and shown' },
  EnableAlarmActions: { notes: 'noted and shown' },
  GetInsightRuleReport: { notes: 'of the last day; 100 contributors' },
  GetMetricData: { notes: 'statistics and metric math, `ScanBy`, `MaxDatapoints` with `NextToken`' },
  GetMetricStatistics: { notes: 'the five statistics, percentiles `p0` … `p100`, at most 1,440 datapoints, in ascending order' },
  ListMetrics: { notes: 'filters, `RecentlyActive`, pages of 500' },
  PutMetricAlarm: { notes: 'on a metric, a percentile or an expression' },
  SetAlarmState: { notes: 'holds until the next evaluation finds another state' },
} as const

export type CloudWatchOperation = keyof typeof cloudWatchOperations

/** Of AWS's model, not offered: dashboards, composite alarms, anomaly detection, other insight rules, metric streams, tags, own metrics. */
export const absentOperations: ReadonlySet<string> = new Set([
  'DeleteAnomalyDetector',
  'DeleteDashboards',
  'DeleteInsightRules',
  'DeleteMetricStream',
  'DescribeAnomalyDetectors',
  'DisableInsightRules',
  'EnableInsightRules',
  'GetDashboard',
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
