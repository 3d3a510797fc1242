/** What exports write, read by what others read exports with: DuckDB and Amazon's own reader of Ion. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type CopyEnd, readCopyEnd } from '../../src/cli/copy/copy-end.ts'
import { runCopy } from '../../src/cli/copy/run-copy.ts'
import { openFolderBuckets } from '../../src/storage/buckets/folder-buckets.ts'
import { type Body, openTestService, succeed } from '../harness/service.ts'
import { TestBuckets } from '../harness/test-buckets.ts'
import { load, skipWithout } from './transfer-tools.ts'

const TableName = 'Orders'
const itemCount = 1000

interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): readonly Body[] }>
        closeSync(): void
      }>
    }>
  }
}

interface IonValue {
  get(...path: readonly string[]): IonValue | null
  stringValue(): string | null
  numberValue(): number | null
  annotations?: unknown
  getAnnotations(): readonly string[]
}

interface Ion {
  loadAll(text: Uint8Array): readonly IonValue[]
}

/** The folder of the data files. */
async function exported(buckets: TestBuckets, format: string, input: object = {}): Promise<string> {
  const service = await openTestService('any', { buckets: buckets.options, pitrLagMs: 0 })
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification })
  for (let n = 0; n < itemCount; n += 25) {
    const items = Array.from({ length: 25 }, (_, at) => ({
      id: { S: `i${n + at}` },
      n: { N: String(n + at) },
      price: { N: `${n + at}.25` },
      tags: { SS: [`t${n % 3}`, 'all'] },
      raw: { B: 'AAEC' },
    }))
    await succeed(service, 'BatchWriteItem', { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } })
  }
  const TableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders'
  const { ExportDescription } = await succeed(service, 'ExportTableToPointInTime', {
    TableArn,
    S3Bucket: 'lake',
    ExportFormat: format,
    ...input,
  })
  await service.control.runJobs()
  await service.close()
  return join(
    buckets.folder,
    'lake/AWSDynamoDB',
    String((ExportDescription as Body).ExportArn)
      .split('/')
      .at(-1) ?? '',
    'data',
  )
}

const sum = (itemCount * (itemCount - 1)) / 2

test('DuckDB reads as many items of an export as there are, with equal sums', { skip: skipWithout('@duckdb/node-api') }, async () => {
  const buckets = new TestBuckets('lake')
  const folder = await exported(buckets, 'DYNAMODB_JSON')
  const { DuckDBInstance } = await load<DuckDb>('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const read = await connection.runAndReadAll(`
    SELECT count(*) AS items, count(DISTINCT Item.id.S) AS ids, sum(CAST(Item.n.N AS BIGINT)) AS numbers,
      sum(CAST(Item.price.N AS DECIMAL(18, 2))) AS prices, sum(len(Item.tags.SS)) AS tags
    FROM read_json('${folder}/*.json.gz', format = 'newline_delimited')`)
  const [row] = read.getRowObjectsJson()
  connection.closeSync()
  assert.deepEqual(Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])), {
    items: itemCount,
    ids: itemCount,
    numbers: sum,
    prices: sum + itemCount / 4,
    tags: itemCount * 2,
  })
  buckets.remove()
})

test('The reader of Ion that is Amazon’s reads as many items of an export as there are, with equal sums', {
  skip: skipWithout('ion-js'),
}, async () => {
  const buckets = new TestBuckets('lake')
  const folder = await exported(buckets, 'ION')
  const { loadAll } = await load<Ion>('ion-js')
  let count = 0
  let total = 0
  for (const key of buckets.keys('lake').filter((each) => each.endsWith('.ion.gz'))) {
    assert.ok(join(buckets.folder, 'lake', key).startsWith(folder))
    for (const value of loadAll(gunzipSync(buckets.read(`lake/${key}`)))) {
      count += 1
      total += value.get('Item', 'n')?.numberValue() ?? Number.NaN
      assert.equal(value.get('Item', 'id')?.stringValue(), `i${value.get('Item', 'n')?.numberValue()}`)
      assert.deepEqual(value.get('Item', 'tags')?.getAnnotations(), ['$dynamodb_SS'])
    }
  }
  assert.deepEqual([count, total], [itemCount, sum])
  buckets.remove()
})

test('DuckDB reads the Parquet that a copy writes', { skip: skipWithout('@duckdb/node-api') }, async () => {
  const buckets = new TestBuckets()
  buckets.write(
    'rows.jsonl',
    Array.from({ length: itemCount }, (_, n) => `{"id":"i${n}","n":${n},"even":${n % 2 === 0},"tags":["a"]}\n`).join(''),
  )
  const end = (name: string): CopyEnd => readCopyEnd(join(buckets.folder, name))
  await runCopy(
    {
      from: end('rows.jsonl'),
      to: end('rows.parquet'),
      withTables: false,
      sample: 1,
      key: undefined,
      rules: undefined,
      isSure: false,
      resumeFile: undefined,
    },
    {
      buckets: openFolderBuckets(buckets.folder),
      clientOf: () => assert.fail('no table is asked'),
      onProgress: () => {},
      onSkipped: () => {},
    },
  )
  const { DuckDBInstance } = await load<DuckDb>('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const read = await connection.runAndReadAll(`
    SELECT count(*) AS items, count(DISTINCT id) AS ids, sum(n) AS numbers, count(*) FILTER (even) AS evens, min(tags) AS tags
    FROM read_parquet('${join(buckets.folder, 'rows.parquet')}')`)
  const [row] = read.getRowObjectsJson()
  connection.closeSync()
  assert.deepEqual(
    [Number(row?.items), Number(row?.ids), Number(row?.numbers), Number(row?.evens), row?.tags],
    [itemCount, itemCount, sum, itemCount / 2, '["a"]'],
  )
  buckets.remove()
})
