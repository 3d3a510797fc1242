/**
 * Auto scaling of replicated tables. The legacy global tables reuse its settings.
 */

export const autoScalingShapes = {
  DescribeTableReplicaAutoScalingInput: { kind: 'structure', members: { TableName: 'StrictTableArn!' } },
  DescribeTableReplicaAutoScalingOutput: { kind: 'structure', members: { TableAutoScalingDescription: 'TableAutoScalingDescription' } },
  TableAutoScalingDescription: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      TableStatus: 'TableStatus',
      Replicas: 'ReplicaAutoScalingDescriptionList',
    },
  },
  ReplicaAutoScalingDescriptionList: { kind: 'list', of: 'ReplicaAutoScalingDescription' },
  ReplicaAutoScalingDescription: {
    kind: 'structure',
    members: {
      RegionName: 'String',
      GlobalSecondaryIndexes: 'ReplicaGlobalSecondaryIndexAutoScalingDescriptionList',
      ReplicaProvisionedReadCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ReplicaProvisionedWriteCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ReplicaStatus: 'ReplicaStatus',
    },
  },
  ReplicaGlobalSecondaryIndexAutoScalingDescriptionList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndexAutoScalingDescription' },
  ReplicaGlobalSecondaryIndexAutoScalingDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      IndexStatus: 'IndexStatus',
      ProvisionedReadCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ProvisionedWriteCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
    },
  },
  AutoScalingSettingsDescription: {
    kind: 'structure',
    members: {
      MinimumUnits: 'PositiveLongObject',
      MaximumUnits: 'PositiveLongObject',
      AutoScalingDisabled: 'Boolean',
      AutoScalingRoleArn: 'String',
      ScalingPolicies: 'AutoScalingPolicyDescriptionList',
    },
  },
  AutoScalingPolicyDescriptionList: { kind: 'list', of: 'AutoScalingPolicyDescription' },
  AutoScalingPolicyDescription: {
    kind: 'structure',
    members: {
      PolicyName: 'AutoScalingPolicyName',
      TargetTrackingScalingPolicyConfiguration: 'AutoScalingTargetTrackingScalingPolicyConfigurationDescription',
    },
  },
  /** The model has Java's `\p{Print}+`. */
  AutoScalingPolicyName: { kind: 'string', min: 1, max: 256, pattern: '[\\x20-\\x7E]+' },
  AutoScalingTargetTrackingScalingPolicyConfigurationDescription: {
    kind: 'structure',
    members: {
      DisableScaleIn: 'Boolean',
      ScaleInCooldown: 'Integer',
      ScaleOutCooldown: 'Integer',
      TargetValue: 'Double!',
    },
  },

  UpdateTableReplicaAutoScalingInput: {
    kind: 'structure',
    members: {
      GlobalSecondaryIndexUpdates: 'GlobalSecondaryIndexAutoScalingUpdateList',
      TableName: 'StrictTableArn!',
      ProvisionedWriteCapacityAutoScalingUpdate: 'AutoScalingSettingsUpdate',
      ReplicaUpdates: 'ReplicaAutoScalingUpdateList',
    },
  },
  GlobalSecondaryIndexAutoScalingUpdateList: { kind: 'list', of: 'GlobalSecondaryIndexAutoScalingUpdate', min: 1 },
  GlobalSecondaryIndexAutoScalingUpdate: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      ProvisionedWriteCapacityAutoScalingUpdate: 'AutoScalingSettingsUpdate',
    },
  },
  AutoScalingSettingsUpdate: {
    kind: 'structure',
    members: {
      MinimumUnits: 'PositiveLongObject',
      MaximumUnits: 'PositiveLongObject',
      AutoScalingDisabled: 'Boolean',
      AutoScalingRoleArn: 'AutoScalingRoleArn',
      ScalingPolicyUpdate: 'AutoScalingPolicyUpdate',
    },
  },
  AutoScalingRoleArn: {
    kind: 'string',
    min: 1,
    max: 1600,
    pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*',
  },
  AutoScalingPolicyUpdate: {
    kind: 'structure',
    members: {
      PolicyName: 'AutoScalingPolicyName',
      TargetTrackingScalingPolicyConfiguration: 'AutoScalingTargetTrackingScalingPolicyConfigurationUpdate!',
    },
  },
  AutoScalingTargetTrackingScalingPolicyConfigurationUpdate: {
    kind: 'structure',
    members: {
      DisableScaleIn: 'Boolean',
      ScaleInCooldown: 'Integer',
      ScaleOutCooldown: 'Integer',
      TargetValue: 'Double!',
    },
  },
  ReplicaAutoScalingUpdateList: { kind: 'list', of: 'ReplicaAutoScalingUpdate', min: 1 },
  ReplicaAutoScalingUpdate: {
    kind: 'structure',
    members: {
      RegionName: 'String!',
      ReplicaGlobalSecondaryIndexUpdates: 'ReplicaGlobalSecondaryIndexAutoScalingUpdateList',
      ReplicaProvisionedReadCapacityAutoScalingUpdate: 'AutoScalingSettingsUpdate',
    },
  },
  ReplicaGlobalSecondaryIndexAutoScalingUpdateList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndexAutoScalingUpdate' },
  ReplicaGlobalSecondaryIndexAutoScalingUpdate: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      ProvisionedReadCapacityAutoScalingUpdate: 'AutoScalingSettingsUpdate',
    },
  },
  UpdateTableReplicaAutoScalingOutput: { kind: 'structure', members: { TableAutoScalingDescription: 'TableAutoScalingDescription' } },
} as const
