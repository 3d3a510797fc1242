/**
 * DynamoDB Streams.
 */

export const streamShapes = {
  ListStreamsInput: {
    kind: 'structure',
    members: {
      TableName: 'TableName',
      Limit: 'StreamsPageLimit',
      ExclusiveStartStreamArn: 'StreamArn',
    },
  },
  StreamsPageLimit: { kind: 'integer', min: 1, max: 100 },
  ListStreamsOutput: { kind: 'structure', members: { Streams: 'StreamList', LastEvaluatedStreamArn: 'StreamArn' } },
  StreamList: { kind: 'list', of: 'Stream' },
  Stream: { kind: 'structure', members: { StreamArn: 'StreamArn', TableName: 'TableName', StreamLabel: 'String' } },

  DescribeStreamInput: {
    kind: 'structure',
    members: {
      StreamArn: 'StreamArn!',
      Limit: 'StreamsPageLimit',
      ExclusiveStartShardId: 'ShardId',
      ShardFilter: 'ShardFilter',
    },
  },
  ShardId: { kind: 'string', min: 28, max: 65 },
  ShardFilter: { kind: 'structure', members: { Type: 'ShardFilterType', ShardId: 'ShardId' } },
  ShardFilterType: { kind: 'string', values: ['CHILD_SHARDS'] },
  DescribeStreamOutput: { kind: 'structure', members: { StreamDescription: 'StreamDescription' } },
  StreamDescription: {
    kind: 'structure',
    members: {
      StreamArn: 'StreamArn',
      StreamLabel: 'String',
      StreamStatus: 'StreamStatus',
      StreamViewType: 'StreamViewType',
      CreationRequestDateTime: 'Timestamp',
      TableName: 'TableName',
      KeySchema: 'KeySchema',
      Shards: 'ShardDescriptionList',
      LastEvaluatedShardId: 'ShardId',
    },
  },
  StreamStatus: { kind: 'string', values: ['ENABLING', 'ENABLED', 'DISABLING', 'DISABLED'] },
  ShardDescriptionList: { kind: 'list', of: 'Shard' },
  Shard: { kind: 'structure', members: { ShardId: 'ShardId', SequenceNumberRange: 'SequenceNumberRange', ParentShardId: 'ShardId' } },
  SequenceNumberRange: { kind: 'structure', members: { StartingSequenceNumber: 'SequenceNumber', EndingSequenceNumber: 'SequenceNumber' } },
  SequenceNumber: { kind: 'string', min: 21, max: 40 },

  GetShardIteratorInput: {
    kind: 'structure',
    members: {
      StreamArn: 'StreamArn!',
      ShardId: 'ShardId!',
      ShardIteratorType: 'ShardIteratorType!',
      SequenceNumber: 'SequenceNumber',
    },
  },
  ShardIteratorType: { kind: 'string', values: ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] },
  GetShardIteratorOutput: { kind: 'structure', members: { ShardIterator: 'ShardIterator' } },
  ShardIterator: { kind: 'string', min: 1, max: 2048 },

  GetRecordsInput: { kind: 'structure', members: { ShardIterator: 'ShardIterator!', Limit: 'RecordsLimit' } },
  RecordsLimit: { kind: 'integer', min: 1, max: 1000 },
  GetRecordsOutput: { kind: 'structure', members: { Records: 'RecordList', NextShardIterator: 'ShardIterator' } },
  RecordList: { kind: 'list', of: 'Record' },
  Record: {
    kind: 'structure',
    members: {
      eventID: 'String',
      eventName: 'OperationType',
      eventVersion: 'String',
      eventSource: 'String',
      awsRegion: 'String',
      dynamodb: 'StreamRecord',
      userIdentity: 'Identity',
    },
  },
  OperationType: { kind: 'string', values: ['INSERT', 'MODIFY', 'REMOVE'] },
  StreamRecord: {
    kind: 'structure',
    members: {
      ApproximateCreationDateTime: 'Timestamp',
      Keys: 'AttributeMap',
      NewImage: 'AttributeMap',
      OldImage: 'AttributeMap',
      SequenceNumber: 'SequenceNumber',
      SizeBytes: 'PositiveLongObject',
      StreamViewType: 'StreamViewType',
    },
  },
  Identity: { kind: 'structure', members: { PrincipalId: 'String', Type: 'String' } },
} as const
