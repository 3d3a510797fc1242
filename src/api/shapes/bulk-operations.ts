/**
 * Bulk operations (November 2026): items put into a table from objects in S3. They come from the types of the AWS SDK, which say nothing
 * of lengths, ranges and patterns; what is bounded here is so in their documentation, or as in imports.
 */

export const bulkOperationShapes = {
  StartBulkPutItemsInput: {
    kind: 'structure',
    members: {
      ClientToken: 'ClientToken',
      InputS3Configuration: 'InputS3Configuration!',
      OutputS3Configuration: 'OutputS3Configuration!',
      TableName: 'StrictTableArn!',
      MaxWriteRequestUnits: 'BulkWriteRequestUnits',
      PerformanceTier: 'BulkOperationPerformanceTier',
    },
  },
  InputS3Configuration: {
    kind: 'structure',
    members: {
      S3BucketOwner: 'S3BucketOwner',
      S3Bucket: 'S3Bucket!',
      S3KeyPrefix: 'S3Prefix',
      InputFormat: 'BulkOperationInputFormat!',
      InputCompressionType: 'InputCompressionType',
    },
  },
  BulkOperationInputFormat: { kind: 'string', values: ['DYNAMODB_JSON', 'ION'] },
  OutputS3Configuration: {
    kind: 'structure',
    members: {
      S3BucketOwner: 'S3BucketOwner',
      S3Bucket: 'S3Bucket',
      S3KeyPrefix: 'S3Prefix',
      S3SseAlgorithm: 'S3SseAlgorithm',
      S3SseKmsKeyId: 'S3SseKmsKeyId',
      OutputType: 'OutputTypeList!',
    },
  },
  OutputTypeList: { kind: 'list', of: 'OutputType' },
  OutputType: { kind: 'string', values: ['ERROR', 'CONDITION_CHECK_FAILURE'] },
  BulkWriteRequestUnits: { kind: 'long', min: 1024 },
  BulkOperationPerformanceTier: { kind: 'string', values: ['STANDARD', 'ACCELERATED'] },
  StartBulkPutItemsOutput: { kind: 'structure', members: { BulkOperationDescription: 'BulkOperationDescription!' } },
  BulkOperationDescription: {
    kind: 'structure',
    members: {
      BulkOperationArn: 'String',
      BulkOperationStatus: 'BulkOperationStatus',
      TableDetails: 'BulkOperationTableDetails',
      ClientToken: 'ClientToken',
      InputS3Configuration: 'InputS3Configuration',
      OutputS3Configuration: 'OutputS3Configuration',
      StartTime: 'Timestamp',
      EndTime: 'Timestamp',
      ProcessedItemCount: 'Long',
      ProcessedInputBytes: 'Long',
      TotalInputBytes: 'Long',
      BulkOperationUsage: 'BulkOperationUsageMultiple',
      FailedItemCount: 'Long',
      FailureCode: 'String',
      FailureMessage: 'String',
      MaxWriteRequestUnits: 'Long',
      PerformanceTier: 'BulkOperationPerformanceTier',
    },
  },
  BulkOperationStatus: {
    kind: 'string',
    values: ['IN_PROGRESS', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'CANCELLING', 'CANCELLED', 'FAILED'],
  },
  BulkOperationTableDetails: { kind: 'list', of: 'BulkOperationTableDetail' },
  BulkOperationTableDetail: { kind: 'structure', members: { TableName: 'String', TableId: 'String' } },
  BulkOperationUsageMultiple: { kind: 'list', of: 'BulkOperationUsage' },
  BulkOperationUsage: {
    kind: 'structure',
    members: {
      TableName: 'String',
      BulkPutBytes: 'Long',
      Table: 'BulkOperationBytes',
      LocalSecondaryIndexes: 'SecondaryIndexesBulkBytesMap',
      GlobalSecondaryIndexes: 'SecondaryIndexesBulkBytesMap',
      VectorIndexes: 'VectorIndexesBulkVectorBytesMap',
    },
  },
  BulkOperationBytes: { kind: 'structure', members: { BulkPutBytes: 'Long' } },
  SecondaryIndexesBulkBytesMap: { kind: 'map', from: 'IndexName', to: 'BulkOperationBytes' },
  VectorIndexesBulkVectorBytesMap: { kind: 'map', from: 'IndexName', to: 'BulkOperationVectorBytes' },
  BulkOperationVectorBytes: { kind: 'structure', members: { BulkPutVectorBytes: 'Long' } },

  DescribeBulkOperationInput: { kind: 'structure', members: { BulkOperationArn: 'String!' } },
  DescribeBulkOperationOutput: { kind: 'structure', members: { BulkOperationDescription: 'BulkOperationDescription!' } },

  ListBulkOperationsInput: { kind: 'structure', members: { MaxResults: 'Integer', NextToken: 'String' } },
  ListBulkOperationsOutput: { kind: 'structure', members: { BulkOperationsSummaryList: 'BulkOperationsSummaryList', NextToken: 'String' } },
  BulkOperationsSummaryList: { kind: 'list', of: 'BulkOperationSummary' },
  BulkOperationSummary: {
    kind: 'structure',
    members: {
      BulkOperationArn: 'String!',
      BulkOperationStatus: 'BulkOperationStatus!',
      StartTime: 'Timestamp!',
      EndTime: 'Timestamp',
    },
  },

  CancelBulkOperationInput: { kind: 'structure', members: { BulkOperationArn: 'String!' } },
  CancelBulkOperationOutput: {
    kind: 'structure',
    members: {
      BulkOperationArn: 'String!',
      BulkOperationStatus: 'BulkOperationStatus!',
    },
  },
} as const
