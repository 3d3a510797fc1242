/** From an import to what the wire tells of it (backup-export-import.md §6). */
import type { OutputOf } from '../../api/operations.ts'
import { partitionOf, tableArn } from '../../api/table-name.ts'
import type { TableImport } from '../../engine/schema/transfer.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type Description = OutputOf<'DescribeImport'>['ImportTableDescription']
type Summary = NonNullable<OutputOf<'ListImports'>['ImportSummaryList']>[number]

export function importSummary(engine: MeteredEngine, imported: TableImport): Summary {
  const { status, tableName, request, startMs, endMs } = imported
  return {
    ImportArn: transferArn(engine, imported),
    ImportStatus: status,
    TableArn: tableArn({ ...engine, tableName }),
    S3BucketSource: request.S3BucketSource,
    CloudWatchLogGroupArn: logGroupArn(engine),
    InputFormat: request.InputFormat,
    StartTime: startMs / 1000,
    ...(endMs !== undefined && { EndTime: endMs / 1000 }),
  }
}

export function importDescription(engine: MeteredEngine, imported: TableImport): Description {
  const { tableUuid, request, progress, failure } = imported
  const { ClientToken, InputFormatOptions, InputCompressionType = 'NONE', TableCreationParameters } = request
  return {
    ...importSummary(engine, imported),
    TableId: tableUuid,
    ...(ClientToken !== undefined && { ClientToken }),
    ErrorCount: progress.faultCount,
    ...(InputFormatOptions !== undefined && { InputFormatOptions }),
    InputCompressionType,
    TableCreationParameters,
    ProcessedSizeBytes: progress.doneBytes + progress.bytes,
    ProcessedItemCount: progress.itemCount,
    ImportedItemCount: progress.goodCount,
    ...(failure !== undefined && { FailureCode: failure.code, FailureMessage: failure.message }),
  }
}

function logGroupArn({ region, account }: MeteredEngine): string {
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:/aws-dynamodb/imports:*`
}
