/**
 * What is set beside a table: time to live, tags, resource policies, Kinesis destinations, Contributor Insights; and what an
 * account is told of its limits and endpoints.
 */

export const tableSettingShapes = {
  UpdateTimeToLiveInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      TimeToLiveSpecification: 'TimeToLiveSpecification!',
    },
  },
  TimeToLiveSpecification: { kind: 'structure', members: { Enabled: 'Boolean!', AttributeName: 'TimeToLiveAttributeName!' } },
  TimeToLiveAttributeName: { kind: 'string', min: 1, max: 255 },
  UpdateTimeToLiveOutput: { kind: 'structure', members: { TimeToLiveSpecification: 'TimeToLiveSpecification' } },

  DescribeTimeToLiveInput: { kind: 'structure', members: { TableName: 'StrictTableArn!' } },
  DescribeTimeToLiveOutput: { kind: 'structure', members: { TimeToLiveDescription: 'TimeToLiveDescription' } },
  TimeToLiveDescription: { kind: 'structure', members: { TimeToLiveStatus: 'TimeToLiveStatus', AttributeName: 'TimeToLiveAttributeName' } },
  TimeToLiveStatus: { kind: 'string', values: ['ENABLING', 'DISABLING', 'ENABLED', 'DISABLED'] },

  TagResourceInput: { kind: 'structure', members: { ResourceArn: 'ResourceArnString!', Tags: 'TagList!' } },
  TagResourceOutput: { kind: 'structure', members: {} },

  UntagResourceInput: { kind: 'structure', members: { ResourceArn: 'ResourceArnString!', TagKeys: 'TagKeyList!' } },
  UntagResourceOutput: { kind: 'structure', members: {} },
  TagKeyList: { kind: 'list', of: 'String' },

  ListTagsOfResourceInput: { kind: 'structure', members: { ResourceArn: 'ResourceArnString!', NextToken: 'String' } },
  ListTagsOfResourceOutput: { kind: 'structure', members: { Tags: 'TagList', NextToken: 'String' } },

  PutResourcePolicyInput: {
    kind: 'structure',
    members: {
      ResourceArn: 'ResourceArnString!',
      Policy: 'String!',
      ExpectedRevisionId: 'PolicyRevisionId',
      ConfirmRemoveSelfResourceAccess: 'Boolean',
    },
  },
  PolicyRevisionId: { kind: 'string', min: 1, max: 255 },
  PutResourcePolicyOutput: { kind: 'structure', members: { RevisionId: 'PolicyRevisionId' } },

  GetResourcePolicyInput: { kind: 'structure', members: { ResourceArn: 'ResourceArnString!' } },
  GetResourcePolicyOutput: { kind: 'structure', members: { Policy: 'String', RevisionId: 'PolicyRevisionId' } },

  DeleteResourcePolicyInput: { kind: 'structure', members: { ResourceArn: 'ResourceArnString!', ExpectedRevisionId: 'PolicyRevisionId' } },
  DeleteResourcePolicyOutput: { kind: 'structure', members: { RevisionId: 'PolicyRevisionId' } },

  EnableKinesisStreamingDestinationInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      StreamArn: 'StreamArn!',
      EnableKinesisStreamingConfiguration: 'EnableKinesisStreamingConfiguration',
    },
  },
  DisableKinesisStreamingDestinationInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      StreamArn: 'StreamArn!',
      EnableKinesisStreamingConfiguration: 'EnableKinesisStreamingConfiguration',
    },
  },
  EnableKinesisStreamingConfiguration: {
    kind: 'structure',
    members: {
      ApproximateCreationDateTimePrecision: 'ApproximateCreationDateTimePrecision',
    },
  },
  ApproximateCreationDateTimePrecision: { kind: 'string', values: ['MILLISECOND', 'MICROSECOND'] },
  EnableKinesisStreamingDestinationOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      StreamArn: 'StreamArn',
      DestinationStatus: 'DestinationStatus',
      EnableKinesisStreamingConfiguration: 'EnableKinesisStreamingConfiguration',
    },
  },
  DisableKinesisStreamingDestinationOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      StreamArn: 'StreamArn',
      DestinationStatus: 'DestinationStatus',
      EnableKinesisStreamingConfiguration: 'EnableKinesisStreamingConfiguration',
    },
  },
  DestinationStatus: { kind: 'string', values: ['ENABLING', 'ACTIVE', 'DISABLING', 'DISABLED', 'ENABLE_FAILED', 'UPDATING'] },

  DescribeKinesisStreamingDestinationInput: { kind: 'structure', members: { TableName: 'StrictTableArn!' } },
  DescribeKinesisStreamingDestinationOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      KinesisDataStreamDestinations: 'KinesisDataStreamDestinations',
    },
  },
  KinesisDataStreamDestinations: { kind: 'list', of: 'KinesisDataStreamDestination' },
  KinesisDataStreamDestination: {
    kind: 'structure',
    members: {
      StreamArn: 'StreamArn',
      DestinationStatus: 'DestinationStatus',
      DestinationStatusDescription: 'String',
      ApproximateCreationDateTimePrecision: 'ApproximateCreationDateTimePrecision',
    },
  },

  UpdateKinesisStreamingDestinationInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      StreamArn: 'StreamArn!',
      UpdateKinesisStreamingConfiguration: 'UpdateKinesisStreamingConfiguration',
    },
  },
  UpdateKinesisStreamingConfiguration: {
    kind: 'structure',
    members: {
      ApproximateCreationDateTimePrecision: 'ApproximateCreationDateTimePrecision',
    },
  },
  UpdateKinesisStreamingDestinationOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      StreamArn: 'StreamArn',
      DestinationStatus: 'DestinationStatus',
      UpdateKinesisStreamingConfiguration: 'UpdateKinesisStreamingConfiguration',
    },
  },

  UpdateContributorInsightsInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      IndexName: 'IndexName',
      ContributorInsightsAction: 'ContributorInsightsAction!',
      ContributorInsightsMode: 'ContributorInsightsMode',
    },
  },
  ContributorInsightsAction: { kind: 'string', values: ['ENABLE', 'DISABLE'] },
  ContributorInsightsMode: { kind: 'string', values: ['ACCESSED_AND_THROTTLED_KEYS', 'THROTTLED_KEYS'] },
  UpdateContributorInsightsOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      IndexName: 'IndexName',
      ContributorInsightsStatus: 'ContributorInsightsStatus',
      ContributorInsightsMode: 'ContributorInsightsMode',
    },
  },
  ContributorInsightsStatus: { kind: 'string', values: ['ENABLING', 'ENABLED', 'DISABLING', 'DISABLED', 'FAILED'] },

  DescribeContributorInsightsInput: { kind: 'structure', members: { TableName: 'StrictTableArn!', IndexName: 'IndexName' } },
  DescribeContributorInsightsOutput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      IndexName: 'IndexName',
      ContributorInsightsRuleList: 'ContributorInsightsRuleList',
      ContributorInsightsStatus: 'ContributorInsightsStatus',
      LastUpdateDateTime: 'Timestamp',
      FailureException: 'FailureException',
      ContributorInsightsMode: 'ContributorInsightsMode',
    },
  },
  ContributorInsightsRuleList: { kind: 'list', of: 'String' },
  FailureException: { kind: 'structure', members: { ExceptionName: 'String', ExceptionDescription: 'String' } },

  ListContributorInsightsInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn',
      NextToken: 'String',
      MaxResults: 'ListContributorInsightsLimit',
    },
  },
  ListContributorInsightsLimit: { kind: 'integer', max: 100 },
  ListContributorInsightsOutput: {
    kind: 'structure',
    members: {
      ContributorInsightsSummaries: 'ContributorInsightsSummaries',
      NextToken: 'String',
    },
  },
  ContributorInsightsSummaries: { kind: 'list', of: 'ContributorInsightsSummary' },
  ContributorInsightsSummary: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      IndexName: 'IndexName',
      ContributorInsightsStatus: 'ContributorInsightsStatus',
      ContributorInsightsMode: 'ContributorInsightsMode',
    },
  },

  DescribeLimitsInput: { kind: 'structure', members: {} },
  DescribeLimitsOutput: {
    kind: 'structure',
    members: {
      AccountMaxReadCapacityUnits: 'PositiveLongObject',
      AccountMaxWriteCapacityUnits: 'PositiveLongObject',
      TableMaxReadCapacityUnits: 'PositiveLongObject',
      TableMaxWriteCapacityUnits: 'PositiveLongObject',
    },
  },

  DescribeEndpointsInput: { kind: 'structure', members: {} },
  DescribeEndpointsOutput: { kind: 'structure', members: { Endpoints: 'Endpoints!' } },
  Endpoints: { kind: 'list', of: 'Endpoint' },
  Endpoint: { kind: 'structure', members: { Address: 'String!', CachePeriodInMinutes: 'Long!' } },
} as const
