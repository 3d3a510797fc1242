import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { TestBuckets } from '../../../test/harness/test-buckets.ts'
import { FaultyService } from '../../../test/model/faulty-service.ts'
import { dayMs, ManualClock } from '../../base/clock.ts'
import { type TransferTrim, trimTransfers } from '../../engine/jobs/trim-transfers.ts'
import { prefixRange, transferLineTag, transferTag } from '../../engine/keyspace/keys.ts'
import { sweepBudget } from '../../engine/limits.ts'
import type { Service } from '../../server/start.ts'

const startMs = 1_795_341_600_000

const TableCreationParameters = {
  TableName: 'Made',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byN', KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
}

const request = { S3BucketSource: { S3Bucket: 'in' }, InputFormat: 'DYNAMODB_JSON', TableCreationParameters }

async function open(): Promise<{ service: Service; buckets: TestBuckets }> {
  const buckets = new TestBuckets('in')
  const service = await openTestService('any', { clock: new ManualClock(startMs), buckets: buckets.options })
  return { service, buckets }
}

async function imported(service: Service, input: object = {}): Promise<Body> {
  const { ImportTableDescription } = await succeed(service, 'ImportTable', { ...request, ...input })
  await service.control.runJobs()
  const { ImportArn } = ImportTableDescription as Body
  return (await succeed(service, 'DescribeImport', { ImportArn })).ImportTableDescription as Body
}

async function scan(service: Service, input: object = {}): Promise<readonly string[]> {
  const { Items } = await succeed(service, 'Scan', { TableName: 'Made', ...input })
  return (Items as readonly Body[]).map((item) => JSON.stringify(item)).sort()
}

/** What the import tells of items that it could not put. */
async function faults(service: Service, { ImportArn }: Body): Promise<readonly Body[]> {
  const [, table = '', id = ''] = /table\/(.*)\/import\/(.*)$/.exec(String(ImportArn)) ?? []
  const { errors, errorCount } = await service.control.importErrors({ table, import: id })
  assert.equal(errorCount, errors.length)
  return errors as unknown as readonly Body[]
}

function counts({ ImportStatus, ErrorCount, ProcessedItemCount, ImportedItemCount, FailureCode }: Body): readonly unknown[] {
  return [ImportStatus, ErrorCount, ProcessedItemCount, ImportedItemCount, FailureCode]
}

const line = (id: string, n: number): string => `{"Item":{"id":{"S":"${id}"},"n":{"N":"${n}"}}}\n`

test('Objects below a prefix become a table with its indexes, which takes requests when all is there', async () => {
  const { service, buckets } = await open()
  const lines = Array.from({ length: 300 }, (_, n) => line(`i${n}`, n % 3))
  buckets.write('in/a/1.json', lines.slice(0, 100).join(''))
  buckets.write('in/a/2', `${lines.slice(100, 200).join('')}\n\n`)
  buckets.write('in/a/b/3.json', lines.slice(200).join('').trimEnd())
  buckets.write('in/other', 'not of it')
  const { ImportTableDescription } = await succeed(service, 'ImportTable', {
    ...request,
    S3BucketSource: { S3Bucket: 'in', S3KeyPrefix: 'a/' },
  })
  const begun = ImportTableDescription as Body
  assert.equal(begun.ImportStatus, 'IN_PROGRESS')
  assert.equal((await call(service, 'GetItem', { TableName: 'Made', Key: { id: { S: 'i1' } } })).status, 400)
  assert.equal((await call(service, 'DeleteTable', { TableName: 'Made' })).status, 400)
  await service.control.runJobs()
  const { ImportTableDescription: description } = await succeed(service, 'DescribeImport', { ImportArn: begun.ImportArn })
  assert.deepEqual(counts(description as Body), ['COMPLETED', 0, 300, 300, undefined])
  assert.equal((description as Body).ProcessedSizeBytes, lines.join('').length + 1)
  assert.equal((await scan(service)).length, 300)
  const { Count } = await succeed(service, 'Query', {
    TableName: 'Made',
    IndexName: 'byN',
    KeyConditionExpression: 'n = :n',
    ExpressionAttributeValues: { ':n': { N: '1' } },
  })
  assert.equal(Count, 100)
  const { Table } = await succeed(service, 'DescribeTable', { TableName: 'Made' })
  assert.deepEqual([(Table as Body).TableStatus, (Table as Body).ItemCount], ['ACTIVE', 300])
  await service.close()
  buckets.remove()
})

test('What an export writes an import reads, in both formats, compressed in either way', async () => {
  const { service, buckets } = await open()
  const item = {
    id: { S: 'all "types"\n\u0001 ü \u{1f600}' },
    n: { N: '-12.5' },
    tiny: { N: '1e-130' },
    huge: { N: '9.9e125' },
    B: { B: 'AAEC' },
    'odd name': { BOOL: true },
    null: { NULL: true },
    l: { L: [{ S: '' }, { L: [] }, { N: '0' }] },
    m: { M: { "it's": { M: {} }, __proto__x: { S: "'''" } } },
    ss: { SS: ['a', 'b"'] },
    ns: { NS: ['1', '2.25', '600'] },
    bs: { BS: ['AA==', '/w=='] },
  }
  await succeed(service, 'CreateTable', { ...TableCreationParameters, TableName: 'Source' })
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await succeed(service, 'UpdateContinuousBackups', { TableName: 'Source', PointInTimeRecoverySpecification })
  await succeed(service, 'PutItem', { TableName: 'Source', Item: item })
  const expected = JSON.stringify((await succeed(service, 'GetItem', { TableName: 'Source', Key: { id: item.id } })).Item)
  for (const format of ['DYNAMODB_JSON', 'ION']) {
    const TableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/Source'
    const { ExportDescription } = await succeed(service, 'ExportTableToPointInTime', { TableArn, S3Bucket: 'in', ExportFormat: format })
    await service.control.runJobs()
    const prefix = `AWSDynamoDB/${String((ExportDescription as Body).ExportArn)
      .split('/')
      .at(-1)}/data/`
    const source = { S3Bucket: 'in', S3KeyPrefix: prefix }
    const made = await imported(service, { S3BucketSource: source, InputFormat: format, InputCompressionType: 'GZIP' })
    assert.deepEqual(counts(made), ['COMPLETED', 0, 1, 1, undefined])
    assert.deepEqual(await scan(service), [expected])
    await succeed(service, 'DeleteTable', { TableName: 'Made' })
    await service.control.runJobs()
  }
  buckets.write('in/zstd/x', zstdCompressSync(Buffer.from(line('a', 1))))
  const made = await imported(service, { S3BucketSource: { S3Bucket: 'in', S3KeyPrefix: 'zstd' }, InputCompressionType: 'ZSTD' })
  assert.deepEqual(counts(made), ['COMPLETED', 0, 1, 1, undefined])
  await service.close()
  buckets.remove()
})

test('CSV has a header, quoted fields and types of keys, with any of the delimiters', async () => {
  const { service, buckets } = await open()
  buckets.write('in/x.csv', '\ufeffid,n,text\r\na,1,plain\r\nb,2,"with ""quotes"", and\nlines"\r\n\r\nc,,\r\n')
  assert.deepEqual(counts(await imported(service, { InputFormat: 'CSV' })), ['COMPLETED', 0, 3, 3, undefined])
  assert.deepEqual(await scan(service), [
    '{"id":{"S":"a"},"n":{"N":"1"},"text":{"S":"plain"}}',
    '{"id":{"S":"b"},"n":{"N":"2"},"text":{"S":"with \\"quotes\\", and\\nlines"}}',
    '{"id":{"S":"c"},"text":{"S":""}}',
  ])
  await succeed(service, 'DeleteTable', { TableName: 'Made' })
  await service.control.runJobs()
  buckets.write('in/x.csv', 'a\t1\nb\tx\n\t2\nc\t3\t4\n')
  const made = await imported(service, {
    InputFormat: 'CSV',
    InputFormatOptions: { Csv: { Delimiter: '\t', HeaderList: ['id', 'n'] } },
  })
  assert.deepEqual(counts(made), ['FAILED', 3, 4, 1, 'ItemValidationError'])
  const told = await faults(service, made)
  assert.deepEqual(told, [
    {
      itemS3Pointer: { bucket: 'in', key: 'x.csv', itemIndex: 1 },
      importArn: made.ImportArn,
      errorMessages: ['The parameter cannot be converted to a numeric value: x'],
    },
    {
      itemS3Pointer: { bucket: 'in', key: 'x.csv', itemIndex: 2 },
      importArn: made.ImportArn,
      errorMessages: ['One or more parameter values were invalid: Missing the key id in the item'],
    },
    {
      itemS3Pointer: { bucket: 'in', key: 'x.csv', itemIndex: 3 },
      importArn: made.ImportArn,
      errorMessages: ['Unable to parse the item: it has 3 fields where the header has 2'],
    },
  ])
  await succeed(service, 'DeleteTable', { TableName: 'Made' })
  await service.control.runJobs()
  buckets.write('in/x.csv', 'name,n\na,1\n')
  assert.deepEqual(counts(await imported(service, { InputFormat: 'CSV' })), ['FAILED', 1, 1, 0, 'ItemValidationError'])
  await service.close()
  buckets.remove()
})

test('Ion has values over many lines, comments, long strings and all kinds of numbers', async () => {
  const { service, buckets } = await open()
  buckets.write(
    'in/x.ion',
    `$ion_1_0 // a version
    { Item: { id: "a", n: 1_000., /* } */ hex: 0x10, float: 2.5e0, text: '''one ''' '''two''', 'a name': null.int, "other": [1, {}, ] , } }
    $ion_1_0 {Item:{id:"b",n:6d2,blob:{{ aGVs bG8= }},set:$dynamodb_NS::[1.,2.],esc:"\\x41\\u00fc\\n"}}
    {Item:{id:c,n:1.}}
    {Item:{id:"d",when:2020-01-01}} 5 {Item:{id:"e",n:1.}}`,
  )
  const made = await imported(service, { InputFormat: 'ION' })
  assert.deepEqual(counts(made), ['FAILED', 3, 5, 2, 'ItemValidationError'])
  assert.deepEqual(
    (await faults(service, made)).map(({ errorMessages }) => errorMessages),
    [
      ['Unable to parse the item: a value has no type that an attribute can have'],
      ['Unable to parse the item: a value has no type that an attribute can have'],
      ['Unable to parse the item: there is something behind the value'],
    ],
  )
  assert.deepEqual(await scan(service), [
    '{"id":{"S":"a"},"n":{"N":"1000"},"hex":{"N":"16"},"float":{"N":"2.5"},"text":{"S":"one two"},"a name":{"NULL":true},"other":{"L":[{"N":"1"},{"M":{}}]}}',
    '{"id":{"S":"b"},"n":{"N":"600"},"blob":{"B":"aGVsbG8="},"set":{"NS":["1","2"]},"esc":{"S":"Aü\\n"}}',
  ])
  await service.close()
  buckets.remove()
})

test('Damaged, truncated, mixed and hostile objects cost counted errors, and the good items stay', async () => {
  const { service, buckets } = await open()
  const deep = `{"Item":{"id":{"S":"deep"},"x":${'{"L":['.repeat(200_000)}${']}'.repeat(200_000)}}}\n`
  const bomb = gzipSync(Buffer.alloc(64 << 20, 0x20))
  const cases: readonly (readonly [name: string, body: string | Uint8Array, counts: readonly number[]])[] = [
    ['truncated gzip', gzipSync(Buffer.from(line('a', 1))).subarray(0, 20), [1, 1, 0]],
    ['no gzip', 'plain text', [1, 1, 0]],
    ['a bomb of one line', bomb, [1, 1, 0]],
    ['deep JSON', gzipSync(Buffer.from(deep + line('b', 1))), [1, 2, 1]],
    ['mixed', gzipSync(Buffer.from(`${line('c', 1)}{"Item":\n[1]\n{"Other":{}}\nid,n\n${line('d', 2)}`)), [4, 6, 2]],
    ['wrong kinds', gzipSync(Buffer.from('{"Item":{"id":{"S":1}}}\n{"Item":"x"}\n{"Item":{"id":{"S":"e","N":"1"}}}\n')), [3, 3, 0]],
    ['too large', gzipSync(Buffer.from(`{"Item":{"id":{"S":"f"},"t":{"S":"${'x'.repeat(410_000)}"}}}\n`)), [1, 1, 0]],
  ]
  for (const [name, body, [errors, all, good]] of cases) {
    buckets.write('in/x', body)
    const made = await imported(service, { InputCompressionType: 'GZIP' })
    assert.deepEqual(counts(made), ['FAILED', errors, all, good, 'ItemValidationError'], name)
    assert.equal((await scan(service)).length, good, name)
    await succeed(service, 'DeleteTable', { TableName: 'Made' })
    await service.control.runJobs()
  }
  const ion = `${'['.repeat(200_000)}${']'.repeat(200_000)} {Item:{id:"a",x:${'['.repeat(100)}${']'.repeat(100)}}} {Item:{id:"b"}} "endless`
  buckets.write('in/x', ion)
  assert.deepEqual(counts(await imported(service, { InputFormat: 'ION' })), ['FAILED', 3, 4, 1, 'ItemValidationError'])
  await succeed(service, 'DeleteTable', { TableName: 'Made' })
  await service.control.runJobs()
  buckets.write('in/x', `id,n\na,1\n"${'x,'.repeat(3_000_000)}`)
  assert.deepEqual(counts(await imported(service, { InputFormat: 'CSV' })), ['FAILED', 1, 2, 1, 'ItemValidationError'])
  await service.close()
  buckets.remove()
})

test('A bucket that is not there, or has nothing, fails the import and leaves no table', async () => {
  const { service, buckets } = await open()
  const missing = await imported(service, { S3BucketSource: { S3Bucket: 'nowhere' } })
  assert.deepEqual(counts(missing), ['FAILED', 0, 0, 0, 'S3NoSuchBucket'])
  assert.equal((await call(service, 'DescribeTable', { TableName: 'Made' })).status, 400)
  assert.deepEqual(counts(await imported(service)), ['FAILED', 0, 0, 0, 'S3NoSuchKey'])
  await service.close()
  buckets.remove()
})

test('After ninety days all that an import told is forgotten, a piece at a time, and with it the import', async () => {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('in')
  const service = await openTestService('any', { clock, buckets: buckets.options })
  buckets.write('in/x', 'bad\n'.repeat(2 * sweepBudget.entries + 100))
  const { ImportArn } = await imported(service)
  const { engine } = service.controlContext
  const kept = async (): Promise<readonly number[]> =>
    engine.store.view(async (view) => {
      const all = [transferTag, transferLineTag].map((tag) => view.scan(prefixRange(Uint8Array.of(tag)), { entries: 1000, bytes: 1 << 20 }))
      return (await Promise.all(all)).map(({ entries }) => entries.length)
    })
  assert.deepEqual(await kept(), [1, 2 * sweepBudget.entries + 100])
  clock.advance(90 * dayMs)
  const trim: TransferTrim = { rest: undefined }
  engine.schedule.hasten('trim transfers')
  assert.equal(await trimTransfers(engine, trim, clock.now()), true)
  assert.deepEqual(await kept(), [1, sweepBudget.entries + 100])
  while (await trimTransfers(engine, trim, clock.now())) {}
  assert.deepEqual(await kept(), [0, 0])
  assert.equal((await call(service, 'DescribeImport', { ImportArn })).exception, 'ImportNotFoundException')
  await service.close()
  buckets.remove()
})

test('An import goes on after its process died, and counts nothing twice', async () => {
  const clock = new ManualClock(startMs)
  const buckets = new TestBuckets('in')
  const faulty = await FaultyService.open({ clock, buckets: buckets.options })
  const lines = Array.from({ length: 400 }, (_, n) => (n % 50 === 7 ? 'bad\n' : line(`i${n}`, n)))
  buckets.write('in/1', gzipSync(Buffer.from(lines.slice(0, 250).join(''))))
  buckets.write('in/2', gzipSync(Buffer.from(lines.slice(250).join(''))))
  const { ImportTableDescription } = await succeed(faulty.service, 'ImportTable', { ...request, InputCompressionType: 'GZIP' })
  for (const fault of ['crash-after', 'crash-before', 'crash-after', 'crash-before'] as const) {
    for (let commits = 0; commits < 3; commits += 1) await succeed(faulty.service, 'ListTables', {})
    faulty.nextFault = fault
    await faulty.service.control.runJobs().catch(() => {})
    await faulty.restart()
  }
  await faulty.service.control.runJobs()
  const { ImportArn } = ImportTableDescription as Body
  const description = (await succeed(faulty.service, 'DescribeImport', { ImportArn })).ImportTableDescription as Body
  assert.deepEqual(counts(description), ['FAILED', 8, 400, 392, 'ItemValidationError'])
  assert.equal(description.ProcessedSizeBytes, lines.join('').length)
  assert.equal((await scan(faulty.service)).length, 392)
  assert.equal((await faults(faulty.service, description)).length, 8)
  await faulty.service.close()
  buckets.remove()
})
