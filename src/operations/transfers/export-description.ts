/** From an export to what the wire tells of it (backup-export-import.md §5.1). */
import { incrementalExportBytesMin } from '../../api/limits.ts'
import type { OutputOf } from '../../api/operations.ts'
import { tableArn } from '../../api/table-name.ts'
import type { TableExport } from '../../engine/schema/transfer.ts'
import { exportFolder } from '../../engine/transfers/export-manifest.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type Description = NonNullable<OutputOf<'DescribeExport'>['ExportDescription']>

export function exportDescription(engine: MeteredEngine, exported: TableExport): Description {
  const { request, status, startMs, endMs, tableName, tableUuid, toMs, progress, failure } = exported
  const { ClientToken, S3Bucket, S3BucketOwner, S3Prefix, S3SseAlgorithm = 'AES256', S3SseKmsKeyId, FilterSpecification } = request
  return {
    ExportArn: transferArn(engine, exported),
    ExportStatus: status,
    StartTime: startMs / 1000,
    ...(endMs !== undefined && { EndTime: endMs / 1000 }),
    ...(status === 'COMPLETED' && { ExportManifest: `${exportFolder(exported)}manifest-summary.json` }),
    TableArn: tableArn({ ...engine, tableName }),
    TableId: tableUuid,
    ...(exported.since === undefined && { ExportTime: toMs / 1000 }),
    ...(ClientToken !== undefined && { ClientToken }),
    S3Bucket,
    ...(S3BucketOwner !== undefined && { S3BucketOwner }),
    ...(S3Prefix !== undefined && { S3Prefix }),
    S3SseAlgorithm,
    ...(S3SseKmsKeyId !== undefined && { S3SseKmsKeyId }),
    ...(failure !== undefined && { FailureCode: failure.code, FailureMessage: failure.message }),
    ExportFormat: request.ExportFormat ?? 'DYNAMODB_JSON',
    ...(status === 'COMPLETED' && { BilledSizeBytes: billedBytes(exported), ItemCount: progress.itemCount }),
    ExportType: request.ExportType ?? 'FULL_EXPORT',
    ...incremental(exported),
    ...(FilterSpecification !== undefined && { FilterSpecification }),
  }
}

function billedBytes({ since, progress: { sizeBytes } }: TableExport): number {
  return since === undefined ? sizeBytes : Math.max(incrementalExportBytesMin, sizeBytes)
}

/** With what was left out filled in. */
function incremental({ fromMs, toMs, request }: TableExport): Pick<Description, 'IncrementalExportSpecification'> {
  if (fromMs === undefined) return {}
  const { ExportViewType = 'NEW_AND_OLD_IMAGES' } = request.IncrementalExportSpecification ?? {}
  return { IncrementalExportSpecification: { ExportFromTime: fromMs / 1000, ExportToTime: toMs / 1000, ExportViewType } }
}
