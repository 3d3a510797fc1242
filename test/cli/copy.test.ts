import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { findEndpoint } from '../../src/cli/asking/endpoint.ts'
import { readRules } from '../../src/cli/copy/anonymize-rules.ts'
import { readCopyEnd } from '../../src/cli/copy/copy-end.ts'
import { type Patience, TableClient } from '../../src/cli/copy/copy-tables.ts'
import { type CopyAsked, type CopyDone, type CopyTools, runCopy } from '../../src/cli/copy/run-copy.ts'
import { HttpClient } from '../../src/cli/load/http-client.ts'
import { UsageError } from '../../src/cli/read-arguments.ts'
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

/** Waits no time. */
const patience: Patience = { wait: async () => {}, random: seededRandom(1) }

async function count(TableName: string): Promise<unknown> {
  return (await ask('Scan', { TableName, Select: 'COUNT' })).Count
}

async function copy(from: string, to: string, asked: Partial<CopyAsked> = {}, tools: Partial<CopyTools> = {}): Promise<CopyDone> {
  return runCopy(
    {
      from: readCopyEnd(from),
      to: readCopyEnd(to),
      withTables: true,
      sample: 1,
      key: undefined,
      rules: undefined,
      isSure: false,
      resumeFile: undefined,
      ...asked,
    },
    {
      buckets: openFolderBuckets(folder),
      clientOf: async () => new TableClient(await client(), patience),
      onProgress: () => {},
      onSkipped: (key) => assert.fail(`${key} was skipped`),
      ...tools,
    },
  )
}

test('Ends are tables of any endpoint, files and buckets', () => {
  assert.deepEqual(readCopyEnd('aws:eu-west-1:Orders'), {
    kind: 'table',
    tableName: 'Orders',
    isAws: true,
    region: 'eu-west-1',
  })
  assert.deepEqual(readCopyEnd('aws:Orders'), { kind: 'table', tableName: 'Orders', isAws: true })
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
  mkdirSync(join(folder, 'lake'))
  await copy('Lake', 's3://lake/a')
  await copy('s3://lake/a', 'Back', { withTables: false }).then(
    () => assert.fail('there is no table'),
    (error: Error) => assert.match(error.message, /There is no table Back/),
  )
  assert.equal((await copy('s3://lake/a', 'Back')).written, 20)
  assert.deepEqual(await items('Back'), await items('Lake'))
  const { Table } = await ask('DescribeTable', { TableName: 'Back' })
  assert.equal((Table as { GlobalSecondaryIndexes?: readonly object[] }).GlobalSecondaryIndexes?.length, 1)
  writeFileSync(join(folder, 'lake', 'a.table.json'), '{"KeySchema":[]}')
  await assert.rejects(copy('s3://lake/a', 'Another'), /^Error: s3:\/\/lake\/a\.table\.json is no definition of a table\.$/)
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

function rulesOf(text: string, isResumed = false): ReturnType<typeof readRules> {
  return readRules(text, { env: {}, isResumed, random: 'r' })
}

async function describeTable(TableName: string): Promise<{ readonly status: number }> {
  return (await client()).send('DescribeTable', JSON.stringify({ TableName }))
}

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
  const { report } = await copy('People', 'Anonymous', { rules: rulesOf(rules) })
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
    copy('People', 'Other', { rules: rulesOf('{"rules":{"id":"mask","at":"keep"}}') }),
    /Two values of the key attribute id/,
  )
  await assert.rejects(copy('People', 'Other', { rules: rulesOf('{"rules":{"id":"keep"}}') }), /The key attribute at has no rule/)
  assert.equal((await describeTable('Other')).status, 400, 'rules are checked before a table is made')
  const keeping = rulesOf('{"rules":{"id":"keep","at":"keep","map.email":"keep"}}')
  await assert.rejects(copy('People', 'Other', { rules: keeping }), /map\.email is kept, and looks as if it were of a person/)
})

test('A copy that was broken off goes on where it was', async () => {
  await makeTable('Long', 0)
  const file = join(folder, 'long.json')
  const lines = Array.from({ length: 1200 }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"at":{"N":"${n}"}}}\n`)
  writeFileSync(file, `${lines.slice(0, 1100).join('')}broken\n${lines.slice(1100).join('')}`)
  const resumeFile = join(folder, 'place')
  await assert.rejects(copy(file, 'Long', { resumeFile }), /Line 1101 is not JSON/)
  const { read: readBefore, written: writtenBefore } = JSON.parse(readFileSync(resumeFile, 'utf8')) as CopyDone
  assert.deepEqual([readBefore, writtenBefore], [1000, 1000])
  writeFileSync(file, lines.join(''))
  await assert.rejects(copy(file, 'Long', { resumeFile, sample: 0.5 }), /place is of a copy with another sample: name another file/)
  await assert.rejects(copy(file, 'Sampled', { resumeFile }), /of a copy with another target/)
  writeFileSync(`${file}l`, '')
  await assert.rejects(copy(`${file}l`, 'Long', { resumeFile }), /of a copy with another source/)
  const rules = rulesOf('{"key":"k","rules":{"id":"keep","at":"keep"}}', true)
  await assert.rejects(copy(file, 'Long', { resumeFile, rules }), /of a copy with another rules or key of pseudonyms/)
  const { read, written } = await copy(file, 'Long', { resumeFile })
  assert.deepEqual([read, written, existsSync(resumeFile)], [1200, 1200, false])
  assert.equal((await ask('Scan', { TableName: 'Long', Select: 'COUNT' })).Count, 1200)
})

test('A copy that goes on tells what was done to all of its items, and needs a key of its pseudonyms', async () => {
  await makeTable('Resumed', 0)
  const file = join(folder, 'resumed.json')
  const lines = Array.from({ length: 600 }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"at":{"N":"${n}"}}}\n`)
  writeFileSync(file, `${lines.join('')}broken\n`)
  const text = '{"key":"k","rules":{"id":"hash","at":"keep"}}'
  const asked = { resumeFile: join(folder, 'resumed.place'), rules: rulesOf(text, true) }
  await assert.rejects(copy(file, 'Resumed', asked), /Line 601 is not JSON/)
  writeFileSync(file, lines.join(''))
  const { report } = await copy(file, 'Resumed', asked)
  assert.deepEqual(Object.fromEntries(report), { 'id hash': 600, 'at keep': 600 })
  assert.equal((await ask('Scan', { TableName: 'Resumed', Select: 'COUNT' })).Count, 600)
  assert.throws(() => rulesOf(text.replace('"key":"k",', ''), true), UsageError)
})

test('A copy of a table goes on behind the key that it has come to', async () => {
  await makeTable('Pages', 0)
  const file = join(folder, 'pages.json')
  writeFileSync(file, Array.from({ length: 1100 }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"at":{"N":"${n}"}}}\n`).join(''))
  await copy(file, 'Pages')
  const resumeFile = join(folder, 'pages.place')
  const onProgress = (count: number): void => assert.ok(count < 1000, 'broken off')
  await assert.rejects(copy('Pages', 'OfPages', { resumeFile }, { onProgress }), /broken off/)
  const { read, next } = JSON.parse(readFileSync(resumeFile, 'utf8')) as { readonly read: number; readonly next: object }
  assert.deepEqual([read, Object.keys(next).sort()], [500, ['at', 'id']])
  const counts: number[] = []
  const done = await copy('Pages', 'OfPages', { resumeFile }, { onProgress: (count) => counts.push(count) })
  assert.deepEqual([done.read, done.written, counts], [1100, 1100, [1000, 1100]])
  assert.deepEqual(await count('OfPages'), 1100)
})

test('A file that says no place, or of a table that is gone, begins no copy', async () => {
  const file = join(folder, 'gone.json')
  writeFileSync(file, '{"Item":{"id":{"S":"a"},"at":{"N":"1"}}}\n'.repeat(500).concat('broken\n'))
  const resumeFile = join(folder, 'gone.place')
  for (const text of ['', '{"items":7}', 'null', '[]']) {
    writeFileSync(resumeFile, text)
    await assert.rejects(copy(file, 'Resumed', { resumeFile }), /gone\.place does not say how far a copy has come/)
  }
  rmSync(resumeFile)
  await makeTable('Gone', 0)
  await assert.rejects(copy(file, 'Gone', { resumeFile }), /Line 501/)
  await ask('DeleteTable', { TableName: 'Gone' })
  const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }]
  writeFileSync(`${file}.table.json`, JSON.stringify({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions }))
  await assert.rejects(copy(file, 'Gone', { resumeFile }), /The table that was copied to is gone/)
})

test('A bucket that holds objects is not written to, and what cannot be read of one is told', async () => {
  await makeTable('Objects', 3)
  mkdirSync(join(folder, 'filled', 'a'), { recursive: true })
  writeFileSync(join(folder, 'filled', 'a', 'notes.txt'), 'x')
  await assert.rejects(copy('Objects', 's3://filled/a'), /s3:\/\/filled\/a\/ holds objects already, such as a\/notes\.txt/)
  await assert.rejects(copy('Objects', 's3://filled'), /holds objects already/)
  assert.equal((await copy('Objects', 's3://filled/b')).written, 3)
  await assert.rejects(copy('Objects', 's3://filled/b'), /holds objects already, such as b\/part-000000\.json\.gz/)
  for (const name of ['manifest-summary.json', 'manifest-summary.md5', 'x.parquet', 'README'])
    writeFileSync(join(folder, 'filled', 'b', name), 'x')
  const skipped: string[] = []
  await makeTable('FromObjects', 0)
  assert.equal((await copy('s3://filled/b', 'FromObjects', {}, { onSkipped: (key) => skipped.push(key) })).written, 3)
  assert.deepEqual(skipped, ['b/README', 'b/x.parquet'])
})

test('Keys that are one number are one key: of twins in a page the last one is put, and a sample takes both or none', async () => {
  await makeTable('Twins', 0)
  const file = join(folder, 'twins.jsonl')
  writeFileSync(file, '{"id":"a","at":1,"n":1}\n{"id":"a","at":1.0,"n":2}\n{"id":"a","at":10e-1,"n":3}\n')
  assert.equal((await copy(file, 'Twins')).written, 1)
  assert.deepEqual(await items('Twins'), ['{"at":{"N":"1"},"id":{"S":"a"},"n":{"N":"3"}}'])
  const numbers = join(folder, 'numbers.jsonl')
  writeFileSync(numbers, Array.from({ length: 40 }, (_, n) => `{"n":${n + 1}}\n{"n":${n + 1}.0}\n`).join(''))
  await copy(numbers, join(folder, 'sampled.jsonl'), { sample: 0.5, key: 'n' })
  const lines = readFileSync(join(folder, 'sampled.jsonl'), 'utf8').trim().split('\n')
  assert.ok(lines.length > 10 && lines.length < 70, String(lines.length))
  assert.equal(lines.length, 2 * new Set(lines).size)
})

test('A file that cannot be written ends the copy with why, compressed or not', async () => {
  for (const ending of ['jsonl', 'jsonl.gz', 'json.zst', 'csv', 'parquet']) {
    const source = join(folder, 'empty-or-not.jsonl')
    for (const text of ['', '{"id":"a"}\n']) {
      writeFileSync(source, text)
      const file = join(folder, 'nowhere', `x.${ending}`)
      const message = `${file} cannot be written: its folder is not there.`
      await assert.rejects(copy(source, file), { message }, `${ending} ${text}`)
    }
  }
})

test('An item that the table does not take ends the copy with its line, and what was before it stays', async () => {
  await makeTable('Refusing', 0)
  const digits = '1'.repeat(39)
  const file = join(folder, 'refused.jsonl')
  const faults: readonly (readonly [string, RegExp])[] = [
    ['{"id":"a","at":1}\n\n{"id":"b","at":"7x"}\n{"id":"c","at":9}\n', /^Error: Line 3: BatchWriteItem: .*numeric value: 7x$/],
    ['{"id":"d","at":1}\n{"id":"e"}\n', /^Error: Line 2: BatchWriteItem: .*key/i],
    [`{"id":"f","at":1}\n{"id":"g","at":1,"n":${digits}}\n`, /^Error: Line 2: BatchWriteItem: .*38 significant digits/],
  ]
  for (const [text, message] of faults) {
    writeFileSync(file, text)
    await assert.rejects(copy(file, 'Refusing'), message)
  }
  const csv = join(folder, 'refused.csv')
  writeFileSync(csv, 'id,at\nh,1\ni,x\n')
  await assert.rejects(copy(csv, 'Refusing'), /^Error: Record 2: BatchWriteItem: /)
  const there = (await items('Refusing')).map((text) => (JSON.parse(text) as { readonly id: { readonly S: string } }).id.S)
  assert.deepEqual(there, ['a', 'd', 'f', 'h'])
})

test('A file that cannot be read is named, with why, before a table is missed', async () => {
  const line = '{"id":"a","at":1}\n'
  const files: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ['cut.jsonl.gz', gzipSync(line.repeat(1000)).subarray(0, 40), /cut\.jsonl\.gz cannot be read: its end is missing\.$/],
    ['plain.jsonl.gz', line, /plain\.jsonl\.gz cannot be read: it is not compressed as its name says, or damaged \(.*\)\.$/],
    ['plain.jsonl.zst', line, /plain\.jsonl\.zst cannot be read: it is not compressed as its name says, or damaged \(.*\)\.$/],
  ]
  await makeTable('Reading', 0)
  for (const [name, bytes, message] of files) {
    writeFileSync(join(folder, name), bytes)
    await assert.rejects(copy(join(folder, name), 'Reading'), { message })
  }
  await assert.rejects(copy(join(folder, 'nothere.csv'), 'nothere'), { message: /nothere\.csv cannot be read: there is no such file\.$/ })
  mkdirSync(join(folder, 'folder.csv'))
  await assert.rejects(copy(join(folder, 'folder.csv'), 'Reading'), { message: /folder\.csv cannot be read: it is a folder\.$/ })
})

test('A name that ends like a file of no format that is known is told so', async () => {
  await makeTable('Ending', 0)
  const message = /^There is no table rt\.foo, and \.foo is no ending of a file that is known \(\.jsonl, .*\)\.$/
  await assert.rejects(copy('Ending', 'rt.foo', { withTables: false }), { message })
  await assert.rejects(copy('rt.foo', 'Ending'), { message })
  await assert.rejects(copy('Ending', 'rtfoo', { withTables: false }), {
    message: /^There is no table rtfoo: make it, or say --with tables/,
  })
})
