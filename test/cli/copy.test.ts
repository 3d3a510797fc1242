import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { findEndpoint } from '../../src/cli/asking/endpoint.ts'
import { anonymizerOf } from '../../src/cli/copy/anonymize.ts'
import { readCopyEnd } from '../../src/cli/copy/copy-end.ts'
import { type CopyAsked, type CopyDone, runCopy } from '../../src/cli/copy/run-copy.ts'
import { HttpClient } from '../../src/cli/load/http-client.ts'
import { type RunningStator, start } from '../../src/index.ts'
import { openFolderBuckets } from '../../src/storage/buckets/folder-buckets.ts'

const item = {
  id: { S: 'CUST#1' },
  at: { N: '7' },
  text: { S: 'quo"ted, \n ü' },
  big: { N: '12345678901234567890.5' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  bytes: { B: 'AAEC' },
  list: { L: [{ S: 'a' }, { N: '1' }, { M: {} }] },
  map: { M: { email: { S: 'ana@example.org' } } },
  tags: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
}

let server: RunningStator
let folder: string
const clients: HttpClient[] = []

before(async () => {
  server = await start({ port: 0, inMemory: true })
  folder = mkdtempSync(join(tmpdir(), 'stator-copy-'))
})

after(async () => {
  for (const client of clients) client.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function client(): Promise<HttpClient> {
  const opened = await HttpClient.open(await findEndpoint({ endpoint: server.endpoint }, {}), 4, systemClock)
  clients.push(opened)
  return opened
}

async function ask(operation: string, input: object): Promise<{ readonly [member: string]: unknown }> {
  const { status, body } = await (await client()).send(operation, JSON.stringify(input))
  assert.equal(status, 200, body)
  return JSON.parse(body) as { readonly [member: string]: unknown }
}

async function makeTable(TableName: string, count: number): Promise<void> {
  await ask('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'byAt', KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  })
  for (let n = 0; n < count; n += 1) await ask('PutItem', { TableName, Item: { ...item, id: { S: `CUST#${n}` }, at: { N: String(n) } } })
}

async function items(TableName: string): Promise<readonly string[]> {
  return ((await ask('Scan', { TableName })).Items as readonly { readonly [name: string]: unknown }[])
    .map((each) => JSON.stringify(Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))))
    .sort()
}

async function copy(from: string, to: string, asked: Partial<CopyAsked> = {}): Promise<CopyDone> {
  return runCopy(
    {
      from: readCopyEnd(from),
      to: readCopyEnd(to),
      withTables: true,
      sample: 1,
      key: undefined,
      anonymizer: undefined,
      resumeFile: undefined,
      ...asked,
    },
    { buckets: openFolderBuckets(folder), clientOf: client, onProgress: () => {} },
  )
}

test('Ends are tables of any endpoint, files and buckets', () => {
  assert.deepEqual(readCopyEnd('aws:eu-west-1:Orders'), {
    kind: 'table',
    tableName: 'Orders',
    region: 'eu-west-1',
    endpoint: 'https://dynamodb.eu-west-1.amazonaws.com',
  })
  assert.deepEqual(readCopyEnd('http://127.0.0.1:8000#Orders'), { kind: 'table', endpoint: 'http://127.0.0.1:8000', tableName: 'Orders' })
  assert.deepEqual(readCopyEnd('Orders'), { kind: 'table', tableName: 'Orders' })
  assert.deepEqual(readCopyEnd('a/b.ion.zst'), { kind: 'file', path: 'a/b.ion.zst', format: 'ion', compression: 'ZSTD' })
  assert.deepEqual(readCopyEnd('s3://lake/a/b'), { kind: 'bucket', bucket: 'lake', prefix: 'a/b' })
  assert.throws(() => readCopyEnd('a/b.txt'), { name: 'Error', message: /is no table, no file/ })
})

test('A table goes through each format and back with its definition, and nothing of it is lost', async () => {
  await makeTable('Source', 30)
  const expected = await items('Source')
  for (const [at, ending] of ['jsonl', 'json', 'ion', 'jsonl.gz', 'json.zst'].entries()) {
    const file = join(folder, `copy.${ending}`)
    assert.deepEqual([(await copy('Source', file)).written, existsSync(`${file}.part`)], [30, false])
    await copy(file, `Back${at}`)
    assert.deepEqual(await items(`Back${at}`), expected, ending)
  }
  await copy('Source', 'Beside')
  assert.deepEqual(await items('Beside'), expected)
  const { Table } = await ask('DescribeTable', { TableName: 'Beside' })
  assert.equal(((Table as { GlobalSecondaryIndexes: readonly object[] }).GlobalSecondaryIndexes ?? []).length, 1)
})

test('A bucket takes objects that imports read, and gives back those of exports', async () => {
  await makeTable('Lake', 20)
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'lake'))
  await copy('Lake', 's3://lake/a')
  await copy('s3://lake/a', 'Back', { withTables: false }).then(
    () => assert.fail('there is no table'),
    (error: Error) => assert.match(error.message, /There is no table Back/),
  )
  await makeTable('Back', 0)
  assert.equal((await copy('s3://lake/a', 'Back')).written, 20)
  assert.deepEqual(await items('Back'), await items('Lake'))
})

test('CSV has texts and numbers as they are, and keys of the types of the table', async () => {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, 'id,at,note\na,1,"x, y"\nb,2,\n')
  await makeTable('Rows', 0)
  await copy(file, 'Rows')
  assert.deepEqual(await items('Rows'), ['{"at":{"N":"1"},"id":{"S":"a"},"note":{"S":"x, y"}}', '{"at":{"N":"2"},"id":{"S":"b"}}'])
  await copy('Rows', join(folder, 'back.csv'))
  assert.deepEqual(readFileSync(join(folder, 'back.csv'), 'utf8').trim().split('\n').length, 3)
})

test('Parquet has a column for each attribute, and nothing of it is lost but null', async () => {
  await makeTable('Columns', 600)
  const file = join(folder, 'columns.parquet')
  assert.equal((await copy('Columns', file)).written, 600)
  assert.equal(existsSync(`${file}.part`), false)
  await copy(file, 'FromColumns')
  const withoutNull = (await items('Columns')).map((text) => text.replace('"nothing":{"NULL":true},', ''))
  assert.deepEqual(await items('FromColumns'), withoutNull)
})

test('A sample has whole item collections, and the same ones each time', async () => {
  await makeTable('Sampled', 100)
  const first = await copy('Sampled', join(folder, 's1.json'), { sample: 0.3 })
  assert.ok(first.written > 10 && first.written < 60, String(first.written))
  await copy('Sampled', join(folder, 's2.json'), { sample: 0.3 })
  assert.equal(readFileSync(join(folder, 's1.json'), 'utf8'), readFileSync(join(folder, 's2.json'), 'utf8'))
})

test('What is anonymised keeps prefixes and references, and tells nothing of what it was', async () => {
  await makeTable('People', 5)
  const rules = JSON.stringify({
    key: 'secret',
    rules: {
      id: { split: '#', parts: ['keep', { id: 'user' }] },
      at: 'keep',
      text: 'mask',
      'map.email': { email: 'user' },
      'tags[]': { id: 'tag' },
    },
  })
  const anonymizer = (text: string) => (keys: readonly string[]) => anonymizerOf(text, keys, { env: {}, isSure: false, random: 'r' })
  const { report } = await copy('People', 'Anonymous', { anonymizer: anonymizer(rules) })
  const made = (await items('Anonymous')).map(
    (text) => JSON.parse(text) as { readonly [name: string]: { readonly [type: string]: string } },
  )
  assert.equal(made.length, 5)
  for (const each of made) {
    assert.match(each['id']?.['S'] ?? '', /^CUST#[a-z0-9]{16}$/)
    assert.equal(each['text']?.['S'], 'xxx"xxx, \n x')
    assert.doesNotMatch(JSON.stringify(each), /ana@/)
  }
  assert.equal(new Set(made.map(({ id }) => id?.['S'])).size, 5)
  assert.equal(report.get('id split'), 5)
  await assert.rejects(
    copy('People', 'Other', { anonymizer: anonymizer('{"rules":{"id":"mask","at":"keep"}}') }),
    /Two values of the key attribute id/,
  )
  await assert.rejects(copy('People', 'Other', { anonymizer: anonymizer('{"rules":{"id":"keep"}}') }), /The key attribute at has no rule/)
  const keeping = anonymizer('{"rules":{"id":"keep","at":"keep","map.email":"keep"}}')
  await assert.rejects(copy('People', 'Other', { anonymizer: keeping }), /map\.email is kept, and looks as if it were of a person/)
})

test('A copy that was broken off goes on where it was', async () => {
  await makeTable('Long', 0)
  const file = join(folder, 'long.json')
  const lines = Array.from({ length: 1200 }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"at":{"N":"${n}"}}}\n`)
  writeFileSync(file, `${lines.slice(0, 1100).join('')}broken\n${lines.slice(1100).join('')}`)
  const resumeFile = join(folder, 'place')
  await assert.rejects(copy(file, 'Long', { resumeFile }), /Line 1101 is not JSON/)
  assert.equal((JSON.parse(readFileSync(resumeFile, 'utf8')) as { items: number }).items, 1000)
  writeFileSync(file, lines.join(''))
  const { read, written } = await copy(file, 'Long', { resumeFile })
  assert.deepEqual([read, written, existsSync(resumeFile)], [1200, 200, false])
  assert.equal((await ask('Scan', { TableName: 'Long', Select: 'COUNT' })).Count, 1200)
})
