/**
 * Legacy global tables, version 2017.11.29.
 */

export const globalTableShapes = {
  CreateGlobalTableInput: { kind: 'structure', members: { GlobalTableName: 'TableName!', ReplicationGroup: 'ReplicaList!' } },
  ReplicaList: { kind: 'list', of: 'Replica' },
  Replica: { kind: 'structure', members: { RegionName: 'String' } },
  CreateGlobalTableOutput: { kind: 'structure', members: { GlobalTableDescription: 'GlobalTableDescription' } },
  GlobalTableDescription: {
    kind: 'structure',
    members: {
      ReplicationGroup: 'ReplicaDescriptionList',
      GlobalTableArn: 'String',
      CreationDateTime: 'Timestamp',
      GlobalTableStatus: 'GlobalTableStatus',
      GlobalTableName: 'TableName',
    },
  },
  GlobalTableStatus: { kind: 'string', values: ['CREATING', 'ACTIVE', 'DELETING', 'UPDATING'] },

  UpdateGlobalTableInput: { kind: 'structure', members: { GlobalTableName: 'TableName!', ReplicaUpdates: 'ReplicaUpdateList!' } },
  ReplicaUpdateList: { kind: 'list', of: 'ReplicaUpdate' },
  ReplicaUpdate: { kind: 'structure', members: { Create: 'CreateReplicaAction', Delete: 'DeleteReplicaAction' } },
  CreateReplicaAction: { kind: 'structure', members: { RegionName: 'String!' } },
  DeleteReplicaAction: { kind: 'structure', members: { RegionName: 'String!' } },
  UpdateGlobalTableOutput: { kind: 'structure', members: { GlobalTableDescription: 'GlobalTableDescription' } },

  DescribeGlobalTableInput: { kind: 'structure', members: { GlobalTableName: 'TableName!' } },
  DescribeGlobalTableOutput: { kind: 'structure', members: { GlobalTableDescription: 'GlobalTableDescription' } },

  ListGlobalTablesInput: {
    kind: 'structure',
    members: {
      ExclusiveStartGlobalTableName: 'TableName',
      Limit: 'PositiveIntegerObject',
      RegionName: 'String',
    },
  },
  ListGlobalTablesOutput: { kind: 'structure', members: { GlobalTables: 'GlobalTableList', LastEvaluatedGlobalTableName: 'TableName' } },
  GlobalTableList: { kind: 'list', of: 'GlobalTable' },
  GlobalTable: { kind: 'structure', members: { GlobalTableName: 'TableName', ReplicationGroup: 'ReplicaList' } },

  DescribeGlobalTableSettingsInput: { kind: 'structure', members: { GlobalTableName: 'TableName!' } },
  DescribeGlobalTableSettingsOutput: {
    kind: 'structure',
    members: {
      GlobalTableName: 'TableName',
      ReplicaSettings: 'ReplicaSettingsDescriptionList',
    },
  },
  ReplicaSettingsDescriptionList: { kind: 'list', of: 'ReplicaSettingsDescription' },
  ReplicaSettingsDescription: {
    kind: 'structure',
    members: {
      RegionName: 'String!',
      ReplicaStatus: 'ReplicaStatus',
      ReplicaBillingModeSummary: 'BillingModeSummary',
      ReplicaProvisionedReadCapacityUnits: 'Long',
      ReplicaProvisionedReadCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ReplicaProvisionedWriteCapacityUnits: 'Long',
      ReplicaProvisionedWriteCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ReplicaGlobalSecondaryIndexSettings: 'ReplicaGlobalSecondaryIndexSettingsDescriptionList',
      ReplicaTableClassSummary: 'TableClassSummary',
    },
  },
  ReplicaGlobalSecondaryIndexSettingsDescriptionList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndexSettingsDescription' },
  ReplicaGlobalSecondaryIndexSettingsDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      IndexStatus: 'IndexStatus',
      ProvisionedReadCapacityUnits: 'PositiveLongObject',
      ProvisionedReadCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
      ProvisionedWriteCapacityUnits: 'PositiveLongObject',
      ProvisionedWriteCapacityAutoScalingSettings: 'AutoScalingSettingsDescription',
    },
  },

  UpdateGlobalTableSettingsInput: {
    kind: 'structure',
    members: {
      GlobalTableName: 'TableName!',
      GlobalTableBillingMode: 'BillingMode',
      GlobalTableProvisionedWriteCapacityUnits: 'PositiveLongObject',
      GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: 'AutoScalingSettingsUpdate',
      GlobalTableGlobalSecondaryIndexSettingsUpdate: 'GlobalTableGlobalSecondaryIndexSettingsUpdateList',
      ReplicaSettingsUpdate: 'ReplicaSettingsUpdateList',
    },
  },
  GlobalTableGlobalSecondaryIndexSettingsUpdateList: { kind: 'list', of: 'GlobalTableGlobalSecondaryIndexSettingsUpdate', min: 1, max: 20 },
  GlobalTableGlobalSecondaryIndexSettingsUpdate: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      ProvisionedWriteCapacityUnits: 'PositiveLongObject',
      ProvisionedWriteCapacityAutoScalingSettingsUpdate: 'AutoScalingSettingsUpdate',
    },
  },
  ReplicaSettingsUpdateList: { kind: 'list', of: 'ReplicaSettingsUpdate', min: 1, max: 50 },
  ReplicaSettingsUpdate: {
    kind: 'structure',
    members: {
      RegionName: 'String!',
      ReplicaProvisionedReadCapacityUnits: 'PositiveLongObject',
      ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate: 'AutoScalingSettingsUpdate',
      ReplicaGlobalSecondaryIndexSettingsUpdate: 'ReplicaGlobalSecondaryIndexSettingsUpdateList',
      ReplicaTableClass: 'TableClass',
    },
  },
  ReplicaGlobalSecondaryIndexSettingsUpdateList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndexSettingsUpdate', min: 1, max: 20 },
  ReplicaGlobalSecondaryIndexSettingsUpdate: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      ProvisionedReadCapacityUnits: 'PositiveLongObject',
      ProvisionedReadCapacityAutoScalingSettingsUpdate: 'AutoScalingSettingsUpdate',
    },
  },
  UpdateGlobalTableSettingsOutput: {
    kind: 'structure',
    members: {
      GlobalTableName: 'TableName',
      ReplicaSettings: 'ReplicaSettingsDescriptionList',
    },
  },
} as const
