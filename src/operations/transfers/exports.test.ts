import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeOn } from '../../../test/harness/nodes.ts'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { TestBuckets } from '../../../test/harness/test-buckets.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { FaultyService } from '../../../test/model/faulty-service.ts'
import { dayMs, hourMs, ManualClock, minuteMs, secondMs } from '../../base/clock.ts'
import { engineJobs } from '../../engine/jobs/engine-jobs.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { prefixRange, transferLineTag, transferTag } from '../../engine/keyspace/keys.ts'
import { engineOf } from '../../engine/regions.ts'
import type { Service } from '../../server/start.ts'
import { transferWorks } from '../works/transfer-works.ts'
import { transferJobs } from './transfer-jobs.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000
const TableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders'

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
}

async function makeTable(service: Service): Promise<void> {
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
}

async function openRecovering(): Promise<{ service: Service; clock: ManualClock; buckets: TestBuckets }> {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('out')
  const service = await openTestService('any', { clock, buckets: buckets.options, pitrLagMs: 0 })
  await makeTable(service)
  return { service, clock, buckets }
}

async function put(service: Service, id: string, n: number): Promise<void> {
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: id }, n: { N: String(n) } } })
}

async function remove(service: Service, id: string): Promise<void> {
  await succeed(service, 'DeleteItem', { TableName, Key: { id: { S: id } } })
}

async function startExport(service: Service, input: object = {}): Promise<Body> {
  const { ExportDescription } = await succeed(service, 'ExportTableToPointInTime', { TableArn, S3Bucket: 'out', ...input })
  return ExportDescription as Body
}

async function described(service: Service, ExportArn: unknown): Promise<Body> {
  return (await succeed(service, 'DescribeExport', { ExportArn })).ExportDescription as Body
}

async function exported(service: Service, input: object = {}): Promise<Body> {
  const { ExportArn } = await startExport(service, input)
  await service.control.runJobs()
  return described(service, ExportArn)
}

interface FileLine {
  readonly itemCount: number
  readonly md5Checksum: string
  readonly etag: string
  readonly dataFileS3Key: string
}

/** What the manifests lead to, every checksum compared. */
function readExport(
  buckets: TestBuckets,
  { ExportManifest }: Body,
): { summary: Body; lines: readonly string[]; files: readonly FileLine[] } {
  const key = String(ExportManifest)
  const md5 = (data: Uint8Array): string => createHash('md5').update(data).digest('base64')
  const checked = (path: string): string => {
    const body = buckets.read(`out/${path}`)
    assert.equal(buckets.read(`out/${path.replace('.json', '.md5')}`).toString(), md5(body))
    return body.toString()
  }
  const summary = JSON.parse(checked(key)) as Body
  const files = checked(String(summary.manifestFilesS3Key))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileLine)
  const lines = files.flatMap(({ itemCount, md5Checksum, etag, dataFileS3Key }) => {
    const body = buckets.read(`out/${dataFileS3Key}`)
    assert.equal(md5Checksum, md5(body))
    assert.match(etag, /^[0-9a-f]{32}-1$/)
    const found = buckets.gunzip(`out/${dataFileS3Key}`).split('\n').slice(0, -1)
    assert.equal(found.length, itemCount)
    return found
  })
  return { summary, lines: lines.sort(), files }
}

test('A full export has the items of one moment in the layout of AWS, whatever is written meanwhile', async () => {
  const { service, clock, buckets } = await openRecovering()
  for (let n = 0; n < 40; n += 1) await put(service, `i${n}`, 1)
  clock.advance(1500)
  const begun = await startExport(service, { S3Prefix: 'daily', ClientToken: 'a' })
  const works = await service.control.jobs()
  for (let n = 0; n < 40; n += 2) await put(service, `i${n}`, 2)
  for (let n = 1; n < 40; n += 4) await remove(service, `i${n}`)
  await put(service, 'later', 1)
  await service.control.runJobs()
  const description = await described(service, begun.ExportArn)
  const { summary, lines, files } = readExport(buckets, description)
  const id = String(begun.ExportArn).split('/').at(-1)
  assert.deepEqual(works.jobs, [
    {
      ...{ id: `export-${id}`, kind: 'export', region: 'us-east-1', table: TableName, makes: begun.ExportArn, state: 'running' },
      ...{ startedMs: startMs + 1500, share: 0, itemsDone: 0, bytesDone: 0, canBeCancelled: false },
    },
  ])
  assert.deepEqual(lines, Array.from({ length: 40 }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"n":{"N":"1"}}}`).sort())
  assert.equal(files.length, 4, 'a file for each partition')
  const { TableId } = (await succeed(service, 'DescribeTable', { TableName })).Table as Body
  const time = '2026-11-22T10:00:01.500Z'
  assert.deepEqual(summary, {
    version: '2020-06-30',
    exportArn: begun.ExportArn,
    startTime: time,
    endTime: time,
    tableArn: TableArn,
    tableId: TableId,
    exportTime: time,
    s3Bucket: 'out',
    s3Prefix: 'daily',
    s3SseAlgorithm: 'AES256',
    s3SseKmsKeyId: null,
    manifestFilesS3Key: `daily/AWSDynamoDB/${id}/manifest-files.json`,
    billedSizeBytes: 310,
    itemCount: 40,
    outputFormat: 'DYNAMODB_JSON',
  })
  assert.deepEqual(
    buckets.keys('out'),
    [
      ...files.map(({ dataFileS3Key }) => dataFileS3Key),
      ...['_started', 'manifest-files.json', 'manifest-files.md5', 'manifest-summary.json', 'manifest-summary.md5'].map(
        (name) => `daily/AWSDynamoDB/${id}/${name}`,
      ),
    ].sort(),
  )
  for (const { dataFileS3Key } of files) assert.match(dataFileS3Key, new RegExp(`^daily/AWSDynamoDB/${id}/data/[a-z0-9]{26}\\.json\\.gz$`))
  assert.deepEqual(description, {
    ...begun,
    ExportStatus: 'COMPLETED',
    EndTime: (startMs + 1500) / 1000,
    ExportManifest: `daily/AWSDynamoDB/${id}/manifest-summary.json`,
    BilledSizeBytes: 310,
    ItemCount: 40,
  })
  await service.close()
  buckets.remove()
})

test('An export of an earlier second has what was there at its end, and one of an empty table has empty files', async () => {
  const { service, clock, buckets } = await openRecovering()
  const { lines, files } = readExport(buckets, await exported(service))
  assert.deepEqual([lines, files.map(({ itemCount }) => itemCount)], [[], [0, 0, 0, 0]])
  clock.advance(10 * secondMs)
  await put(service, 'a', 1)
  clock.advance(10 * secondMs)
  await put(service, 'a', 2)
  const past = await exported(service, { ExportTime: startMs / 1000 + 15 })
  assert.deepEqual(readExport(buckets, past).lines, ['{"Item":{"id":{"S":"a"},"n":{"N":"1"}}}'])
  assert.equal(past.ExportTime, startMs / 1000 + 15)
  await service.close()
  buckets.remove()
})

test('An incremental export has what was changed in its period, once for each key', async () => {
  const { service, clock, buckets } = await openRecovering()
  for (const id of ['kept', 'changed', 'rewritten', 'deleted', 'comes-again']) await put(service, id, 0)
  clock.advance(minuteMs)
  await put(service, 'changed', 1)
  await put(service, 'new', 1)
  await put(service, 'short', 1)
  await remove(service, 'deleted')
  await remove(service, 'comes-again')
  // What is written as it was is no change.
  await put(service, 'rewritten', 0)
  clock.advance(5 * secondMs)
  await put(service, 'changed', 2)
  await remove(service, 'short')
  await put(service, 'comes-again', 5)
  clock.advance(20 * minuteMs)
  // After the period: none of it shows.
  await put(service, 'new', 9)
  await remove(service, 'changed')
  await put(service, 'deleted', 9)
  const period = { ExportFromTime: startMs / 1000 + 60, ExportToTime: startMs / 1000 + 60 + 900 }
  const description = await exported(service, { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: period })
  const { summary, lines, files } = readExport(buckets, description)
  const us = (second: number): string => String(startMs * 1000 + second * 1_000_000)
  const line = (id: string, second: number, images: string): string =>
    `{"Metadata":{"WriteTimestampMicros":{"N":"${us(second)}"}},"Keys":{"id":{"S":"${id}"}}${images}}`
  const image = (name: string, id: string, n: number): string => `,"${name}":{"id":{"S":"${id}"},"n":{"N":"${n}"}}`
  assert.deepEqual(
    lines,
    [
      line('changed', 65, image('OldImage', 'changed', 0) + image('NewImage', 'changed', 2)),
      line('comes-again', 65, image('OldImage', 'comes-again', 0) + image('NewImage', 'comes-again', 5)),
      line('deleted', 60, image('OldImage', 'deleted', 0)),
      line('new', 60, image('NewImage', 'new', 1)),
    ].sort(),
  )
  assert.deepEqual(
    [summary.version, summary.exportFromTime, summary.exportToTime],
    ['2023-08-01', '2026-11-22T10:01:00.000Z', '2026-11-22T10:16:00.000Z'],
  )
  assert.deepEqual([summary.exportType, summary.outputView, summary.exportTime], ['INCREMENTAL_EXPORT', 'NEW_AND_OLD_IMAGES', undefined])
  for (const { dataFileS3Key } of files) assert.match(dataFileS3Key, /^AWSDynamoDB\/data\/[a-z0-9]{26}\.json\.gz$/)
  assert.deepEqual(description.IncrementalExportSpecification, { ...period, ExportViewType: 'NEW_AND_OLD_IMAGES' })
  const newOnly = { ...period, ExportViewType: 'NEW_IMAGE' }
  const second = await exported(service, { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: newOnly })
  assert.deepEqual(
    readExport(buckets, second).lines,
    [
      line('changed', 65, image('NewImage', 'changed', 2)),
      line('comes-again', 65, image('NewImage', 'comes-again', 5)),
      line('deleted', 60, ''),
      line('new', 60, image('NewImage', 'new', 1)),
    ].sort(),
  )
  await service.close()
  buckets.remove()
})

test('A filter chooses items and what of them, and a key condition the items of one partition key', async () => {
  const { service, buckets } = await openRecovering()
  for (let n = 0; n < 10; n += 1) await put(service, `i${n}`, n)
  const filtered = await exported(service, {
    FilterSpecification: {
      FilterExpression: 'n > :n',
      ProjectionExpression: 'id',
      ExpressionAttributeValues: { ':n': { N: '7' } },
    },
  })
  assert.deepEqual(readExport(buckets, filtered).lines, ['{"Item":{"id":{"S":"i8"}}}', '{"Item":{"id":{"S":"i9"}}}'])
  assert.equal(filtered.ItemCount, 2)
  const one = await exported(service, {
    FilterSpecification: { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'i3' } } },
  })
  assert.deepEqual(readExport(buckets, one).lines, ['{"Item":{"id":{"S":"i3"},"n":{"N":"3"}}}'])
  await service.close()
  buckets.remove()
})

test('What an incremental export has looked at counts, also where its filter leaves nothing', async () => {
  const { service, clock, buckets } = await openRecovering()
  clock.advance(minuteMs)
  for (let n = 0; n < 10; n += 1) await put(service, `i${n}`, n)
  clock.advance(20 * minuteMs)
  const period = { ExportFromTime: startMs / 1000 + 60, ExportToTime: startMs / 1000 + 60 + 900 }
  const input = { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: period }
  const whole = await exported(service, input)
  const FilterSpecification = { FilterExpression: 'n > :n', ExpressionAttributeValues: { ':n': { N: '100' } } }
  const empty = await exported(service, { ...input, FilterSpecification })
  assert.deepEqual([whole.ItemCount, empty.ItemCount], [10, 0])
  const [sizeBytes, emptySizeBytes] = [whole, empty].map((each) => readExport(buckets, each).summary.billedSizeBytes)
  assert.ok(Number(sizeBytes) > 0)
  assert.equal(emptySizeBytes, sizeBytes)
  await service.close()
  buckets.remove()
})

test('A bucket that is not there, or cannot be written, fails the export and leaves no manifest', async () => {
  const { service, buckets } = await openRecovering()
  await put(service, 'a', 1)
  const missing = await exported(service, { S3Bucket: 'nowhere' })
  assert.deepEqual([missing.ExportStatus, missing.FailureCode], ['FAILED', 'S3NoSuchBucket'])
  assert.match(
    String(missing.FailureMessage),
    /^The specified bucket does not exist \(Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; /,
  )
  const outside = await exported(service, { S3Prefix: '../elsewhere' })
  assert.deepEqual([outside.ExportStatus, outside.FailureCode], ['FAILED', 'S3InvalidKey'])
  assert.deepEqual(buckets.keys('out'), [])
  if (process.getuid?.() !== 0) {
    chmodSync(join(buckets.folder, 'out'), 0o500)
    const refused = await exported(service)
    assert.deepEqual([refused.ExportStatus, refused.FailureCode], ['FAILED', 'S3AccessDenied'])
  }
  const { ExportArn } = await startExport(service)
  rmSync(join(buckets.folder, 'out'), { recursive: true })
  await service.control.runJobs()
  assert.equal((await described(service, ExportArn)).ExportStatus, 'FAILED')
  await service.close()
  buckets.remove()
})

test('An export goes on after its process died, and when its table is deleted', async () => {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('out')
  const faulty = await FaultyService.open({ clock, pitrLagMs: 0, buckets: buckets.options })
  await makeTable(faulty.service)
  for (let n = 0; n < 300; n += 1) await put(faulty.service, `i${n}`, 1)
  const { ExportArn } = await startExport(faulty.service)
  await succeed(faulty.service, 'DeleteTable', { TableName })
  for (const fault of ['crash-after', 'crash-before', 'crash-after'] as const) {
    faulty.nextFault = fault
    await faulty.service.control.runJobs().catch(() => {})
    await faulty.restart()
  }
  await faulty.service.control.runJobs()
  const description = await described(faulty.service, ExportArn)
  assert.equal(readExport(buckets, description).lines.length, 300)
  assert.equal(description.ItemCount, 300)
  await faulty.service.close()
  buckets.remove()
})

test('Of two nodes one exports, and the other goes on when it is gone', async () => {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('out')
  const store = await openTestStore()
  const options = { buckets: buckets.options, pitrLagMs: 0 }
  const first = await nodeOn(store, clock, 1, options)
  await first.service.beat()
  await makeTable(first.service)
  for (let n = 0; n < 60; n += 1) await put(first.service, `i${n}`, n)
  const second = await nodeOn(store, clock, 2, options)
  const { ExportArn } = await startExport(second.service)
  await first.service.close()
  second.steady.advance(minuteMs)
  await second.service.beat()
  await second.service.control.runJobs()
  assert.equal(readExport(buckets, await described(second.service, ExportArn)).lines.length, 60)
  await second.service.close()
  await store.close()
  buckets.remove()
})

test('A client token finds its export for eight hours, and refuses other parameters', async () => {
  const { service, clock, buckets } = await openRecovering()
  const first = await startExport(service, { ClientToken: 'one' })
  assert.equal((await startExport(service, { ClientToken: 'one' })).ExportArn, first.ExportArn)
  const other = await call(service, 'ExportTableToPointInTime', { TableArn, S3Bucket: 'out', S3Prefix: 'p', ClientToken: 'one' })
  assert.match(JSON.stringify(other.body), /ExportConflictException/)
  clock.advance(8 * hourMs)
  assert.notEqual((await startExport(service, { ClientToken: 'one' })).ExportArn, first.ExportArn)
  await service.close()
  buckets.remove()
})

test('What is forgotten of an export after ninety days is not its client token when that has begun another', async () => {
  const { service, clock, buckets } = await openRecovering()
  const first = await exported(service, { ClientToken: 'one' })
  clock.advance(90 * dayMs)
  const second = await startExport(service, { ClientToken: 'one' })
  assert.notEqual(second.ExportArn, first.ExportArn)
  await service.control.runJobs()
  assert.equal((await call(service, 'DescribeExport', { ExportArn: first.ExportArn })).exception, 'ExportNotFoundException')
  assert.equal((await startExport(service, { ClientToken: 'one' })).ExportArn, second.ExportArn)
  await service.close()
  buckets.remove()
})

/** As another region sees them, which may have the jobs. */
async function runJobsElsewhere(service: Service, clock: ManualClock): Promise<void> {
  const engine = engineOf(service.controlContext.engine, 'eu-west-1')
  const jobs = [...engineJobs(engine), ...transferJobs(engine)]
  while (await runDueJobs(jobs, clock)) {}
}

test('With isolated regions an export is shown, made and forgotten when the last table of its region is gone', async () => {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('out')
  const service = await openTestService('any', { clock, regions: 'isolated', buckets: buckets.options, pitrLagMs: 0 })
  const { engine } = service.controlContext
  await makeTable(service)
  for (let n = 0; n < 60; n += 1) await put(service, `i${n}`, n)
  const { ExportArn } = await startExport(service)
  await succeed(service, 'DeleteTable', { TableName })
  while (await runDueJobs(engineJobs(engine), clock)) {}
  assert.deepEqual(engine.catalog.regions(), [])
  const works = await transferWorks.list(engineOf(engine, 'eu-west-1'))
  assert.deepEqual(
    works.map(({ region, makes }) => [region, makes]),
    [['us-east-1', ExportArn]],
  )
  await runJobsElsewhere(service, clock)
  assert.equal(readExport(buckets, await described(service, ExportArn)).lines.length, 60)
  clock.advance(90 * dayMs)
  await runJobsElsewhere(service, clock)
  const kept = await engine.store.view(async (view) =>
    Promise.all([transferTag, transferLineTag].map((tag) => view.scan(prefixRange(Uint8Array.of(tag)), { entries: 10, bytes: 1 << 20 }))),
  )
  assert.deepEqual(
    kept.map(({ entries }) => entries.length),
    [0, 0],
  )
  await service.close()
  buckets.remove()
})

test('Exports are listed for ninety days, the last first, in pages', async () => {
  const { service, clock, buckets } = await openRecovering()
  const arns: unknown[] = []
  for (let n = 0; n < 5; n += 1) {
    arns.unshift((await startExport(service)).ExportArn)
    clock.advance(secondMs)
  }
  const listed: unknown[] = []
  let NextToken: unknown
  do {
    const page: Body = await succeed(service, 'ListExports', { TableArn, MaxResults: 2, ...(NextToken !== undefined && { NextToken }) })
    listed.push(...(page.ExportSummaries as readonly Body[]).map(({ ExportArn }) => ExportArn))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  assert.deepEqual(listed, arns)
  clock.advance(90 * dayMs)
  assert.deepEqual((await succeed(service, 'ListExports', {})).ExportSummaries, [])
  await service.close()
  buckets.remove()
})
