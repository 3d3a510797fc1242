/**
 * Replicas and witnesses of global tables of version 2019.11.21, which UpdateTable manages.
 */

export const replicaShapes = {
  ReplicationGroupUpdateList: { kind: 'list', of: 'ReplicationGroupUpdate', min: 1 },
  ReplicationGroupUpdate: {
    kind: 'structure',
    members: {
      Create: 'CreateReplicationGroupMemberAction',
      Update: 'UpdateReplicationGroupMemberAction',
      Delete: 'DeleteReplicationGroupMemberAction',
      Disassociate: 'DisassociateReplicationGroupMemberAction',
    },
  },
  CreateReplicationGroupMemberAction: {
    kind: 'structure',
    members: {
      RegionName: 'String!',
      KMSMasterKeyId: 'String',
      ProvisionedThroughputOverride: 'ProvisionedThroughputOverride',
      OnDemandThroughputOverride: 'OnDemandThroughputOverride',
      GlobalSecondaryIndexes: 'ReplicaGlobalSecondaryIndexList',
      TableClassOverride: 'TableClass',
    },
  },
  ProvisionedThroughputOverride: { kind: 'structure', members: { ReadCapacityUnits: 'PositiveLongObject' } },
  OnDemandThroughputOverride: { kind: 'structure', members: { MaxReadRequestUnits: 'Long' } },
  ReplicaGlobalSecondaryIndexList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndex', min: 1 },
  ReplicaGlobalSecondaryIndex: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      ProvisionedThroughputOverride: 'ProvisionedThroughputOverride',
      OnDemandThroughputOverride: 'OnDemandThroughputOverride',
    },
  },
  UpdateReplicationGroupMemberAction: {
    kind: 'structure',
    members: {
      RegionName: 'String!',
      KMSMasterKeyId: 'String',
      ProvisionedThroughputOverride: 'ProvisionedThroughputOverride',
      OnDemandThroughputOverride: 'OnDemandThroughputOverride',
      GlobalSecondaryIndexes: 'ReplicaGlobalSecondaryIndexList',
      TableClassOverride: 'TableClass',
    },
  },
  DeleteReplicationGroupMemberAction: { kind: 'structure', members: { RegionName: 'String!' } },
  DisassociateReplicationGroupMemberAction: {
    kind: 'structure',
    members: { RegionName: 'String!', DisassociationMode: 'DisassociationMode!' },
  },
  DisassociationMode: { kind: 'string', values: ['WAIT_FOR_REPLICATION'] },
  GlobalTableWitnessGroupUpdateList: { kind: 'list', of: 'GlobalTableWitnessGroupUpdate', min: 1, max: 1 },
  GlobalTableWitnessGroupUpdate: {
    kind: 'structure',
    members: {
      Create: 'CreateGlobalTableWitnessGroupMemberAction',
      Delete: 'DeleteGlobalTableWitnessGroupMemberAction',
    },
  },
  CreateGlobalTableWitnessGroupMemberAction: { kind: 'structure', members: { RegionName: 'String!' } },
  DeleteGlobalTableWitnessGroupMemberAction: { kind: 'structure', members: { RegionName: 'String!' } },
  MultiRegionConsistency: { kind: 'string', values: ['EVENTUAL', 'STRONG'] },
  GlobalTableSettingsReplicationMode: { kind: 'string', values: ['ENABLED', 'DISABLED', 'ENABLED_WITH_OVERRIDES'] },
  ReplicaDescriptionList: { kind: 'list', of: 'ReplicaDescription' },
  ReplicaDescription: {
    kind: 'structure',
    members: {
      RegionName: 'String',
      ReplicaStatus: 'ReplicaStatus',
      ReplicaStatusDescription: 'String',
      ReplicaStatusPercentProgress: 'String',
      KMSMasterKeyId: 'String',
      ProvisionedThroughputOverride: 'ProvisionedThroughputOverride',
      OnDemandThroughputOverride: 'OnDemandThroughputOverride',
      WarmThroughput: 'TableWarmThroughputDescription',
      GlobalSecondaryIndexes: 'ReplicaGlobalSecondaryIndexDescriptionList',
      ReplicaInaccessibleDateTime: 'Timestamp',
      ReplicaTableClassSummary: 'TableClassSummary',
      ReplicaArn: 'String',
      GlobalTableSettingsReplicationMode: 'GlobalTableSettingsReplicationMode',
    },
  },
  ReplicaStatus: {
    kind: 'string',
    values: [
      'CREATING',
      'CREATION_FAILED',
      'UPDATING',
      'DELETING',
      'ACTIVE',
      'REGION_DISABLED',
      'INACCESSIBLE_ENCRYPTION_CREDENTIALS',
      'ARCHIVING',
      'ARCHIVED',
      'REPLICATION_NOT_AUTHORIZED',
    ],
  },
  TableWarmThroughputDescription: {
    kind: 'structure',
    members: {
      ReadUnitsPerSecond: 'PositiveLongObject',
      WriteUnitsPerSecond: 'PositiveLongObject',
      Status: 'TableStatus',
    },
  },
  TableStatus: {
    kind: 'string',
    values: [
      'CREATING',
      'UPDATING',
      'DELETING',
      'ACTIVE',
      'INACCESSIBLE_ENCRYPTION_CREDENTIALS',
      'ARCHIVING',
      'ARCHIVED',
      'REPLICATION_NOT_AUTHORIZED',
    ],
  },
  ReplicaGlobalSecondaryIndexDescriptionList: { kind: 'list', of: 'ReplicaGlobalSecondaryIndexDescription' },
  ReplicaGlobalSecondaryIndexDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      ProvisionedThroughputOverride: 'ProvisionedThroughputOverride',
      OnDemandThroughputOverride: 'OnDemandThroughputOverride',
      WarmThroughput: 'GlobalSecondaryIndexWarmThroughputDescription',
    },
  },
  TableClassSummary: { kind: 'structure', members: { TableClass: 'TableClass', LastUpdateDateTime: 'Timestamp' } },
  GlobalTableWitnessDescriptionList: { kind: 'list', of: 'GlobalTableWitnessDescription' },
  GlobalTableWitnessDescription: { kind: 'structure', members: { RegionName: 'String', WitnessStatus: 'WitnessStatus' } },
  WitnessStatus: { kind: 'string', values: ['CREATING', 'DELETING', 'ACTIVE'] },
} as const
