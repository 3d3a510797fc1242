/**
 * One sound request or more for every operation the server offers: what mutation starts from. A test fails when an operation is
 * offered and has none here.
 */

import { shardIdOf } from '../../src/engine/schema/stream.ts'
import { sequenceNumber } from '../../src/engine/streams/sequence-number.ts'
import { encodeIterator } from '../../src/engine/streams/shard-iterator.ts'
import type { WildObject } from './wild-values.ts'

export const fuzzedTable = 'Fuzzed'
export const fuzzedAccount = '123456789012'
/** Of a data stream that is there. */
export const fuzzedStreamArn: string = `arn:aws:kinesis:us-east-1:${fuzzedAccount}:stream/changes`

export const tableDefinition: WildObject = {
  TableName: fuzzedTable,
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'word', AttributeType: 'S' },
    { AttributeName: 'grade', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byWord',
      KeySchema: [
        { AttributeName: 'word', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byGrade',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'grade', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

/** Vector indexes allow a table less, so they have one of their own. */
export const vectorTableDefinition: WildObject = {
  TableName: 'Vectors',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'topic', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  VectorIndexes: [
    {
      IndexName: 'near',
      SearchSchema: [{ AttributeName: 'topic', SearchSchemaElementType: 'INLINE_FILTER' }],
      Projection: { ProjectionType: 'ALL' },
      VectorAttribute: { AttributeName: 'vector' },
      Dimensions: 3,
      DistanceFunction: 'EUCLIDEAN',
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
}

const vector = (...elements: number[]): WildObject => ({ L: elements.map((element) => ({ N: String(element) })) })

export function vectorItem(number: number): WildObject {
  return { pk: { S: `v${number}` }, topic: { S: number % 2 === 0 ? 'a' : 'b' }, vector: vector(number, 0.5, -number) }
}

const TableName = fuzzedTable
const tableArn = `arn:aws:dynamodb:us-east-1:${fuzzedAccount}:table/${TableName}`
/** The clock of the fuzzed server stands still, so that its stream and the first shard of it are always called the same. */
export const fuzzedStartMs: number = Date.UTC(2026, 0, 1)
const resourcePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: fuzzedAccount }, Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: tableArn }],
})
const StreamArn = `${tableArn}/stream/2026-01-01T00:00:00.000`
const ShardId = shardIdOf({ creationMs: fuzzedStartMs, number: 1 })
const key = (pk: number, sk: number): WildObject => ({ pk: { S: `p${pk}` }, sk: { N: String(sk) } })

/** An item of the table, full of types. */
export function fullItem(pk: number, sk: number): WildObject {
  return {
    ...key(pk, sk),
    word: { S: sk % 2 === 0 ? 'a' : 'b' },
    grade: { N: String(10 - sk) },
    title: { S: 'some prose' },
    tally: { N: '42' },
    chunk: { B: 'AP8=' },
    lit: { BOOL: true },
    gone: { NULL: true },
    vocab: { SS: ['a', 'b', 'c'] },
    figures: { NS: ['-1', '0', '2.5'] },
    chunks: { BS: ['AA==', '/w=='] },
    series: { L: [{ S: 'x' }, { N: '1' }, { L: [{ S: 'y' }] }, { M: { title: { S: 'z' } } }] },
    tree: { M: { title: { S: 'inner' }, tree: { M: { series: { L: [{ S: 'deep' }] } } }, tally: { N: '7' } } },
  }
}

export const validRequests: { readonly [operation: string]: readonly WildObject[] } = {
  GetItem: [
    { TableName, Key: key(0, 0), ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' },
    { TableName, Key: key(1, 1), ProjectionExpression: '#m.title, series[0]', ExpressionAttributeNames: { '#m': 'tree' } },
    { TableName, Key: key(1, 1), AttributesToGet: ['title', 'tally'] },
  ],
  PutItem: [
    { TableName, Item: fullItem(0, 0), ReturnValues: 'ALL_OLD', ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE' },
    {
      TableName,
      Item: { ...key(1, 1), title: { S: 'new' } },
      ConditionExpression: 'attribute_exists(pk) AND #c > :c',
      ExpressionAttributeNames: { '#c': 'tally' },
      ExpressionAttributeValues: { ':c': { N: '1' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
    { TableName, Item: key(2, 1), Expected: { title: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'some' }] } } },
    { TableName, Item: key(2, 0), Expected: { title: { Exists: false }, tally: { Value: { N: '42' } } }, ConditionalOperator: 'OR' },
  ],
  UpdateItem: [
    {
      TableName,
      Key: key(0, 1),
      UpdateExpression: 'SET #c = #c + :n, tree.title = :s REMOVE series[0] ADD figures :ns DELETE vocab :ss',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#c': 'tally' },
      ExpressionAttributeValues: { ':n': { N: '1' }, ':s': { S: 'x' }, ':ns': { NS: ['9'] }, ':ss': { SS: ['a'] } },
      ReturnValues: 'UPDATED_NEW',
    },
    {
      TableName,
      Key: key(1, 2),
      AttributeUpdates: { tally: { Action: 'ADD', Value: { N: '1' } }, gone: { Action: 'DELETE' } },
      ReturnValues: 'ALL_NEW',
    },
    { TableName, Key: key(3, 3) },
  ],
  DeleteItem: [
    { TableName, Key: key(2, 2), ReturnValues: 'ALL_OLD' },
    {
      TableName,
      Key: key(3, 1),
      ConditionExpression: 'lit = :f OR size(title) < :n',
      ExpressionAttributeValues: { ':f': { BOOL: false }, ':n': { N: '3' } },
    },
    { TableName, Key: key(3, 2), Expected: { lit: { Value: { BOOL: false } } } },
  ],
  Query: [
    {
      TableName,
      KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :b',
      FilterExpression: 'contains(vocab, :w)',
      ProjectionExpression: 'pk, sk, tree.title',
      ExpressionAttributeValues: { ':p': { S: 'p1' }, ':a': { N: '0' }, ':b': { N: '3' }, ':w': { S: 'a' } },
      Limit: 2,
      ScanIndexForward: false,
      ExclusiveStartKey: key(1, 3),
    },
    {
      TableName,
      IndexName: 'byWord',
      KeyConditionExpression: 'word = :w',
      ExpressionAttributeValues: { ':w': { S: 'a' } },
      Select: 'ALL_PROJECTED_ATTRIBUTES',
      ExclusiveStartKey: { ...key(0, 0), word: { S: 'a' } },
    },
    {
      TableName,
      IndexName: 'byGrade',
      KeyConditions: {
        pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'p2' }] },
        grade: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '1' }] },
      },
      QueryFilter: { title: { ComparisonOperator: 'NOT_NULL' } },
      ConsistentRead: true,
    },
    { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p1' } }, Select: 'COUNT' },
  ],
  Scan: [
    {
      TableName,
      FilterExpression: 'size(series) > :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
      Segment: 0,
      TotalSegments: 2,
      Limit: 5,
    },
    { TableName, IndexName: 'byWord', ExclusiveStartKey: { ...key(0, 0), word: { S: 'a' } }, ReturnConsumedCapacity: 'INDEXES' },
    {
      TableName,
      ScanFilter: {
        tally: { ComparisonOperator: 'IN', AttributeValueList: [{ N: '1' }, { N: '42' }] },
        title: { ComparisonOperator: 'NULL' },
      },
      ConditionalOperator: 'OR',
      AttributesToGet: ['pk'],
    },
  ],
  BatchGetItem: [
    {
      RequestItems: {
        [TableName]: { Keys: [key(0, 0), key(0, 1), key(9, 9)], ProjectionExpression: '#t', ExpressionAttributeNames: { '#t': 'title' } },
      },
      ReturnConsumedCapacity: 'TOTAL',
    },
    { RequestItems: { [TableName]: { Keys: [key(1, 0)], AttributesToGet: ['series'], ConsistentRead: true } } },
  ],
  BatchWriteItem: [
    {
      RequestItems: { [TableName]: [{ PutRequest: { Item: fullItem(0, 3) } }, { DeleteRequest: { Key: key(3, 0) } }] },
      ReturnConsumedCapacity: 'INDEXES',
      ReturnItemCollectionMetrics: 'SIZE',
    },
  ],
  TransactGetItems: [
    { TransactItems: [{ Get: { TableName, Key: key(0, 0) } }, { Get: { TableName, Key: key(1, 1), ProjectionExpression: 'title' } }] },
  ],
  TransactWriteItems: [
    {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: fullItem(0, 2) } },
        { Delete: { TableName, Key: key(1, 3) } },
        {
          Update: {
            TableName,
            Key: key(2, 3),
            UpdateExpression: 'SET title = :t',
            ExpressionAttributeValues: { ':t': { S: 'x' } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        { ConditionCheck: { TableName, Key: key(3, 3), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    },
  ],
  ExecuteStatement: [
    { Statement: `SELECT * FROM "${TableName}" WHERE pk = ?`, Parameters: [{ S: 'p0' }], Limit: 2, ConsistentRead: true },
    {
      Statement: `SELECT pk, tree.title, series[0] FROM "${TableName}"."byWord" WHERE word IN ['a', 'b'] AND sk BETWEEN 0 AND 2 ORDER BY sk DESC`,
      ReturnConsumedCapacity: 'INDEXES',
    },
    { Statement: `SELECT * FROM "${TableName}" WHERE contains(title, 'prose') AND NOT attribute_type(tree, 'L') OR size(vocab) > 2` },
    {
      Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': 7, 'list': [1, 'x', {'a': <<1, 2>>}], 'gone': NULL}`,
      Parameters: [{ S: 'p9' }],
    },
    {
      Statement: `UPDATE "${TableName}" SET tally = tally + ? SET tree.title = 'z' REMOVE series[0] WHERE pk = 'p1' AND sk = 1 RETURNING ALL NEW *`,
      Parameters: [{ N: '2' }],
    },
    {
      Statement: `UPDATE "${TableName}" SET vocab = set_add(vocab, <<'d'>>) SET series = list_append(series, [1]) WHERE pk = 'p1' AND sk = 2`,
    },
    { Statement: `DELETE FROM "${TableName}" WHERE pk = 'p3' AND sk = 3 AND tally = 42 RETURNING ALL OLD *` },
  ],
  BatchExecuteStatement: [
    { Statements: [{ Statement: `SELECT title FROM "${TableName}" WHERE pk = 'p0' AND sk = 1` }] },
    {
      Statements: [
        { Statement: `DELETE FROM "${TableName}" WHERE pk = ? AND sk = ?`, Parameters: [{ S: 'p0' }, { N: '1' }] },
        { Statement: `UPDATE "${TableName}" SET title = 'x' WHERE pk = 'p2' AND sk = 1` },
      ],
      ReturnConsumedCapacity: 'TOTAL',
    },
  ],
  ExecuteTransaction: [
    { TransactStatements: [{ Statement: `DELETE FROM "${TableName}" WHERE pk = 'p0' AND sk = 1` }] },
    {
      TransactStatements: [
        { Statement: `EXISTS(SELECT * FROM "${TableName}" WHERE pk = 'p0' AND sk = 2 AND tally = 42)` },
        { Statement: `UPDATE "${TableName}" SET title = ? WHERE pk = 'p2' AND sk = 2`, Parameters: [{ S: 'x' }] },
      ],
      ClientRequestToken: 'statements',
    },
  ],
  CreateTable: [
    { ...tableDefinition, TableName: 'Another', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
    {
      TableName: 'Provisioned',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      Tags: [{ Key: 'owner', Value: 'fuzz' }],
      DeletionProtectionEnabled: true,
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      SSESpecification: { Enabled: true, SSEType: 'KMS' },
    },
  ],
  UpdateTable: [
    {
      TableName,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'byWord', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } } },
      ],
    },
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'title', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'byTitle',
            KeySchema: [{ AttributeName: 'title', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        },
      ],
    },
    { TableName, StreamSpecification: { StreamEnabled: false } },
    { TableName, DeletionProtectionEnabled: true },
    { TableName, TableClass: 'STANDARD_INFREQUENT_ACCESS' },
  ],
  DeleteTable: [{ TableName: 'Spare' }],
  DescribeTable: [{ TableName }],
  ListTables: [{ Limit: 1, ExclusiveStartTableName: 'Abc' }, {}],
  DescribeLimits: [{}],
  DescribeEndpoints: [{}],
  SearchVectors: [
    {
      TableName: 'Vectors',
      IndexName: 'near',
      SearchVector: [{ N: '1' }, { N: '0.5' }, { N: '-1e3' }],
      TopK: 3,
      SearchConditionExpression: '#t = :t',
      ProjectionExpression: 'pk, #t',
      ExpressionAttributeNames: { '#t': 'topic' },
      ExpressionAttributeValues: { ':t': { S: 'a' } },
      ReturnConsumedCapacity: 'TOTAL',
    },
    { TableName: 'Vectors', IndexName: 'near', SearchVector: [{ N: '0' }, { N: '0' }, { N: '0' }], TopK: 100 },
  ],
  ListStreams: [{ TableName, Limit: 1 }, { ExclusiveStartStreamArn: StreamArn }],
  DescribeStream: [
    { StreamArn, Limit: 1 },
    { StreamArn, ExclusiveStartShardId: ShardId },
    { StreamArn, ShardFilter: { Type: 'CHILD_SHARDS', ShardId } },
  ],
  GetShardIterator: [
    { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' },
    { StreamArn, ShardId, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber(1) },
  ],
  GetRecords: [
    {
      ShardIterator: encodeIterator({ streamArn: StreamArn, shardNumber: 1, fromNumber: 0, creationMs: fuzzedStartMs }),
      Limit: 3,
    },
  ],
  UpdateTimeToLive: [{ TableName, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }],
  DescribeTimeToLive: [{ TableName }],
  EnableKinesisStreamingDestination: [
    { TableName, StreamArn: fuzzedStreamArn, EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' } },
  ],
  DisableKinesisStreamingDestination: [{ TableName: 'Vectors', StreamArn: fuzzedStreamArn }],
  DescribeKinesisStreamingDestination: [{ TableName }],
  UpdateKinesisStreamingDestination: [
    {
      TableName: 'Vectors',
      StreamArn: fuzzedStreamArn,
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    },
  ],
  UpdateContributorInsights: [
    { TableName, ContributorInsightsAction: 'ENABLE', ContributorInsightsMode: 'THROTTLED_KEYS' },
    { TableName, IndexName: 'byWord', ContributorInsightsAction: 'DISABLE' },
  ],
  DescribeContributorInsights: [{ TableName, IndexName: 'byWord' }],
  ListContributorInsights: [{ TableName, MaxResults: 1, NextToken: Buffer.from('Fuzzed\n').toString('base64url') }],
  CreateGlobalTable: [{ GlobalTableName: TableName, ReplicationGroup: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }] }],
  UpdateGlobalTable: [{ GlobalTableName: TableName, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }],
  DescribeGlobalTable: [{ GlobalTableName: TableName }],
  ListGlobalTables: [{ ExclusiveStartGlobalTableName: TableName, Limit: 5, RegionName: 'eu-west-1' }],
  DescribeGlobalTableSettings: [{ GlobalTableName: TableName }],
  UpdateGlobalTableSettings: [
    {
      GlobalTableName: TableName,
      GlobalTableBillingMode: 'PROVISIONED',
      GlobalTableProvisionedWriteCapacityUnits: 5,
      ReplicaSettingsUpdate: [{ RegionName: 'eu-west-1', ReplicaProvisionedReadCapacityUnits: 5 }],
    },
  ],
  DescribeTableReplicaAutoScaling: [{ TableName }],
  UpdateTableReplicaAutoScaling: [
    {
      TableName,
      ProvisionedWriteCapacityAutoScalingUpdate: {
        MinimumUnits: 1,
        MaximumUnits: 10,
        ScalingPolicyUpdate: { PolicyName: 'p', TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, ScaleInCooldown: 60 } },
      },
      GlobalSecondaryIndexUpdates: [{ IndexName: 'byWord', ProvisionedWriteCapacityAutoScalingUpdate: { AutoScalingDisabled: true } }],
      ReplicaUpdates: [{ RegionName: 'eu-west-1', ReplicaProvisionedReadCapacityAutoScalingUpdate: { MinimumUnits: 1, MaximumUnits: 10 } }],
    },
  ],
  TagResource: [{ ResourceArn: tableArn, Tags: [{ Key: 'a', Value: 'b' }] }],
  UntagResource: [{ ResourceArn: tableArn, TagKeys: ['a'] }],
  ListTagsOfResource: [{ ResourceArn: tableArn }],
  PutResourcePolicy: [
    { ResourceArn: tableArn, Policy: resourcePolicy, ConfirmRemoveSelfResourceAccess: true },
    { ResourceArn: tableArn, Policy: resourcePolicy, ExpectedRevisionId: 'NO_POLICY' },
  ],
  GetResourcePolicy: [{ ResourceArn: tableArn }],
  DeleteResourcePolicy: [{ ResourceArn: tableArn }, { ResourceArn: tableArn, ExpectedRevisionId: '1767225600000' }],
  ExportTableToPointInTime: [
    { TableArn: tableArn, S3Bucket: 'lake', S3Prefix: 'daily', ClientToken: 'a', ExportFormat: 'ION', ExportTime: 1 },
    {
      TableArn: tableArn,
      S3Bucket: 'lake',
      ExportType: 'INCREMENTAL_EXPORT',
      IncrementalExportSpecification: { ExportFromTime: 1, ExportToTime: 9_999_999, ExportViewType: 'NEW_IMAGE' },
      FilterSpecification: { FilterExpression: 'attribute_exists(a)', ProjectionExpression: 'a' },
    },
  ],
  DescribeExport: [{ ExportArn: `${tableArn}/export/01767225600000-00000000` }],
  ListExports: [{ TableArn: tableArn, MaxResults: 5, NextToken: '4f72646572732f31' }],
  ImportTable: [
    {
      S3BucketSource: { S3Bucket: 'lake', S3KeyPrefix: 'a', S3BucketOwner: '123456789012' },
      InputFormat: 'CSV',
      InputFormatOptions: { Csv: { Delimiter: ';', HeaderList: ['id', 'n'] } },
      InputCompressionType: 'GZIP',
      TableCreationParameters: {
        TableName: 'Imported',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
      ClientToken: 'a',
    },
  ],
  DescribeImport: [{ ImportArn: `${tableArn}/import/01767225600000-00000000` }],
  ListImports: [{ TableArn: tableArn, PageSize: 5 }],
  StartBulkPutItems: [
    {
      TableName,
      InputS3Configuration: { S3Bucket: 'lake', S3KeyPrefix: 'a', InputFormat: 'ION', InputCompressionType: 'ZSTD' },
      OutputS3Configuration: { S3Bucket: 'lake', OutputType: ['ERROR', 'CONDITION_CHECK_FAILURE'] },
      MaxWriteRequestUnits: 2000,
      PerformanceTier: 'ACCELERATED',
      ClientToken: 'a',
    },
  ],
  DescribeBulkOperation: [{ BulkOperationArn: `${tableArn}/bulk-operation/01767225600000-00000000` }],
  ListBulkOperations: [{ MaxResults: 5 }],
  CancelBulkOperation: [{ BulkOperationArn: `${tableArn}/bulk-operation/01767225600000-00000000` }],
  CreateBackup: [{ TableName, BackupName: 'nightly' }],
  DescribeBackup: [{ BackupArn: `${tableArn}/backup/01767225600000-00000000` }],
  DeleteBackup: [{ BackupArn: `${tableArn}/backup/01767225600000-00000000` }],
  ListBackups: [
    {
      TableName,
      Limit: 5,
      TimeRangeLowerBound: 1,
      TimeRangeUpperBound: 9_999_999_999,
      BackupType: 'ALL',
      ExclusiveStartBackupArn: `${tableArn}/backup/01767225600000-00000000`,
    },
  ],
  RestoreTableFromBackup: [
    { BackupArn: `${tableArn}/backup/01767225600000-00000000`, TargetTableName: 'Restored', BillingModeOverride: 'PAY_PER_REQUEST' },
  ],
  DescribeContinuousBackups: [{ TableName }],
  UpdateContinuousBackups: [
    { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 } },
    { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } },
  ],
  RestoreTableToPointInTime: [
    {
      SourceTableName: TableName,
      TargetTableName: 'Restored',
      UseLatestRestorableTime: true,
      GlobalSecondaryIndexOverride: [],
      LocalSecondaryIndexOverride: [],
      SSESpecificationOverride: { Enabled: true },
    },
    { SourceTableArn: tableArn, TargetTableName: 'Restored', RestoreDateTime: 1_767_225_600.5 },
  ],
}
