/**
 * Which file answers which operation. An operation without a handler is not built yet. Handlers note in `usage` what the request
 * came to.
 */
import type { InputOf, OperationName, OutputOf } from '../api/operations.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { RequestUsage } from '../metering/traffic/request-usage.ts'
import { createBackup } from './backups/create-backup.ts'
import { deleteBackup } from './backups/delete-backup.ts'
import { describeBackup } from './backups/describe-backup.ts'
import { describeContinuousBackups } from './backups/describe-continuous-backups.ts'
import { listBackups } from './backups/list-backups.ts'
import { restoreTableFromBackup } from './backups/restore-table-from-backup.ts'
import { restoreTableToPointInTime } from './backups/restore-table-to-point-in-time.ts'
import { updateContinuousBackups } from './backups/update-continuous-backups.ts'
import { batchGetItem } from './batches/batch-get-item.ts'
import { batchWriteItem } from './batches/batch-write-item.ts'
import { describeContributorInsights } from './insights/describe-contributor-insights.ts'
import { listContributorInsights } from './insights/list-contributor-insights.ts'
import { updateContributorInsights } from './insights/update-contributor-insights.ts'
import { deleteItem } from './items/delete-item.ts'
import { getItem } from './items/get-item.ts'
import { putItem } from './items/put-item.ts'
import { updateItem } from './items/update-item.ts'
import { describeKinesisStreamingDestination } from './kinesis/describe-kinesis-streaming-destination.ts'
import { disableKinesisStreamingDestination } from './kinesis/disable-kinesis-streaming-destination.ts'
import { enableKinesisStreamingDestination } from './kinesis/enable-kinesis-streaming-destination.ts'
import { updateKinesisStreamingDestination } from './kinesis/update-kinesis-streaming-destination.ts'
import { batchExecuteStatement } from './partiql/batch-execute-statement.ts'
import { executeStatement } from './partiql/execute-statement.ts'
import { executeTransaction } from './partiql/execute-transaction.ts'
import { deleteResourcePolicy } from './policies/delete-resource-policy.ts'
import { getResourcePolicy } from './policies/get-resource-policy.ts'
import { putResourcePolicy } from './policies/put-resource-policy.ts'
import { query } from './reads/query.ts'
import { scan } from './reads/scan.ts'
import type { AskedRequest } from './request/asked-request.ts'
import { describeStream } from './streams/describe-stream.ts'
import { getRecords } from './streams/get-records.ts'
import { getShardIterator } from './streams/get-shard-iterator.ts'
import { listStreams } from './streams/list-streams.ts'
import { createTable } from './tables/create-table.ts'
import { deleteTable } from './tables/delete-table.ts'
import { describeEndpoints } from './tables/describe-endpoints.ts'
import { describeLimits } from './tables/describe-limits.ts'
import { describeTable } from './tables/describe-table.ts'
import { listTables } from './tables/list-tables.ts'
import {
  createGlobalTable,
  describeGlobalTable,
  describeGlobalTableSettings,
  listGlobalTables,
  updateGlobalTable,
  updateGlobalTableSettings,
} from './tables/replicas/legacy-global-tables.ts'
import { describeTableReplicaAutoScaling, updateTableReplicaAutoScaling } from './tables/replicas/replica-auto-scaling.ts'
import { updateTable } from './tables/update-table.ts'
import { listTagsOfResource } from './tags/list-tags-of-resource.ts'
import { tagResource } from './tags/tag-resource.ts'
import { untagResource } from './tags/untag-resource.ts'
import { transactGetItems } from './transactions/transact-get-items.ts'
import { transactWriteItems } from './transactions/transact-write-items.ts'
import { cancelBulkOperation } from './transfers/cancel-bulk-operation.ts'
import { describeBulkOperation } from './transfers/describe-bulk-operation.ts'
import { describeExport } from './transfers/describe-export.ts'
import { describeImport } from './transfers/describe-import.ts'
import { exportTableToPointInTime } from './transfers/export-table-to-point-in-time.ts'
import { importTable } from './transfers/import-table.ts'
import { listBulkOperations } from './transfers/list-bulk-operations.ts'
import { listExports } from './transfers/list-exports.ts'
import { listImports } from './transfers/list-imports.ts'
import { startBulkPutItems } from './transfers/start-bulk-put-items.ts'
import { describeTimeToLive } from './ttl/describe-time-to-live.ts'
import { updateTimeToLive } from './ttl/update-time-to-live.ts'
import { searchVectors } from './vectors/search-vectors.ts'

export type Handlers = {
  readonly [Name in OperationName]?: (
    engine: MeteredEngine,
    input: InputOf<Name>,
    usage: RequestUsage,
    request: AskedRequest,
  ) => Promise<OutputOf<Name>>
}

export const handlers: Handlers = {
  BatchExecuteStatement: batchExecuteStatement,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CancelBulkOperation: cancelBulkOperation,
  CreateBackup: createBackup,
  CreateGlobalTable: createGlobalTable,
  CreateTable: createTable,
  DeleteBackup: deleteBackup,
  DeleteItem: deleteItem,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteTable: deleteTable,
  DescribeBackup: describeBackup,
  DescribeBulkOperation: describeBulkOperation,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeContributorInsights: describeContributorInsights,
  DescribeEndpoints: describeEndpoints,
  DescribeExport: describeExport,
  DescribeGlobalTable: describeGlobalTable,
  DescribeGlobalTableSettings: describeGlobalTableSettings,
  DescribeImport: describeImport,
  DescribeKinesisStreamingDestination: describeKinesisStreamingDestination,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeTable: describeTable,
  DescribeTableReplicaAutoScaling: describeTableReplicaAutoScaling,
  DescribeTimeToLive: describeTimeToLive,
  DisableKinesisStreamingDestination: disableKinesisStreamingDestination,
  EnableKinesisStreamingDestination: enableKinesisStreamingDestination,
  ExecuteStatement: executeStatement,
  ExecuteTransaction: executeTransaction,
  ExportTableToPointInTime: exportTableToPointInTime,
  GetItem: getItem,
  GetRecords: getRecords,
  GetResourcePolicy: getResourcePolicy,
  GetShardIterator: getShardIterator,
  ImportTable: importTable,
  ListBackups: listBackups,
  ListBulkOperations: listBulkOperations,
  ListContributorInsights: listContributorInsights,
  ListExports: listExports,
  ListGlobalTables: listGlobalTables,
  ListImports: listImports,
  ListStreams: listStreams,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  PutResourcePolicy: putResourcePolicy,
  Query: query,
  RestoreTableFromBackup: restoreTableFromBackup,
  RestoreTableToPointInTime: restoreTableToPointInTime,
  Scan: scan,
  SearchVectors: searchVectors,
  StartBulkPutItems: startBulkPutItems,
  TagResource: tagResource,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UntagResource: untagResource,
  UpdateContinuousBackups: updateContinuousBackups,
  UpdateContributorInsights: updateContributorInsights,
  UpdateGlobalTable: updateGlobalTable,
  UpdateGlobalTableSettings: updateGlobalTableSettings,
  UpdateItem: updateItem,
  UpdateKinesisStreamingDestination: updateKinesisStreamingDestination,
  UpdateTable: updateTable,
  UpdateTableReplicaAutoScaling: updateTableReplicaAutoScaling,
  UpdateTimeToLive: updateTimeToLive,
}
