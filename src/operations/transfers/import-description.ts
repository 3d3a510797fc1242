/** From an import to what the wire tells of it (backup-export-import.md §6), and from an ARN to the import. */
import { invalid, ServiceError } from '../../api/errors.ts'
import type { OutputOf } from '../../api/operations.ts'
import { partitionOf, tableArn } from '../../api/table-name.ts'
import { type TableImport, transferPath } from '../../engine/schema/transfer.ts'
import { parseTransferArn, transferArn } from '../../engine/transfers/transfer-arn.ts'
import { readTransfer } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { isTold } from './list-page.ts'

type Description = OutputOf<'DescribeImport'>['ImportTableDescription']
type Summary = NonNullable<OutputOf<'ListImports'>['ImportSummaryList']>[number]

/** ValidationException for what is no ARN of an import [I: the words], ImportNotFoundException for one that is not there. */
export async function importNamed(engine: MeteredEngine, arn: string): Promise<TableImport> {
  const named = parseTransferArn('import', arn)
  if (named === undefined) throw invalid('Invalid Import ARN')
  const { region } = engine.catalog
  const imported = await readTransfer(engine.store, { region, kind: 'import', path: transferPath(named) })
  if (imported === undefined || !isTold(imported, engine.clock.now()) || transferArn(engine, imported) !== arn) {
    throw new ServiceError('ImportNotFoundException', `Import not found: ${arn}`)
  }
  return imported
}

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
