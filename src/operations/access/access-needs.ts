/**
 * What each operation needs to be allowed, found in its input and the tables that are there. An operation that answers has a row
 * (access-needs.test.ts): without one nobody could be allowed or refused it.
 */
import type { InputOf, OperationName } from '../../api/operations.ts'
import type { AccessHome, AccessNeed } from './access-need.ts'
import {
  needsOfBatchGetItem,
  needsOfBatchWriteItem,
  needsOfDeleteItem,
  needsOfGetItem,
  needsOfPutItem,
  needsOfQuery,
  needsOfScan,
  needsOfTransactGetItems,
  needsOfTransactWriteItems,
  needsOfUpdateItem,
} from './item-needs.ts'
import { needsOfBatchExecuteStatement, needsOfExecuteStatement, needsOfExecuteTransaction } from './statement-needs.ts'
import {
  needsOfCreateTable,
  needsOfGetRecords,
  needsOfRestoreFromBackup,
  needsOfRestoreToPointInTime,
  needsOfSearchVectors,
  needsOfTagResource,
  needsOfUntagResource,
  onAccount,
  onArn,
  onTable,
  onTableArn,
  onTableOrIndex,
} from './table-needs.ts'
import { needsOfBulkPut, needsOfExport, needsOfImportTable } from './transfer-needs.ts'

export type { AccessNeed }

type AccessNeeds = { readonly [Name in OperationName]?: (home: AccessHome, input: InputOf<Name>) => readonly AccessNeed[] }

export const accessNeeds: AccessNeeds = {
  BatchExecuteStatement: needsOfBatchExecuteStatement,
  BatchGetItem: needsOfBatchGetItem,
  BatchWriteItem: needsOfBatchWriteItem,
  CancelBulkOperation: onArn('CancelBulkOperation', 'BulkOperationArn'),
  CreateBackup: onTable('CreateBackup'),
  CreateTable: needsOfCreateTable,
  DeleteBackup: onArn('DeleteBackup', 'BackupArn'),
  DeleteItem: needsOfDeleteItem,
  DeleteResourcePolicy: onArn('DeleteResourcePolicy', 'ResourceArn'),
  DeleteTable: onTable('DeleteTable'),
  DescribeBackup: onArn('DescribeBackup', 'BackupArn'),
  DescribeBulkOperation: onArn('DescribeBulkOperation', 'BulkOperationArn'),
  DescribeContinuousBackups: onTable('DescribeContinuousBackups'),
  DescribeContributorInsights: onTableOrIndex('DescribeContributorInsights'),
  DescribeEndpoints: onAccount('DescribeEndpoints'),
  DescribeExport: onArn('DescribeExport', 'ExportArn'),
  DescribeImport: onArn('DescribeImport', 'ImportArn'),
  DescribeKinesisStreamingDestination: onTable('DescribeKinesisStreamingDestination'),
  DescribeLimits: onAccount('DescribeLimits'),
  DescribeStream: onArn('DescribeStream', 'StreamArn'),
  DescribeTable: onTable('DescribeTable'),
  DescribeTimeToLive: onTable('DescribeTimeToLive'),
  DisableKinesisStreamingDestination: onTable('DisableKinesisStreamingDestination'),
  EnableKinesisStreamingDestination: onTable('EnableKinesisStreamingDestination'),
  ExecuteStatement: needsOfExecuteStatement,
  ExecuteTransaction: needsOfExecuteTransaction,
  ExportTableToPointInTime: needsOfExport,
  GetItem: needsOfGetItem,
  GetRecords: needsOfGetRecords,
  GetResourcePolicy: onArn('GetResourcePolicy', 'ResourceArn'),
  GetShardIterator: onArn('GetShardIterator', 'StreamArn'),
  ImportTable: needsOfImportTable,
  ListBackups: onAccount('ListBackups'),
  ListBulkOperations: onAccount('ListBulkOperations'),
  ListContributorInsights: onAccount('ListContributorInsights'),
  ListExports: onTableArn('ListExports'),
  ListImports: onTableArn('ListImports'),
  ListStreams: onAccount('ListStreams'),
  ListTables: onAccount('ListTables'),
  ListTagsOfResource: onArn('ListTagsOfResource', 'ResourceArn'),
  PutItem: needsOfPutItem,
  PutResourcePolicy: onArn('PutResourcePolicy', 'ResourceArn'),
  Query: needsOfQuery,
  RestoreTableFromBackup: needsOfRestoreFromBackup,
  RestoreTableToPointInTime: needsOfRestoreToPointInTime,
  Scan: needsOfScan,
  SearchVectors: needsOfSearchVectors,
  StartBulkPutItems: needsOfBulkPut,
  TagResource: needsOfTagResource,
  TransactGetItems: needsOfTransactGetItems,
  TransactWriteItems: needsOfTransactWriteItems,
  UntagResource: needsOfUntagResource,
  UpdateContinuousBackups: onTable('UpdateContinuousBackups'),
  UpdateContributorInsights: onTableOrIndex('UpdateContributorInsights'),
  UpdateItem: needsOfUpdateItem,
  UpdateKinesisStreamingDestination: onTable('UpdateKinesisStreamingDestination'),
  UpdateTable: onTable('UpdateTable'),
  UpdateTimeToLive: onTable('UpdateTimeToLive'),
}
