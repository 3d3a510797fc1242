/**
 * Which exceptions an operation can answer with: the table of operations.md §1, completed from the model (`npm run model`).
 */
import type { ExceptionName } from './errors.ts'
import type { Operation, OperationName } from './operations.ts'

const errorsOfEveryOperation: readonly ExceptionName[] = [
  'AccessDeniedException',
  'InternalServerError',
  'SerializationException',
  'ThrottlingException',
  'ValidationException',
]

const errorsOfItemOperations: readonly ExceptionName[] = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
]

/** Of those, what an operation does not answer with: a statement of a batch misses its table by itself, and no provisioned capacity is searched with. */
const errorsOfOthers: { readonly [Name in OperationName]?: readonly ExceptionName[] } = {
  BatchExecuteStatement: ['ResourceNotFoundException'],
  SearchVectors: ['ProvisionedThroughputExceededException'],
}

const errorsOfItsOwn: { readonly [Name in OperationName]?: readonly ExceptionName[] } = {
  PutItem: [
    'ConditionalCheckFailedException',
    'ItemCollectionSizeLimitExceededException',
    'ReplicatedWriteConflictException',
    'TransactionConflictException',
  ],
  UpdateItem: [
    'ConditionalCheckFailedException',
    'ItemCollectionSizeLimitExceededException',
    'ReplicatedWriteConflictException',
    'TransactionConflictException',
  ],
  DeleteItem: [
    'ConditionalCheckFailedException',
    'ItemCollectionSizeLimitExceededException',
    'ReplicatedWriteConflictException',
    'TransactionConflictException',
  ],
  BatchWriteItem: ['ItemCollectionSizeLimitExceededException', 'ReplicatedWriteConflictException'],
  TransactGetItems: ['TransactionCanceledException'],
  TransactWriteItems: ['IdempotentParameterMismatchException', 'TransactionCanceledException', 'TransactionInProgressException'],
  ExecuteStatement: [
    'ConditionalCheckFailedException',
    'DuplicateItemException',
    'ItemCollectionSizeLimitExceededException',
    'TransactionConflictException',
  ],
  ExecuteTransaction: ['IdempotentParameterMismatchException', 'TransactionCanceledException', 'TransactionInProgressException'],
  CreateTable: ['LimitExceededException', 'ResourceInUseException'],
  UpdateTable: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  DeleteTable: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  DescribeTable: ['ResourceNotFoundException'],
  UpdateTimeToLive: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  DescribeTimeToLive: ['ResourceNotFoundException'],
  TagResource: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  UntagResource: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  ListTagsOfResource: ['ResourceNotFoundException'],
  PutResourcePolicy: ['LimitExceededException', 'PolicyNotFoundException', 'ResourceInUseException', 'ResourceNotFoundException'],
  GetResourcePolicy: ['PolicyNotFoundException', 'ResourceNotFoundException'],
  DeleteResourcePolicy: ['LimitExceededException', 'PolicyNotFoundException', 'ResourceInUseException', 'ResourceNotFoundException'],
  CreateBackup: [
    'BackupInUseException',
    'ContinuousBackupsUnavailableException',
    'LimitExceededException',
    'TableInUseException',
    'TableNotFoundException',
  ],
  DeleteBackup: ['BackupInUseException', 'BackupNotFoundException', 'LimitExceededException'],
  DescribeBackup: ['BackupNotFoundException'],
  RestoreTableFromBackup: [
    'BackupInUseException',
    'BackupNotFoundException',
    'LimitExceededException',
    'TableAlreadyExistsException',
    'TableInUseException',
  ],
  RestoreTableToPointInTime: [
    'InvalidRestoreTimeException',
    'LimitExceededException',
    'PointInTimeRecoveryUnavailableException',
    'TableAlreadyExistsException',
    'TableInUseException',
    'TableNotFoundException',
  ],
  DescribeContinuousBackups: ['TableNotFoundException'],
  UpdateContinuousBackups: ['ContinuousBackupsUnavailableException', 'TableNotFoundException'],
  ExportTableToPointInTime: [
    'ExportConflictException',
    'InvalidExportTimeException',
    'LimitExceededException',
    'PointInTimeRecoveryUnavailableException',
    'TableNotFoundException',
  ],
  DescribeExport: ['ExportNotFoundException', 'LimitExceededException'],
  ListExports: ['LimitExceededException'],
  ImportTable: ['ImportConflictException', 'LimitExceededException', 'ResourceInUseException'],
  DescribeImport: ['ImportNotFoundException'],
  ListImports: ['LimitExceededException'],
  StartBulkPutItems: [
    'IdempotentParameterMismatchException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
  DescribeBulkOperation: ['ResourceNotFoundException'],
  CancelBulkOperation: ['ResourceNotFoundException'],
  CreateGlobalTable: ['GlobalTableAlreadyExistsException', 'LimitExceededException', 'TableNotFoundException'],
  UpdateGlobalTable: [
    'GlobalTableNotFoundException',
    'ReplicaAlreadyExistsException',
    'ReplicaNotFoundException',
    'TableNotFoundException',
  ],
  DescribeGlobalTable: ['GlobalTableNotFoundException'],
  DescribeGlobalTableSettings: ['GlobalTableNotFoundException'],
  UpdateGlobalTableSettings: [
    'GlobalTableNotFoundException',
    'IndexNotFoundException',
    'LimitExceededException',
    'ReplicaNotFoundException',
    'ResourceInUseException',
  ],
  DescribeTableReplicaAutoScaling: ['ResourceNotFoundException'],
  UpdateTableReplicaAutoScaling: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  EnableKinesisStreamingDestination: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  DisableKinesisStreamingDestination: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  DescribeKinesisStreamingDestination: ['ResourceNotFoundException'],
  UpdateKinesisStreamingDestination: ['LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
  UpdateContributorInsights: ['ResourceNotFoundException'],
  DescribeContributorInsights: ['ResourceNotFoundException'],
  ListContributorInsights: ['ResourceNotFoundException'],
  ListStreams: ['ResourceNotFoundException'],
  DescribeStream: ['ResourceNotFoundException'],
  GetShardIterator: ['ResourceNotFoundException', 'TrimmedDataAccessException'],
  GetRecords: ['ExpiredIteratorException', 'LimitExceededException', 'ResourceNotFoundException', 'TrimmedDataAccessException'],
}

/** Every exception the operation can answer with, apart from those of authentication. */
export function errorsOf(operation: Operation): readonly ExceptionName[] {
  const touchesItems = ['DP', 'TX', 'PQ', 'VS'].includes(operation.tier)
  const others = errorsOfOthers[operation.name] ?? []
  return [
    ...errorsOfEveryOperation,
    ...(touchesItems ? errorsOfItemOperations.filter((name) => !others.includes(name)) : []),
    ...(errorsOfItsOwn[operation.name] ?? []),
  ]
}
