/** From a bulk operation to what the wire tells of it (backup-export-import.md §8). */
import type { OutputOf } from '../../api/operations.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { BulkPut } from '../../engine/schema/transfer.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type Description = OutputOf<'DescribeBulkOperation'>['BulkOperationDescription']
type Usage = NonNullable<Description['BulkOperationUsage']>[number]

export function bulkDescription(engine: MeteredEngine, bulk: BulkPut): Description {
  const { status, tableName, tableUuid, request, startMs, endMs, progress, failure } = bulk
  const { ClientToken, InputS3Configuration, OutputS3Configuration, MaxWriteRequestUnits, PerformanceTier = 'STANDARD' } = request
  return {
    BulkOperationArn: transferArn(engine, bulk),
    BulkOperationStatus: status,
    TableDetails: [{ TableName: tableName, TableId: tableUuid }],
    ...(ClientToken !== undefined && { ClientToken }),
    InputS3Configuration,
    OutputS3Configuration,
    StartTime: startMs / 1000,
    ...(endMs !== undefined && { EndTime: endMs / 1000 }),
    ProcessedItemCount: progress.itemCount,
    ProcessedInputBytes: progress.doneBytes + progress.bytes,
    ...(progress.objectBytes !== undefined && { TotalInputBytes: progress.objectBytes }),
    BulkOperationUsage: [usageOf(engine.catalog.find(tableName), bulk)],
    FailedItemCount: progress.faultCount,
    ...(failure !== undefined && { FailureCode: failure.code, FailureMessage: failure.message }),
    ...(MaxWriteRequestUnits !== undefined && { MaxWriteRequestUnits }),
    PerformanceTier,
  }
}

function usageOf(table: Table | undefined, { tableName, progress: { usage } }: BulkPut): Usage {
  const locals = new Set(table?.indexes.filter(({ kind }) => kind === 'local').map(({ name }) => name))
  const entries = Object.entries(usage.indexes)
  const named = (isLocal: boolean) =>
    Object.fromEntries(entries.filter(([name]) => locals.has(name) === isLocal).map(([name, bytes]) => [name, { BulkPutBytes: bytes }]))
  const [local, global] = [named(true), named(false)]
  const vectors = Object.entries(usage.vectors).map(([name, bytes]) => [name, { BulkPutVectorBytes: bytes }] as const)
  return {
    TableName: tableName,
    BulkPutBytes: entries.reduce((sum, [, bytes]) => sum + bytes, usage.table),
    Table: { BulkPutBytes: usage.table },
    ...(Object.keys(local).length > 0 && { LocalSecondaryIndexes: local }),
    ...(Object.keys(global).length > 0 && { GlobalSecondaryIndexes: global }),
    ...(vectors.length > 0 && { VectorIndexes: Object.fromEntries(vectors) }),
  }
}
