/**
 * Backups, point-in-time recovery and restores.
 */

export const backupShapes = {
  CreateBackupInput: { kind: 'structure', members: { TableName: 'StrictTableArn!', BackupName: 'BackupName!' } },
  BackupName: { kind: 'string', min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+' },
  CreateBackupOutput: { kind: 'structure', members: { BackupDetails: 'BackupDetails' } },
  BackupDetails: {
    kind: 'structure',
    members: {
      BackupArn: 'BackupArn!',
      BackupName: 'BackupName!',
      BackupSizeBytes: 'Long',
      BackupStatus: 'BackupStatus!',
      BackupType: 'BackupType!',
      BackupCreationDateTime: 'Timestamp!',
      BackupExpiryDateTime: 'Timestamp',
    },
  },
  BackupStatus: { kind: 'string', values: ['CREATING', 'DELETED', 'AVAILABLE'] },
  BackupType: { kind: 'string', values: ['USER', 'SYSTEM', 'AWS_BACKUP'] },

  DeleteBackupInput: { kind: 'structure', members: { BackupArn: 'BackupArn!' } },
  DeleteBackupOutput: { kind: 'structure', members: { BackupDescription: 'BackupDescription' } },
  BackupDescription: {
    kind: 'structure',
    members: {
      BackupDetails: 'BackupDetails',
      SourceTableDetails: 'SourceTableDetails',
      SourceTableFeatureDetails: 'SourceTableFeatureDetails',
    },
  },
  SourceTableDetails: {
    kind: 'structure',
    members: {
      TableName: 'TableName!',
      TableId: 'String!',
      TableArn: 'String',
      TableSizeBytes: 'Long',
      KeySchema: 'KeySchema!',
      TableCreationDateTime: 'Timestamp!',
      ProvisionedThroughput: 'ProvisionedThroughput!',
      OnDemandThroughput: 'OnDemandThroughput',
      ItemCount: 'Long',
      BillingMode: 'BillingMode',
    },
  },
  SourceTableFeatureDetails: {
    kind: 'structure',
    members: {
      LocalSecondaryIndexes: 'LocalSecondaryIndexes',
      GlobalSecondaryIndexes: 'GlobalSecondaryIndexes',
      StreamDescription: 'StreamSpecification',
      TimeToLiveDescription: 'TimeToLiveDescription',
      SSEDescription: 'SSEDescription',
      VectorIndexes: 'VectorIndexInfoList',
    },
  },
  LocalSecondaryIndexes: { kind: 'list', of: 'LocalSecondaryIndexInfo' },
  LocalSecondaryIndexInfo: { kind: 'structure', members: { IndexName: 'IndexName', KeySchema: 'KeySchema', Projection: 'Projection' } },
  GlobalSecondaryIndexes: { kind: 'list', of: 'GlobalSecondaryIndexInfo' },
  GlobalSecondaryIndexInfo: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      KeySchema: 'KeySchema',
      Projection: 'Projection',
      ProvisionedThroughput: 'ProvisionedThroughput',
      OnDemandThroughput: 'OnDemandThroughput',
    },
  },

  DescribeBackupInput: { kind: 'structure', members: { BackupArn: 'BackupArn!' } },
  DescribeBackupOutput: { kind: 'structure', members: { BackupDescription: 'BackupDescription' } },

  ListBackupsInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn',
      Limit: 'BackupsInputLimit',
      TimeRangeLowerBound: 'Timestamp',
      TimeRangeUpperBound: 'Timestamp',
      ExclusiveStartBackupArn: 'BackupArn',
      BackupType: 'BackupTypeFilter',
    },
  },
  BackupsInputLimit: { kind: 'integer', min: 1, max: 100 },
  BackupTypeFilter: { kind: 'string', values: ['USER', 'SYSTEM', 'AWS_BACKUP', 'ALL'] },
  ListBackupsOutput: { kind: 'structure', members: { BackupSummaries: 'BackupSummaries', LastEvaluatedBackupArn: 'BackupArn' } },
  BackupSummaries: { kind: 'list', of: 'BackupSummary' },
  BackupSummary: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      TableId: 'String',
      TableArn: 'String',
      BackupArn: 'BackupArn',
      BackupName: 'BackupName',
      BackupCreationDateTime: 'Timestamp',
      BackupExpiryDateTime: 'Timestamp',
      BackupStatus: 'BackupStatus',
      BackupType: 'BackupType',
      BackupSizeBytes: 'Long',
    },
  },

  RestoreTableFromBackupInput: {
    kind: 'structure',
    members: {
      TargetTableName: 'TableName!',
      BackupArn: 'BackupArn!',
      BillingModeOverride: 'BillingMode',
      GlobalSecondaryIndexOverride: 'GlobalSecondaryIndexList',
      LocalSecondaryIndexOverride: 'LocalSecondaryIndexList',
      ProvisionedThroughputOverride: 'ProvisionedThroughput',
      OnDemandThroughputOverride: 'OnDemandThroughput',
      SSESpecificationOverride: 'SSESpecification',
      VectorIndexOverride: 'VectorIndexList',
    },
  },
  RestoreTableFromBackupOutput: { kind: 'structure', members: { TableDescription: 'TableDescription' } },

  RestoreTableToPointInTimeInput: {
    kind: 'structure',
    members: {
      SourceTableArn: 'StrictTableArn',
      SourceTableName: 'TableName',
      TargetTableName: 'TableName!',
      UseLatestRestorableTime: 'Boolean',
      RestoreDateTime: 'Timestamp',
      BillingModeOverride: 'BillingMode',
      GlobalSecondaryIndexOverride: 'GlobalSecondaryIndexList',
      LocalSecondaryIndexOverride: 'LocalSecondaryIndexList',
      ProvisionedThroughputOverride: 'ProvisionedThroughput',
      OnDemandThroughputOverride: 'OnDemandThroughput',
      SSESpecificationOverride: 'SSESpecification',
      VectorIndexOverride: 'VectorIndexList',
    },
  },
  RestoreTableToPointInTimeOutput: { kind: 'structure', members: { TableDescription: 'TableDescription' } },

  DescribeContinuousBackupsInput: { kind: 'structure', members: { TableName: 'StrictTableArn!' } },
  DescribeContinuousBackupsOutput: { kind: 'structure', members: { ContinuousBackupsDescription: 'ContinuousBackupsDescription' } },
  ContinuousBackupsDescription: {
    kind: 'structure',
    members: {
      ContinuousBackupsStatus: 'ContinuousBackupsStatus!',
      PointInTimeRecoveryDescription: 'PointInTimeRecoveryDescription',
    },
  },
  ContinuousBackupsStatus: { kind: 'string', values: ['ENABLED', 'DISABLED'] },
  PointInTimeRecoveryDescription: {
    kind: 'structure',
    members: {
      PointInTimeRecoveryStatus: 'PointInTimeRecoveryStatus',
      RecoveryPeriodInDays: 'RecoveryPeriodInDays',
      EarliestRestorableDateTime: 'Timestamp',
      LatestRestorableDateTime: 'Timestamp',
    },
  },
  PointInTimeRecoveryStatus: { kind: 'string', values: ['ENABLED', 'DISABLED'] },
  RecoveryPeriodInDays: { kind: 'integer', min: 1, max: 35 },

  UpdateContinuousBackupsInput: {
    kind: 'structure',
    members: {
      TableName: 'StrictTableArn!',
      PointInTimeRecoverySpecification: 'PointInTimeRecoverySpecification!',
    },
  },
  PointInTimeRecoverySpecification: {
    kind: 'structure',
    members: {
      PointInTimeRecoveryEnabled: 'Boolean!',
      RecoveryPeriodInDays: 'RecoveryPeriodInDays',
    },
  },
  UpdateContinuousBackupsOutput: { kind: 'structure', members: { ContinuousBackupsDescription: 'ContinuousBackupsDescription' } },
} as const
