/** Buckets of an S3 server that is not ours, and of one that is not there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { BucketFault, Buckets } from '../../src/storage/buckets/buckets.ts'
import { openS3Buckets } from '../../src/storage/buckets/s3-buckets.ts'
import { type Body, openTestService, succeed } from '../harness/service.ts'
import { skipWithout, startOtherS3 } from './transfer-tools.ts'

const skip = skipWithout('s3rver')
const region = 'us-east-1'

async function bytesOf(buckets: Buckets, bucket: string, key: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of buckets.read({ bucket, key })) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('Objects are put, listed in pages and read through signed requests, whatever their keys are', { skip }, async (t) => {
  const server = await startOtherS3('data')
  t.after(() => server.close())
  const buckets = openS3Buckets({ ...server, region })
  const keys = ['a b/c+d.json', 'a b/ü&<x>.json', "a b/it's (1)!*.json", 'z']
  for (const key of keys) assert.match(await buckets.put({ bucket: 'data', key }, Buffer.from(`<${key}>`)), /^[0-9a-f]{32}/)
  for (const key of keys) assert.equal((await bytesOf(buckets, 'data', key)).toString(), `<${key}>`)
  const found = await buckets.list({ bucket: 'data', key: 'a b/' }, undefined)
  assert.deepEqual(
    found.objects.map(({ key }) => key),
    keys.slice(0, 3).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  )
  assert.equal(found.isLast, true)
  const behind = await buckets.list({ bucket: 'data', key: '' }, found.objects.at(-1)?.key)
  assert.deepEqual(behind.objects, [{ key: 'z', sizeBytes: 3 }])
})

test('What the server refuses is told in the words in which AWS passes it on', { skip }, async (t) => {
  const server = await startOtherS3('data')
  t.after(() => server.close())
  const buckets = openS3Buckets({ ...server, region })
  const codeOf = (error: unknown): string => (error as BucketFault).code
  await assert.rejects(buckets.put({ bucket: 'nowhere', key: 'a' }, Buffer.from('x')), (error) => codeOf(error) === 'S3NoSuchBucket')
  await assert.rejects(buckets.list({ bucket: 'nowhere', key: '' }, undefined), (error) => codeOf(error) === 'S3NoSuchBucket')
  await assert.rejects(
    bytesOf(buckets, 'data', 'nothing'),
    /^BucketFault: The specified key does not exist\. \(Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; /,
  )
  const stranger = openS3Buckets({ ...server, region, credentials: { ...server.credentials, accessKeyId: 'NOBODY' } })
  await assert.rejects(stranger.list({ bucket: 'data', key: '' }, undefined), (error) => codeOf(error) === 'S3InvalidAccessKeyId')
})

test('A server that is not there fails an export with its reason', async () => {
  const buckets = { kind: 's3', endpoint: 'http://127.0.0.1:1', region } as const
  const service = await openTestService('any', { buckets, pitrLagMs: 0 })
  await makeTable(service)
  const { ExportStatus, FailureCode, FailureMessage } = await exported(service)
  assert.deepEqual([ExportStatus, FailureCode], ['FAILED', 'S3Unavailable'])
  assert.match(String(FailureMessage), /^The S3 endpoint http:\/\/127\.0\.0\.1:1 cannot be reached: /)
  await service.close()
})

test('An export is written to another S3 server, with its ETags', { skip }, async (t) => {
  const server = await startOtherS3('data')
  t.after(() => server.close())
  const { endpoint, credentials } = server
  const service = await openTestService('any', { buckets: { kind: 's3', endpoint, credentials, region }, pitrLagMs: 0 })
  await makeTable(service)
  for (let n = 0; n < 100; n += 1) await succeed(service, 'PutItem', { TableName, Item: { id: { S: `i${n}` } } })
  const { ExportManifest, ItemCount } = await exported(service)
  assert.equal(ItemCount, 100)
  const buckets = openS3Buckets({ ...server, region })
  const summary = JSON.parse((await bytesOf(buckets, 'data', String(ExportManifest))).toString()) as Body
  const files = (await bytesOf(buckets, 'data', String(summary.manifestFilesS3Key))).toString().trim().split('\n')
  let lines = 0
  for (const file of files) {
    const { dataFileS3Key, etag, itemCount } = JSON.parse(file) as { dataFileS3Key: string; etag: string; itemCount: number }
    assert.match(etag, /^[0-9a-f]{32}/)
    const found = gunzipSync(await bytesOf(buckets, 'data', dataFileS3Key))
      .toString()
      .split('\n')
      .slice(0, -1)
    assert.equal(found.length, itemCount)
    lines += found.length
  }
  assert.equal(lines, 100)
  await service.close()
})

const TableName = 'Orders'

async function makeTable(service: Parameters<typeof succeed>[0]): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification })
}

async function exported(service: Parameters<typeof succeed>[0]): Promise<Body> {
  const TableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders'
  const { ExportDescription } = await succeed(service, 'ExportTableToPointInTime', { TableArn, S3Bucket: 'data' })
  await service.control.runJobs()
  const { ExportArn } = ExportDescription as Body
  return (await succeed(service, 'DescribeExport', { ExportArn })).ExportDescription as Body
}
