/**
 * What exports, imports and bulk operations need: beside the table the objects in the bucket, as nobody reads by an import what he may not
 * read, or writes by an export where he may not write (iam-dynamodb-actions.md §1).
 */
import type { InputOf } from '../../api/operations.ts'
import { partitionOf } from '../../api/table-name.ts'
import { type AccessHome, type AccessNeed, namedTable, noKeys } from './access-need.ts'

export function needsOfExport(home: AccessHome, input: InputOf<'ExportTableToPointInTime'>): readonly AccessNeed[] {
  const table = { action: 'ExportTableToPointInTime', resource: namedTable(home, input.TableArn).arn, keys: noKeys }
  return [table, ...needsToWrite(home, input.S3Bucket, input.S3Prefix)]
}

/** The logs that AWS writes to CloudWatch, and needs to be let write, there are none of. */
export function needsOfImportTable(home: AccessHome, input: InputOf<'ImportTable'>): readonly AccessNeed[] {
  const { S3BucketSource, TableCreationParameters } = input
  const table = { action: 'ImportTable', resource: namedTable(home, TableCreationParameters.TableName).arn, keys: noKeys }
  return [table, ...needsToRead(home, S3BucketSource.S3Bucket, S3BucketSource.S3KeyPrefix)]
}

/** [I] As of the other two: in the list of AWS they are not yet. */
export function needsOfBulkPut(home: AccessHome, input: InputOf<'StartBulkPutItems'>): readonly AccessNeed[] {
  const { InputS3Configuration: from, OutputS3Configuration: to } = input
  const table = { action: 'StartBulkPutItems', resource: namedTable(home, input.TableName).arn, keys: noKeys }
  return [
    table,
    ...needsToRead(home, from.S3Bucket, from.S3KeyPrefix),
    ...(to.S3Bucket === undefined ? [] : needsToWrite(home, to.S3Bucket, to.S3KeyPrefix)),
  ]
}

/** Whatever begins so: a policy that allows a part of it allows none. */
function needsToRead(home: AccessHome, bucket: string, prefix = ''): readonly AccessNeed[] {
  return [
    { service: 's3', action: 'GetObject', resource: `${bucketArn(home, bucket)}/${prefix}*`, keys: noKeys },
    { service: 's3', action: 'ListBucket', resource: bucketArn(home, bucket), keys: noKeys },
  ]
}

function needsToWrite(home: AccessHome, bucket: string, prefix = ''): readonly AccessNeed[] {
  const resource = `${bucketArn(home, bucket)}/${prefix === '' ? '' : `${prefix}/`}AWSDynamoDB/*`
  return ['PutObject', 'PutObjectAcl', 'AbortMultipartUpload'].map(
    (action): AccessNeed => ({ service: 's3', action, resource, keys: noKeys }),
  )
}

function bucketArn({ region }: AccessHome, bucket: string): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`
}
