import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { TestBuckets } from '../../../test/harness/test-buckets.ts'
import { FaultyService } from '../../../test/model/faulty-service.ts'
import { bulkOperationsAtOnceMax } from '../../api/limits.ts'
import { ManualClock, secondMs } from '../../base/clock.ts'
import type { Service } from '../../server/start.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byN', KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
}

const request = {
  TableName,
  InputS3Configuration: { S3Bucket: 'in', InputFormat: 'DYNAMODB_JSON' },
  OutputS3Configuration: { S3Bucket: 'out', S3KeyPrefix: 'reports', OutputType: ['ERROR', 'CONDITION_CHECK_FAILURE'] },
}

async function open(): Promise<{ service: Service; buckets: TestBuckets; clock: ManualClock }> {
  const buckets = new TestBuckets('in', 'out')
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, buckets: buckets.options })
  await succeed(service, 'CreateTable', definition)
  return { service, buckets, clock }
}

async function start(service: Service, input: object = {}): Promise<Body> {
  return (await succeed(service, 'StartBulkPutItems', { ...request, ...input })).BulkOperationDescription as Body
}

async function described(service: Service, { BulkOperationArn }: Body): Promise<Body> {
  return (await succeed(service, 'DescribeBulkOperation', { BulkOperationArn })).BulkOperationDescription as Body
}

async function count(service: Service): Promise<unknown> {
  return (await succeed(service, 'Scan', { TableName, Select: 'COUNT' })).Count
}

const line = (id: string, n: number, more = ''): string => `{"Item":{"id":{"S":"${id}"},"n":{"N":"${n}"}}${more}}\n`

test('Items of objects are put into a table that is there, each on its own condition, and what was not is reported', async () => {
  const { service, buckets } = await open()
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: 'there' }, n: { N: '1' } } })
  const onlyNew = ',"ConditionExpression":"attribute_not_exists(#i)","ExpressionAttributeNames":{"#i":"id"}'
  const ifSmall = ',"ConditionExpression":"n < :n","ExpressionAttributeValues":{":n":{"N":"5"}}'
  buckets.write('in/1', line('a', 1) + line('b', 2, onlyNew) + line('there', 3, onlyNew) + line('a', 7))
  buckets.write('in/2', `${line('there', 4, ifSmall)}bad\n${line('c', 1, ',"ConditionExpression":"x +"')}{"Item":{"n":{"N":"1"}}}\n`)
  const begun = await start(service)
  assert.equal(begun.BulkOperationStatus, 'IN_PROGRESS')
  await service.control.runJobs()
  const done = await described(service, begun)
  assert.deepEqual(
    [done.BulkOperationStatus, done.ProcessedItemCount, done.FailedItemCount, done.TotalInputBytes],
    ['COMPLETED_WITH_ERRORS', 8, 3, buckets.read('in/1').length + buckets.read('in/2').length],
  )
  const items = (await succeed(service, 'Scan', { TableName })).Items as readonly { id: { S: string }; n: { N: string } }[]
  assert.deepEqual(items.map(({ id, n }) => `${id.S}=${n.N}`).sort(), ['a=7', 'b=2', 'there=4'])
  const { TableName: name, Table, GlobalSecondaryIndexes } = (done.BulkOperationUsage as readonly Body[])[0] ?? {}
  assert.deepEqual([name, Table, GlobalSecondaryIndexes], [TableName, { BulkPutBytes: 22 }, { byN: { BulkPutBytes: 22 } }])
  const id = String(begun.BulkOperationArn).split('/').at(-1)
  const manifest = JSON.parse(buckets.read(`out/reports/AWSDynamoDB/${id}/manifest.json`).toString()) as {
    readonly files: readonly { readonly outputType: string; readonly itemCount: number; readonly dataFileS3Key: string }[]
  }
  assert.deepEqual(
    manifest.files.map(({ outputType, itemCount }) => [outputType, itemCount]),
    [
      ['ERROR', 3],
      ['CONDITION_CHECK_FAILURE', 1],
    ],
  )
  const lines = manifest.files.flatMap(({ dataFileS3Key }) => buckets.gunzip(`out/${dataFileS3Key}`).trim().split('\n'))
  assert.deepEqual(JSON.parse(lines[3] ?? ''), {
    itemS3Pointer: { bucket: 'in', key: '1', itemIndex: 2 },
    Item: { id: { S: 'there' }, n: { N: '3' } },
    ExistingItem: { id: { S: 'there' }, n: { N: '1' } },
  })
  await service.close()
  buckets.remove()
})

test('No more is put in a second than was asked for, and one that is cancelled stops where it is', async () => {
  const { service, buckets, clock } = await open()
  const lines = Array.from({ length: 3000 }, (_, n) => line(`i${n}`, n))
  buckets.write('in/1', gzipSync(Buffer.from(lines.join(''))))
  const begun = await start(service, {
    InputS3Configuration: { ...request.InputS3Configuration, InputCompressionType: 'GZIP' },
    MaxWriteRequestUnits: 1024,
  })
  await service.control.runJobs()
  assert.equal(await count(service), 1025)
  clock.advance(secondMs)
  await service.control.runJobs()
  assert.equal(await count(service), 2050)
  const { BulkOperationStatus } = await succeed(service, 'CancelBulkOperation', { BulkOperationArn: begun.BulkOperationArn })
  assert.equal(BulkOperationStatus, 'CANCELLING')
  clock.advance(secondMs)
  await service.control.runJobs()
  const { BulkOperationStatus: status, ProcessedItemCount } = await described(service, begun)
  assert.deepEqual([status, ProcessedItemCount, await count(service)], ['CANCELLED', 2050, 2050])
  const again = await succeed(service, 'CancelBulkOperation', { BulkOperationArn: begun.BulkOperationArn })
  assert.equal(again.BulkOperationStatus, 'CANCELLED')
  await service.close()
  buckets.remove()
})

test('A bulk operation goes on after its process died, and counts nothing twice', async () => {
  const buckets = new TestBuckets('in', 'out')
  const faulty = await FaultyService.open({ clock: new ManualClock(startMs), buckets: buckets.options })
  await succeed(faulty.service, 'CreateTable', definition)
  buckets.write('in/1', Array.from({ length: 300 }, (_, n) => (n === 70 ? 'bad\n' : line(`i${n}`, n))).join(''))
  const begun = await start(faulty.service)
  for (const fault of ['crash-after', 'crash-before', 'crash-after'] as const) {
    faulty.nextFault = fault
    await faulty.service.control.runJobs().catch(() => {})
    await faulty.restart()
  }
  await faulty.service.control.runJobs()
  const { BulkOperationStatus, ProcessedItemCount, FailedItemCount } = await described(faulty.service, begun)
  assert.deepEqual([BulkOperationStatus, ProcessedItemCount, FailedItemCount], ['COMPLETED_WITH_ERRORS', 300, 1])
  assert.equal(await count(faulty.service), 299)
  await faulty.service.close()
  buckets.remove()
})

test('Of bulk operations that are asked for at once no more begin than may run', async () => {
  const { service, buckets } = await open()
  const asked = Array.from({ length: bulkOperationsAtOnceMax + 5 }, () => call(service, 'StartBulkPutItems', request))
  const refused = (await Promise.all(asked)).filter(({ status }) => status !== 200)
  assert.deepEqual(
    refused.map(({ exception }) => exception),
    Array.from({ length: 5 }, () => 'LimitExceededException'),
  )
  await service.close()
  buckets.remove()
})

test('A bulk operation fails without its bucket, for its table, and is shown and cancelled as a job', async () => {
  const { service, buckets } = await open()
  buckets.write('in/1', line('a', 1))
  const noBucket = await start(service, { InputS3Configuration: { S3Bucket: 'nowhere', InputFormat: 'ION' } })
  await service.control.runJobs()
  const failed = await described(service, noBucket)
  assert.deepEqual([failed.BulkOperationStatus, failed.FailureCode], ['FAILED', 'S3NoSuchBucket'])
  const noOutput = await start(service, { OutputS3Configuration: { S3Bucket: 'nowhere', OutputType: ['ERROR'] } })
  await service.control.runJobs()
  assert.equal((await described(service, noOutput)).FailureCode, 'S3NoSuchBucket')
  const watched = await start(service)
  const { jobs } = await service.control.jobs()
  const job = jobs.find(({ kind }) => kind === 'bulk put')
  assert.deepEqual([job?.makes, job?.canBeCancelled], [watched.BulkOperationArn, true])
  await service.control.cancelJob({ job: job?.id ?? '' })
  assert.equal((await described(service, watched)).BulkOperationStatus, 'CANCELLING')
  const gone = await start(service)
  await succeed(service, 'DeleteTable', { TableName })
  await service.control.runJobs()
  assert.equal((await described(service, gone)).FailureCode, 'TableNotFound')
  assert.equal((await call(service, 'StartBulkPutItems', request)).status, 400)
  await service.close()
  buckets.remove()
})
