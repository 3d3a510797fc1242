/**
 * The shapes of Application Auto Scaling (application-auto-scaling-2016-02-06.smithy.json), and the TypeScript types they stand
 * for. A table of its own: its names are those of another service than DynamoDB's. Left out is what only other services use.
 */

export const scalingShapes = {
  RegisterScalableTargetInput: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      MinCapacity: 'Integer',
      MaxCapacity: 'Integer',
      RoleARN: 'ResourceIdMaxLen1600',
      SuspendedState: 'SuspendedState',
      Tags: 'TagMap',
    },
  },
  RegisterScalableTargetOutput: { kind: 'structure', members: { ScalableTargetARN: 'XmlString' } },
  DescribeScalableTargetsInput: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      ResourceIds: 'ResourceIdsMaxLen1600',
      ScalableDimension: 'ScalableDimension',
      MaxResults: 'MaxResults',
      NextToken: 'XmlString',
    },
  },
  DescribeScalableTargetsOutput: { kind: 'structure', members: { ScalableTargets: 'ScalableTargets', NextToken: 'XmlString' } },
  DeregisterScalableTargetInput: {
    kind: 'structure',
    members: { ServiceNamespace: 'ServiceNamespace!', ResourceId: 'ResourceIdMaxLen1600!', ScalableDimension: 'ScalableDimension!' },
  },
  DeregisterScalableTargetOutput: { kind: 'structure', members: {} },
  PutScalingPolicyInput: {
    kind: 'structure',
    members: {
      PolicyName: 'PolicyName!',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      PolicyType: 'PolicyType',
      StepScalingPolicyConfiguration: 'ForeignConfiguration',
      TargetTrackingScalingPolicyConfiguration: 'TargetTrackingScalingPolicyConfiguration',
      PredictiveScalingPolicyConfiguration: 'ForeignConfiguration',
    },
  },
  PutScalingPolicyOutput: { kind: 'structure', members: { PolicyARN: 'ResourceIdMaxLen1600!', Alarms: 'Alarms' } },
  DescribeScalingPoliciesInput: {
    kind: 'structure',
    members: {
      PolicyNames: 'ResourceIdsMaxLen1600',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600',
      ScalableDimension: 'ScalableDimension',
      MaxResults: 'MaxResults',
      NextToken: 'XmlString',
    },
  },
  DescribeScalingPoliciesOutput: { kind: 'structure', members: { ScalingPolicies: 'ScalingPolicies', NextToken: 'XmlString' } },
  DeleteScalingPolicyInput: {
    kind: 'structure',
    members: {
      PolicyName: 'ResourceIdMaxLen1600!',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
    },
  },
  DeleteScalingPolicyOutput: { kind: 'structure', members: {} },
  DescribeScalingActivitiesInput: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600',
      ScalableDimension: 'ScalableDimension',
      MaxResults: 'MaxResults',
      NextToken: 'XmlString',
      IncludeNotScaledActivities: 'Boolean',
    },
  },
  DescribeScalingActivitiesOutput: { kind: 'structure', members: { ScalingActivities: 'ScalingActivities', NextToken: 'XmlString' } },
  PutScheduledActionInput: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      Schedule: 'ResourceIdMaxLen1600',
      Timezone: 'ResourceIdMaxLen1600',
      ScheduledActionName: 'ScheduledActionName!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      StartTime: 'Timestamp',
      EndTime: 'Timestamp',
      ScalableTargetAction: 'ScalableTargetAction',
    },
  },
  PutScheduledActionOutput: { kind: 'structure', members: {} },
  DescribeScheduledActionsInput: {
    kind: 'structure',
    members: {
      ScheduledActionNames: 'ResourceIdsMaxLen1600',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600',
      ScalableDimension: 'ScalableDimension',
      MaxResults: 'MaxResults',
      NextToken: 'XmlString',
    },
  },
  DescribeScheduledActionsOutput: { kind: 'structure', members: { ScheduledActions: 'ScheduledActions', NextToken: 'XmlString' } },
  DeleteScheduledActionInput: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      ScheduledActionName: 'ResourceIdMaxLen1600!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
    },
  },
  DeleteScheduledActionOutput: { kind: 'structure', members: {} },
  ListTagsForResourceInput: { kind: 'structure', members: { ResourceARN: 'AmazonResourceName!' } },
  ListTagsForResourceOutput: { kind: 'structure', members: { Tags: 'TagMap' } },
  TagResourceInput: { kind: 'structure', members: { ResourceARN: 'AmazonResourceName!', Tags: 'TagMap!' } },
  TagResourceOutput: { kind: 'structure', members: {} },
  UntagResourceInput: { kind: 'structure', members: { ResourceARN: 'AmazonResourceName!', TagKeys: 'TagKeyList!' } },
  UntagResourceOutput: { kind: 'structure', members: {} },

  ScalableTargets: { kind: 'list', of: 'ScalableTarget' },
  ScalableTarget: {
    kind: 'structure',
    members: {
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      MinCapacity: 'Integer!',
      MaxCapacity: 'Integer!',
      RoleARN: 'ResourceIdMaxLen1600!',
      CreationTime: 'Timestamp!',
      SuspendedState: 'SuspendedState',
      ScalableTargetARN: 'XmlString',
    },
  },
  SuspendedState: {
    kind: 'structure',
    members: { DynamicScalingInSuspended: 'Boolean', DynamicScalingOutSuspended: 'Boolean', ScheduledScalingSuspended: 'Boolean' },
  },
  ScalingPolicies: { kind: 'list', of: 'ScalingPolicy' },
  ScalingPolicy: {
    kind: 'structure',
    members: {
      PolicyARN: 'ResourceIdMaxLen1600!',
      PolicyName: 'PolicyName!',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      PolicyType: 'PolicyType!',
      TargetTrackingScalingPolicyConfiguration: 'TargetTrackingScalingPolicyConfiguration',
      Alarms: 'Alarms',
      CreationTime: 'Timestamp!',
    },
  },
  TargetTrackingScalingPolicyConfiguration: {
    kind: 'structure',
    members: {
      TargetValue: 'Double!',
      PredefinedMetricSpecification: 'PredefinedMetricSpecification',
      CustomizedMetricSpecification: 'ForeignConfiguration',
      ScaleOutCooldown: 'Integer',
      ScaleInCooldown: 'Integer',
      DisableScaleIn: 'Boolean',
    },
  },
  PredefinedMetricSpecification: {
    kind: 'structure',
    members: { PredefinedMetricType: 'MetricType!', ResourceLabel: 'ResourceLabel' },
  },
  /** What is not offered for DynamoDB is refused whole; nobody looks at what it holds. */
  ForeignConfiguration: { kind: 'structure', members: {} },
  Alarms: { kind: 'list', of: 'Alarm' },
  Alarm: { kind: 'structure', members: { AlarmName: 'XmlString!', AlarmARN: 'XmlString!' } },
  ScalingActivities: { kind: 'list', of: 'ScalingActivity' },
  ScalingActivity: {
    kind: 'structure',
    members: {
      ActivityId: 'XmlString!',
      ServiceNamespace: 'ServiceNamespace!',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension!',
      Description: 'XmlString!',
      Cause: 'XmlString!',
      StartTime: 'Timestamp!',
      EndTime: 'Timestamp',
      StatusCode: 'ScalingActivityStatusCode!',
      StatusMessage: 'XmlString',
      Details: 'XmlString',
      NotScaledReasons: 'NotScaledReasons',
    },
  },
  NotScaledReasons: { kind: 'list', of: 'NotScaledReason' },
  NotScaledReason: {
    kind: 'structure',
    members: { Code: 'XmlString!', MaxCapacity: 'Integer', MinCapacity: 'Integer', CurrentCapacity: 'Integer' },
  },
  ScheduledActions: { kind: 'list', of: 'ScheduledAction' },
  ScheduledAction: {
    kind: 'structure',
    members: {
      ScheduledActionName: 'ScheduledActionName!',
      ScheduledActionARN: 'ResourceIdMaxLen1600!',
      ServiceNamespace: 'ServiceNamespace!',
      Schedule: 'ResourceIdMaxLen1600!',
      Timezone: 'ResourceIdMaxLen1600',
      ResourceId: 'ResourceIdMaxLen1600!',
      ScalableDimension: 'ScalableDimension',
      StartTime: 'Timestamp',
      EndTime: 'Timestamp',
      ScalableTargetAction: 'ScalableTargetAction',
      CreationTime: 'Timestamp!',
    },
  },
  ScalableTargetAction: { kind: 'structure', members: { MinCapacity: 'Integer', MaxCapacity: 'Integer' } },
  TagMap: { kind: 'map', from: 'TagKey', to: 'TagValue' },
  TagKeyList: { kind: 'list', of: 'TagKey', max: 200 },
  ResourceIdsMaxLen1600: { kind: 'list', of: 'ResourceIdMaxLen1600', max: 50 },

  Boolean: { kind: 'boolean' },
  Integer: { kind: 'integer' },
  Double: { kind: 'double' },
  Timestamp: { kind: 'timestamp' },
  /** The range is that of the documentation; the model has none. */
  MaxResults: { kind: 'integer', min: 1, max: 50 },
  /** What XML can hold. Patterns stand without the anchors of the model, as AWS prints them [I]. */
  XmlString: { kind: 'string', pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*' },
  ResourceIdMaxLen1600: {
    kind: 'string',
    min: 1,
    max: 1600,
    pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*',
  },
  ResourceLabel: { kind: 'string', min: 1, max: 1023 },
  TagKey: { kind: 'string', min: 1, max: 128 },
  TagValue: { kind: 'string', max: 256 },
  AmazonResourceName: {
    kind: 'string',
    min: 1,
    max: 1011,
    pattern: 'arn:.+:application-autoscaling:.+:[0-9]+:scalable-target\\/[a-zA-Z0-9-]+',
  },
  /** `\p{Print}` is Java's: the characters of ASCII that can be printed. */
  PolicyName: { kind: 'string', min: 1, max: 256, pattern: '\\p{Print}+' },
  ScheduledActionName: {
    kind: 'string',
    min: 1,
    max: 256,
    pattern: '(?!((^[ ]+.*)|(.*([\\u0000-\\u001f]|[\\u007f-\\u009f]|[:/|])+.*)|(.*[ ]+$))).+',
  },
  ServiceNamespace: {
    kind: 'string',
    min: 1,
    values: [
      'ecs',
      'elasticmapreduce',
      'ec2',
      'appstream',
      'dynamodb',
      'rds',
      'sagemaker',
      'custom-resource',
      'comprehend',
      'lambda',
      'cassandra',
      'kafka',
      'elasticache',
      'neptune',
      'workspaces',
    ],
  },
  ScalableDimension: {
    kind: 'string',
    min: 1,
    values: [
      'ecs:service:DesiredCount',
      'ec2:spot-fleet-request:TargetCapacity',
      'elasticmapreduce:instancegroup:InstanceCount',
      'appstream:fleet:DesiredCapacity',
      'dynamodb:table:ReadCapacityUnits',
      'dynamodb:table:WriteCapacityUnits',
      'dynamodb:index:ReadCapacityUnits',
      'dynamodb:index:WriteCapacityUnits',
      'rds:cluster:ReadReplicaCount',
      'sagemaker:variant:DesiredInstanceCount',
      'custom-resource:ResourceType:Property',
      'comprehend:document-classifier-endpoint:DesiredInferenceUnits',
      'comprehend:entity-recognizer-endpoint:DesiredInferenceUnits',
      'lambda:function:ProvisionedConcurrency',
      'cassandra:table:ReadCapacityUnits',
      'cassandra:table:WriteCapacityUnits',
      'kafka:broker-storage:VolumeSize',
      'elasticache:replication-group:NodeGroups',
      'elasticache:replication-group:Replicas',
      'neptune:cluster:ReadReplicaCount',
      'sagemaker:variant:DesiredProvisionedConcurrency',
      'sagemaker:inference-component:DesiredCopyCount',
      'workspaces:workspacespool:DesiredUserSessions',
    ],
  },
  PolicyType: { kind: 'string', values: ['StepScaling', 'TargetTrackingScaling', 'PredictiveScaling'] },
  ScalingActivityStatusCode: {
    kind: 'string',
    values: ['Pending', 'InProgress', 'Successful', 'Overridden', 'Unfulfilled', 'Failed'],
  },
  MetricType: {
    kind: 'string',
    values: [
      'DynamoDBReadCapacityUtilization',
      'DynamoDBWriteCapacityUtilization',
      'ALBRequestCountPerTarget',
      'RDSReaderAverageCPUUtilization',
      'RDSReaderAverageDatabaseConnections',
      'EC2SpotFleetRequestAverageCPUUtilization',
      'EC2SpotFleetRequestAverageNetworkIn',
      'EC2SpotFleetRequestAverageNetworkOut',
      'SageMakerVariantInvocationsPerInstance',
      'ECSServiceAverageCPUUtilization',
      'ECSServiceAverageMemoryUtilization',
      'AppStreamAverageCapacityUtilization',
      'ComprehendInferenceUtilization',
      'LambdaProvisionedConcurrencyUtilization',
      'CassandraReadCapacityUtilization',
      'CassandraWriteCapacityUtilization',
      'KafkaBrokerStorageUtilization',
      'ElastiCachePrimaryEngineCPUUtilization',
      'ElastiCacheReplicaEngineCPUUtilization',
      'ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage',
      'NeptuneReaderAverageCPUUtilization',
      'SageMakerVariantProvisionedConcurrencyUtilization',
      'ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage',
      'SageMakerInferenceComponentInvocationsPerCopy',
      'WorkSpacesAverageUserSessionsCapacityUtilization',
      'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution',
      'SageMakerVariantConcurrentRequestsPerModelHighResolution',
    ],
  },
} as const

type ScalingShapes = typeof scalingShapes

/** What a shape looks like on the wire; an input once it was checked, with members of the wire, none of them null. */
export type ScalingShape<Name extends keyof ScalingShapes> = TypeOf<ScalingShapes[Name]>

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

type Named<Reference> = Reference extends `${infer Name extends keyof ScalingShapes}!`
  ? TypeOf<ScalingShapes[Name]>
  : Reference extends keyof ScalingShapes
    ? TypeOf<ScalingShapes[Reference]>
    : never
