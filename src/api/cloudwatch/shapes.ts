/**
 * The shapes of those CloudWatch operations that Stator offers, from AWS's model of 2010-08-01. One table for all three
 * protocols: it says how to read text that stands for numbers and times, and how to print lists and maps.
 */
import type { Shape, ShapeTable } from '../shapes/shape-table.ts'

const scalars = {
  AccountId: { kind: 'string', min: 1, max: 255 },
  ActionPrefix: { kind: 'string', min: 1, max: 1024 },
  AlarmArn: { kind: 'string' },
  AlarmDescription: { kind: 'string', min: 0, max: 1024 },
  AlarmName: { kind: 'string', min: 1, max: 255 },
  AlarmType: { kind: 'string', values: ['CompositeAlarm', 'MetricAlarm'] },
  Boolean: { kind: 'boolean' },
  ComparisonOperator: {
    kind: 'string',
    values: [
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
      'LessThanLowerOrGreaterThanUpperThreshold',
      'LessThanLowerThreshold',
      'GreaterThanUpperThreshold',
    ],
  },
  DimensionName: { kind: 'string', min: 1, max: 255 },
  DimensionValue: { kind: 'string', min: 1, max: 1024 },
  Double: { kind: 'double' },
  ExtendedStatistic: { kind: 'string' },
  HistoryItemType: { kind: 'string', values: ['ConfigurationUpdate', 'StateUpdate', 'Action'] },
  MaxDatapoints: { kind: 'integer' },
  MaxRecords: { kind: 'integer', min: 1, max: 100 },
  MetricExpression: { kind: 'string', min: 1, max: 2048 },
  MetricId: { kind: 'string', min: 1, max: 255 },
  MetricName: { kind: 'string', min: 1, max: 255 },
  Namespace: { kind: 'string', min: 1, max: 255 },
  Periods: { kind: 'integer', min: 1 },
  RecentlyActive: { kind: 'string', values: ['PT3H'] },
  ResourceName: { kind: 'string', min: 1, max: 1024 },
  ScanBy: { kind: 'string', values: ['TimestampDescending', 'TimestampAscending'] },
  StandardUnit: {
    kind: 'string',
    values: [
      'Seconds',
      'Microseconds',
      'Milliseconds',
      'Bytes',
      'Kilobytes',
      'Megabytes',
      'Gigabytes',
      'Terabytes',
      'Bits',
      'Kilobits',
      'Megabits',
      'Gigabits',
      'Terabits',
      'Percent',
      'Count',
      'Bytes/Second',
      'Kilobytes/Second',
      'Megabytes/Second',
      'Gigabytes/Second',
      'Terabytes/Second',
      'Bits/Second',
      'Kilobits/Second',
      'Megabits/Second',
      'Gigabits/Second',
      'Terabits/Second',
      'Count/Second',
      'None',
    ],
  },
  StateReason: { kind: 'string', min: 0, max: 1023 },
  StateReasonData: { kind: 'string', min: 0, max: 4000 },
  StateValue: { kind: 'string', values: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
  Statistic: { kind: 'string', values: ['Sum', 'Maximum', 'Minimum', 'SampleCount', 'Average'] },
  String: { kind: 'string' },
  TagKey: { kind: 'string', min: 1, max: 128 },
  TagValue: { kind: 'string', min: 0, max: 256 },
  Timestamp: { kind: 'timestamp' },
} as const

const collections = {
  AlarmHistoryItems: { kind: 'list', of: 'AlarmHistoryItem' },
  AlarmNames: { kind: 'list', of: 'AlarmName', min: 0, max: 100 },
  AlarmTypes: { kind: 'list', of: 'AlarmType' },
  CompositeAlarms: { kind: 'list', of: 'String' },
  Datapoints: { kind: 'list', of: 'Datapoint' },
  DatapointValueMap: { kind: 'map', from: 'String', to: 'Double' },
  DatapointValues: { kind: 'list', of: 'Double' },
  DimensionFilters: { kind: 'list', of: 'DimensionFilter', min: 0, max: 10 },
  Dimensions: { kind: 'list', of: 'Dimension', min: 0, max: 30 },
  ExtendedStatistics: { kind: 'list', of: 'ExtendedStatistic', min: 1, max: 10 },
  Messages: { kind: 'list', of: 'MessageData' },
  MetricAlarms: { kind: 'list', of: 'MetricAlarm' },
  MetricDataQueries: { kind: 'list', of: 'MetricDataQuery' },
  MetricDataResults: { kind: 'list', of: 'MetricDataResult' },
  Metrics: { kind: 'list', of: 'Metric' },
  ResourceList: { kind: 'list', of: 'ResourceName', min: 0, max: 5 },
  Statistics: { kind: 'list', of: 'Statistic', min: 1, max: 5 },
  TagList: { kind: 'list', of: 'Tag' },
  Timestamps: { kind: 'list', of: 'Timestamp' },
} as const

const parts = {
  AlarmHistoryItem: {
    kind: 'structure',
    members: {
      AlarmName: 'AlarmName',
      AlarmType: 'AlarmType',
      Timestamp: 'Timestamp',
      HistoryItemType: 'HistoryItemType',
      HistorySummary: 'String',
      HistoryData: 'String',
    },
  },
  Datapoint: {
    kind: 'structure',
    members: {
      Timestamp: 'Timestamp',
      SampleCount: 'Double',
      Average: 'Double',
      Sum: 'Double',
      Minimum: 'Double',
      Maximum: 'Double',
      Unit: 'StandardUnit',
      ExtendedStatistics: 'DatapointValueMap',
    },
  },
  Dimension: { kind: 'structure', members: { Name: 'DimensionName!', Value: 'DimensionValue!' } },
  DimensionFilter: { kind: 'structure', members: { Name: 'DimensionName!', Value: 'DimensionValue' } },
  LabelOptions: { kind: 'structure', members: { Timezone: 'String' } },
  MessageData: { kind: 'structure', members: { Code: 'String', Value: 'String' } },
  Metric: { kind: 'structure', members: { Namespace: 'Namespace', MetricName: 'MetricName', Dimensions: 'Dimensions' } },
  MetricAlarm: {
    kind: 'structure',
    members: {
      AlarmName: 'AlarmName!',
      AlarmArn: 'AlarmArn!',
      AlarmDescription: 'AlarmDescription',
      AlarmConfigurationUpdatedTimestamp: 'Timestamp!',
      ActionsEnabled: 'Boolean!',
      OKActions: 'ResourceList!',
      AlarmActions: 'ResourceList!',
      InsufficientDataActions: 'ResourceList!',
      StateValue: 'StateValue!',
      StateReason: 'StateReason!',
      StateReasonData: 'StateReasonData',
      StateUpdatedTimestamp: 'Timestamp!',
      MetricName: 'MetricName',
      Namespace: 'Namespace',
      Statistic: 'Statistic',
      ExtendedStatistic: 'ExtendedStatistic',
      Dimensions: 'Dimensions!',
      Period: 'Periods',
      Unit: 'StandardUnit',
      EvaluationPeriods: 'Periods!',
      DatapointsToAlarm: 'Periods',
      Threshold: 'Double!',
      ComparisonOperator: 'ComparisonOperator!',
      TreatMissingData: 'String',
      EvaluateLowSampleCountPercentile: 'String',
      Metrics: 'MetricDataQueries',
      StateTransitionedTimestamp: 'Timestamp!',
    },
  },
  MetricDataQuery: {
    kind: 'structure',
    members: {
      Id: 'MetricId!',
      MetricStat: 'MetricStat',
      Expression: 'MetricExpression',
      Label: 'String',
      ReturnData: 'Boolean',
      Period: 'Periods',
      AccountId: 'AccountId',
    },
  },
  MetricDataResult: {
    kind: 'structure',
    members: {
      Id: 'MetricId',
      Label: 'String',
      Timestamps: 'Timestamps',
      Values: 'DatapointValues',
      StatusCode: 'String',
      Messages: 'Messages',
    },
  },
  MetricStat: { kind: 'structure', members: { Metric: 'Metric!', Period: 'Periods!', Stat: 'String!', Unit: 'StandardUnit' } },
  Tag: { kind: 'structure', members: { Key: 'TagKey!', Value: 'TagValue!' } },
} as const

const inputs = {
  GetMetricStatisticsInput: {
    kind: 'structure',
    members: {
      Namespace: 'Namespace!',
      MetricName: 'MetricName!',
      Dimensions: 'Dimensions',
      StartTime: 'Timestamp!',
      EndTime: 'Timestamp!',
      Period: 'Periods!',
      Statistics: 'Statistics',
      ExtendedStatistics: 'ExtendedStatistics',
      Unit: 'StandardUnit',
    },
  },
  GetMetricDataInput: {
    kind: 'structure',
    members: {
      MetricDataQueries: 'MetricDataQueries!',
      StartTime: 'Timestamp!',
      EndTime: 'Timestamp!',
      NextToken: 'String',
      ScanBy: 'ScanBy',
      MaxDatapoints: 'MaxDatapoints',
      LabelOptions: 'LabelOptions',
    },
  },
  ListMetricsInput: {
    kind: 'structure',
    members: {
      Namespace: 'Namespace',
      MetricName: 'MetricName',
      Dimensions: 'DimensionFilters',
      NextToken: 'String',
      RecentlyActive: 'RecentlyActive',
      IncludeLinkedAccounts: 'Boolean',
      OwningAccount: 'AccountId',
    },
  },
  PutMetricAlarmInput: {
    kind: 'structure',
    members: {
      AlarmName: 'AlarmName!',
      AlarmDescription: 'AlarmDescription',
      ActionsEnabled: 'Boolean',
      OKActions: 'ResourceList',
      AlarmActions: 'ResourceList',
      InsufficientDataActions: 'ResourceList',
      MetricName: 'MetricName',
      Namespace: 'Namespace',
      Statistic: 'Statistic',
      ExtendedStatistic: 'ExtendedStatistic',
      Dimensions: 'Dimensions',
      Period: 'Periods',
      Unit: 'StandardUnit',
      EvaluationPeriods: 'Periods!',
      DatapointsToAlarm: 'Periods',
      Threshold: 'Double',
      ComparisonOperator: 'ComparisonOperator!',
      TreatMissingData: 'String',
      EvaluateLowSampleCountPercentile: 'String',
      Metrics: 'MetricDataQueries',
      Tags: 'TagList',
      ThresholdMetricId: 'MetricId',
    },
  },
  DescribeAlarmsInput: {
    kind: 'structure',
    members: {
      AlarmNames: 'AlarmNames',
      AlarmNamePrefix: 'AlarmName',
      AlarmTypes: 'AlarmTypes',
      ChildrenOfAlarmName: 'AlarmName',
      ParentsOfAlarmName: 'AlarmName',
      StateValue: 'StateValue',
      ActionPrefix: 'ActionPrefix',
      MaxRecords: 'MaxRecords',
      NextToken: 'String',
    },
  },
  DescribeAlarmsForMetricInput: {
    kind: 'structure',
    members: {
      MetricName: 'MetricName!',
      Namespace: 'Namespace!',
      Statistic: 'Statistic',
      ExtendedStatistic: 'ExtendedStatistic',
      Dimensions: 'Dimensions',
      Period: 'Periods',
      Unit: 'StandardUnit',
    },
  },
  DescribeAlarmHistoryInput: {
    kind: 'structure',
    members: {
      AlarmName: 'AlarmName',
      AlarmTypes: 'AlarmTypes',
      HistoryItemType: 'HistoryItemType',
      StartDate: 'Timestamp',
      EndDate: 'Timestamp',
      MaxRecords: 'MaxRecords',
      NextToken: 'String',
      ScanBy: 'ScanBy',
    },
  },
  DeleteAlarmsInput: { kind: 'structure', members: { AlarmNames: 'AlarmNames!' } },
  EnableAlarmActionsInput: { kind: 'structure', members: { AlarmNames: 'AlarmNames!' } },
  DisableAlarmActionsInput: { kind: 'structure', members: { AlarmNames: 'AlarmNames!' } },
  SetAlarmStateInput: {
    kind: 'structure',
    members: {
      AlarmName: 'AlarmName!',
      StateValue: 'StateValue!',
      StateReason: 'StateReason!',
      StateReasonData: 'StateReasonData',
    },
  },
} as const

const outputs = {
  GetMetricStatisticsOutput: { kind: 'structure', members: { Label: 'String', Datapoints: 'Datapoints' } },
  GetMetricDataOutput: {
    kind: 'structure',
    members: { MetricDataResults: 'MetricDataResults', NextToken: 'String', Messages: 'Messages' },
  },
  ListMetricsOutput: { kind: 'structure', members: { Metrics: 'Metrics', NextToken: 'String' } },
  DescribeAlarmsOutput: {
    kind: 'structure',
    members: { CompositeAlarms: 'CompositeAlarms', MetricAlarms: 'MetricAlarms', NextToken: 'String' },
  },
  DescribeAlarmsForMetricOutput: { kind: 'structure', members: { MetricAlarms: 'MetricAlarms' } },
  DescribeAlarmHistoryOutput: { kind: 'structure', members: { AlarmHistoryItems: 'AlarmHistoryItems', NextToken: 'String' } },
} as const

type Shapes = typeof scalars & typeof collections & typeof parts & typeof inputs & typeof outputs

const shapes: ShapeTable = { ...scalars, ...collections, ...parts, ...inputs, ...outputs }

/** The shape of that name; undefined for the output of an operation that answers nothing. */
export function cloudWatchShape(name: string): Shape | undefined {
  return shapes[name]
}

/** What a shape looks like as data: times are seconds since 1970, with fractions. */
export type CloudWatch<Name extends keyof Shapes> = TypeOf<Shapes[Name]>

type TypeOf<S> = S extends { readonly kind: 'structure'; readonly members: infer Members }
  ? Structure<Members>
  : S extends { readonly kind: 'list'; readonly of: infer Element }
    ? readonly Named<Element>[]
    : S extends { readonly kind: 'map'; readonly to: infer Value }
      ? { readonly [name: string]: Named<Value> }
      : S extends { readonly kind: 'boolean' }
        ? boolean
        : S extends { readonly kind: 'integer' | 'double' | 'timestamp' }
          ? number
          : S extends { readonly values: readonly (infer Value)[] }
            ? Value
            : string

type Structure<Members> = {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? Name : never]: Named<Members[Name]>
} & {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? never : Name]?: Named<Members[Name]>
}

type Named<Reference> = Reference extends `${infer Name extends keyof Shapes & string}!`
  ? TypeOf<Shapes[Name]>
  : Reference extends keyof Shapes
    ? TypeOf<Shapes[Reference]>
    : never
