/**
 * The names of what an export writes, and its manifests (backup-export-import.md §5.3): `manifest-files.json` has a line for each data file,
 * `manifest-summary.json` says what was exported and is written last of all. Beside each lies its MD5 in base64.
 */
import { type TableHome, tableArn } from '../../api/table-name.ts'
import { md5 } from '../../base/digest.ts'
import type { TableExport } from '../schema/transfer.ts'
import { fileName } from './object-names.ts'
import { transferArn } from './transfer-arn.ts'

/** `<prefix>/AWSDynamoDB/<id>/`. */
export function exportFolder(exported: TableExport): string {
  return `${rootOf(exported)}${exported.id}/`
}

function rootOf({ request: { S3Prefix } }: TableExport): string {
  return S3Prefix === undefined || S3Prefix === '' ? 'AWSDynamoDB/' : `${S3Prefix}/AWSDynamoDB/`
}

/** Incremental exports share a folder. */
export function dataFileKey(exported: TableExport, number: number): string {
  const name = fileName(`${exported.id} ${exported.tableUuid} ${number}`)
  const folder = exported.since === undefined ? exportFolder(exported) : rootOf(exported)
  return `${folder}data/${name}.${exported.request.ExportFormat === 'ION' ? 'ion' : 'json'}.gz`
}

/** A line of manifest-files.json, without its end. */
export function fileLine({
  itemCount,
  body,
  etag,
  key,
}: {
  readonly itemCount: number
  readonly body: Uint8Array
  readonly etag: string
  readonly key: string
}): string {
  return JSON.stringify({ itemCount, md5Checksum: checksumOf(body), etag, dataFileS3Key: key })
}

/** The MD5 in base64. */
export function checksumOf(body: string | Uint8Array): string {
  return Buffer.from(md5(body)).toString('base64')
}

/** What manifest-summary.json says of an export that has everything else. */
export function summaryText(home: TableHome, exported: TableExport, endMs: number): string {
  const { tableName, tableUuid, startMs, request, progress } = exported
  const isIncremental = exported.since !== undefined
  return JSON.stringify({
    version: isIncremental ? '2023-08-01' : '2020-06-30',
    exportArn: transferArn(home, exported),
    startTime: timeText(startMs),
    endTime: timeText(endMs),
    tableArn: tableArn({ ...home, tableName }),
    tableId: tableUuid,
    ...timesOf(exported),
    s3Bucket: request.S3Bucket,
    s3Prefix: request.S3Prefix ?? null,
    s3SseAlgorithm: request.S3SseAlgorithm ?? 'AES256',
    s3SseKmsKeyId: request.S3SseKmsKeyId ?? null,
    manifestFilesS3Key: `${exportFolder(exported)}manifest-files.json`,
    billedSizeBytes: progress.sizeBytes,
    itemCount: progress.itemCount,
    outputFormat: request.ExportFormat ?? 'DYNAMODB_JSON',
    ...(isIncremental && {
      exportType: 'INCREMENTAL_EXPORT',
      outputView: request.IncrementalExportSpecification?.ExportViewType ?? 'NEW_AND_OLD_IMAGES',
    }),
  })
}

function timesOf({ toMs, fromMs }: TableExport): object {
  if (fromMs === undefined) return { exportTime: timeText(toMs) }
  return { exportFromTime: timeText(fromMs), exportToTime: timeText(toMs) }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
