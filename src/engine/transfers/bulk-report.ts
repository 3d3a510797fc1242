/**
 * What a bulk operation tells of items that it did not put (backup-export-import.md §8), in objects of a bucket. AWS documents that there is
 * a manifest and files for each kind, not how they look [I]:
 *
 *     <prefix>/AWSDynamoDB/<id>/ERROR/<26 letters and digits>.json.gz
 *     <prefix>/AWSDynamoDB/<id>/CONDITION_CHECK_FAILURE/<26 letters and digits>.json.gz
 *     <prefix>/AWSDynamoDB/<id>/manifest.json
 */
import { exportFileBytes } from '../limits.ts'
import { type BulkPut, nameOfTransfer } from '../schema/transfer.ts'
import { DataFile } from './data-file.ts'
import type { LoadEngine } from './load-runner.ts'
import { fileName, objectName, putOptions } from './object-names.ts'
import { transferArn } from './transfer-arn.ts'
import { conditionList, faultList, readLines } from './transfer-lines.ts'

/** Without a bucket nothing is told. */
export async function reportBulkPut(engine: LoadEngine, bulk: BulkPut): Promise<void> {
  const { S3Bucket: bucket, OutputType: types } = bulk.request.OutputS3Configuration
  if (bucket === undefined) return
  const files: object[] = []
  for (const type of new Set(types)) files.push(...(await reportList(engine, bulk, { bucket, type })))
  const { progress } = bulk
  const manifest = JSON.stringify({
    bulkOperationArn: transferArn(engine, bulk),
    failedItemCount: progress.faultCount,
    conditionCheckFailureCount: progress.unmetCount,
    files,
  })
  await put(engine, bulk, { bucket, key: `${folderOf(bulk)}manifest.json` }, Buffer.from(manifest))
}

interface Listed {
  readonly bucket: string
  readonly type: 'ERROR' | 'CONDITION_CHECK_FAILURE'
}

async function reportList(engine: LoadEngine, bulk: BulkPut, { bucket, type }: Listed): Promise<readonly object[]> {
  const files: object[] = []
  let file: DataFile | undefined
  const end = async (): Promise<void> => {
    if (file === undefined) return
    const { lineCount: itemCount } = file
    const key = `${folderOf(bulk)}${type}/${fileName(`${bulk.id} ${type} ${files.length}`)}.json.gz`
    await put(engine, bulk, { bucket, key }, await file.end())
    files.push({ outputType: type, itemCount, dataFileS3Key: key })
    file = undefined
  }
  const name = nameOfTransfer(engine.catalog.region, bulk)
  for await (const lines of readLines(engine.store, name, type === 'ERROR' ? faultList : conditionList)) {
    file ??= new DataFile()
    await file.write(lines.map((line) => `${line}\n`))
    if (file.bytes >= exportFileBytes) await end()
  }
  await end()
  return files
}

function folderOf({ id, request }: BulkPut): string {
  const { S3KeyPrefix: prefix = '' } = request.OutputS3Configuration
  return `${prefix === '' ? '' : `${prefix}/`}AWSDynamoDB/${id}/`
}

async function put(
  { buckets }: LoadEngine,
  { request }: BulkPut,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  body: Uint8Array,
): Promise<void> {
  const output = request.OutputS3Configuration
  await buckets.put(objectName({ ...output, S3Bucket: bucket }, key), body, putOptions(output))
}
