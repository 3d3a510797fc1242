/**
 * Global and local secondary indexes: how they are asked for, changed and described.
 */

export const indexShapes = {
  GlobalSecondaryIndexList: { kind: 'list', of: 'GlobalSecondaryIndex' },
  GlobalSecondaryIndex: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      KeySchema: 'KeySchema!',
      Projection: 'Projection!',
      ProvisionedThroughput: 'ProvisionedThroughput',
      OnDemandThroughput: 'OnDemandThroughput',
      WarmThroughput: 'WarmThroughput',
    },
  },
  GlobalSecondaryIndexUpdateList: { kind: 'list', of: 'GlobalSecondaryIndexUpdate' },
  GlobalSecondaryIndexUpdate: {
    kind: 'structure',
    members: {
      Update: 'UpdateGlobalSecondaryIndexAction',
      Create: 'CreateGlobalSecondaryIndexAction',
      Delete: 'DeleteGlobalSecondaryIndexAction',
    },
  },
  UpdateGlobalSecondaryIndexAction: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      ProvisionedThroughput: 'ProvisionedThroughput',
      OnDemandThroughput: 'OnDemandThroughput',
      WarmThroughput: 'WarmThroughput',
    },
  },
  CreateGlobalSecondaryIndexAction: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      KeySchema: 'KeySchema!',
      Projection: 'Projection!',
      ProvisionedThroughput: 'ProvisionedThroughput',
      OnDemandThroughput: 'OnDemandThroughput',
      WarmThroughput: 'WarmThroughput',
    },
  },
  DeleteGlobalSecondaryIndexAction: { kind: 'structure', members: { IndexName: 'IndexName!' } },
  GlobalSecondaryIndexDescriptionList: { kind: 'list', of: 'GlobalSecondaryIndexDescription' },
  GlobalSecondaryIndexDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      KeySchema: 'KeySchema',
      Projection: 'Projection',
      IndexStatus: 'IndexStatus',
      Backfilling: 'Boolean',
      ProvisionedThroughput: 'ProvisionedThroughputDescription',
      IndexSizeBytes: 'Long',
      ItemCount: 'Long',
      IndexArn: 'String',
      OnDemandThroughput: 'OnDemandThroughput',
      WarmThroughput: 'GlobalSecondaryIndexWarmThroughputDescription',
    },
  },
  GlobalSecondaryIndexWarmThroughputDescription: {
    kind: 'structure',
    members: {
      ReadUnitsPerSecond: 'PositiveLongObject',
      WriteUnitsPerSecond: 'PositiveLongObject',
      Status: 'IndexStatus',
    },
  },
  LocalSecondaryIndexList: { kind: 'list', of: 'LocalSecondaryIndex' },
  LocalSecondaryIndex: { kind: 'structure', members: { IndexName: 'IndexName!', KeySchema: 'TableKeySchema!', Projection: 'Projection!' } },
  LocalSecondaryIndexDescriptionList: { kind: 'list', of: 'LocalSecondaryIndexDescription' },
  LocalSecondaryIndexDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      KeySchema: 'KeySchema',
      Projection: 'Projection',
      IndexSizeBytes: 'Long',
      ItemCount: 'Long',
      IndexArn: 'String',
    },
  },
} as const
