/** The shapes of CloudWatch's operations on rules of Contributor Insights (../shapes.ts has the others). */

export const insightShapes = {
  InsightRuleMaxResults: { kind: 'integer', min: 1, max: 500 },
  InsightRuleName: { kind: 'string', min: 1, max: 128 },
  InsightRuleMetricName: { kind: 'string', min: 1, max: 32 },
  InsightRuleOrderBy: { kind: 'string', min: 1, max: 32 },
  InsightRuleUnboundInteger: { kind: 'integer' },

  InsightRuleContributorDatapoints: { kind: 'list', of: 'InsightRuleContributorDatapoint' },
  InsightRuleContributorKeyLabels: { kind: 'list', of: 'String' },
  InsightRuleContributorKeys: { kind: 'list', of: 'String' },
  InsightRuleContributors: { kind: 'list', of: 'InsightRuleContributor' },
  InsightRuleMetricDatapoints: { kind: 'list', of: 'InsightRuleMetricDatapoint' },
  InsightRuleMetricList: { kind: 'list', of: 'InsightRuleMetricName' },
  InsightRules: { kind: 'list', of: 'InsightRule' },

  InsightRule: {
    kind: 'structure',
    members: {
      Name: 'InsightRuleName!',
      State: 'String!',
      Schema: 'String!',
      Definition: 'String!',
      ManagedRule: 'Boolean',
    },
  },
  InsightRuleContributor: {
    kind: 'structure',
    members: {
      Keys: 'InsightRuleContributorKeys!',
      ApproximateAggregateValue: 'Double!',
      Datapoints: 'InsightRuleContributorDatapoints!',
    },
  },
  InsightRuleContributorDatapoint: { kind: 'structure', members: { Timestamp: 'Timestamp!', ApproximateValue: 'Double!' } },
  InsightRuleMetricDatapoint: {
    kind: 'structure',
    members: {
      Timestamp: 'Timestamp!',
      UniqueContributors: 'Double',
      MaxContributorValue: 'Double',
      SampleCount: 'Double',
      Average: 'Double',
      Sum: 'Double',
      Minimum: 'Double',
      Maximum: 'Double',
    },
  },

  DescribeInsightRulesInput: { kind: 'structure', members: { NextToken: 'String', MaxResults: 'InsightRuleMaxResults' } },
  DescribeInsightRulesOutput: { kind: 'structure', members: { NextToken: 'String', InsightRules: 'InsightRules' } },
  GetInsightRuleReportInput: {
    kind: 'structure',
    members: {
      RuleName: 'InsightRuleName!',
      StartTime: 'Timestamp!',
      EndTime: 'Timestamp!',
      Period: 'Periods!',
      MaxContributorCount: 'InsightRuleUnboundInteger',
      Metrics: 'InsightRuleMetricList',
      OrderBy: 'InsightRuleOrderBy',
    },
  },
  GetInsightRuleReportOutput: {
    kind: 'structure',
    members: {
      KeyLabels: 'InsightRuleContributorKeyLabels',
      AggregationStatistic: 'String',
      AggregateValue: 'Double',
      ApproximateUniqueCount: 'InsightRuleUnboundInteger',
      Contributors: 'InsightRuleContributors',
      MetricDatapoints: 'InsightRuleMetricDatapoints',
    },
  },
} as const
