/** Copies into files and buckets that are broken off and go on: in the end all is there once. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { bucketSink } from '../../src/cli/copy/copy-buckets.ts'
import { askedFor } from '../../src/cli/copy/copy-command.ts'
import { readCopyEnd } from '../../src/cli/copy/copy-end.ts'
import { type CopyDone, runCopy } from '../../src/cli/copy/run-copy.ts'
import { openFolderBuckets } from '../../src/storage/buckets/folder-buckets.ts'

let folder: string
let source: string
let place: string
/** In pages of 500. */
const itemCount = 1100

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'stator-resumed-'))
  mkdirSync(join(folder, 'lake'))
  source = join(folder, 'source.json')
  place = join(folder, 'place')
  // Long enough for two objects of a bucket.
  const text = 'x'.repeat(20_000)
  writeFileSync(source, Array.from({ length: itemCount }, (_, n) => `{"Item":{"id":{"S":"i${n}"},"text":{"S":"${text}"}}}\n`).join(''))
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** Ends before so many items are remembered. */
function copy(to: string, { resumed = true, endsAt = Number.POSITIVE_INFINITY } = {}): Promise<CopyDone> {
  const asked = {
    from: readCopyEnd(source),
    to: readCopyEnd(to),
    withTables: false,
    sample: 1,
    key: undefined,
    rules: undefined,
    isSure: false,
    resumeFile: resumed ? place : undefined,
  }
  return runCopy(asked, {
    buckets: openFolderBuckets(folder),
    clientOf: () => assert.fail('there is no table'),
    onProgress: (items) => assert(items < endsAt, 'broken off'),
    onSkipped: (key) => assert.fail(`${key} was skipped`),
  })
}

function plainText(path: string): string {
  const bytes = readFileSync(path)
  if (path.endsWith('.gz')) return gunzipSync(bytes).toString()
  return path.endsWith('.zst') ? zstdDecompressSync(bytes).toString() : bytes.toString()
}

for (const ending of ['jsonl', 'csv', 'csv.gz', 'ion.gz', 'json.zst']) {
  test(`A copy into .${ending} that was broken off goes on, and the file holds what it would hold without`, async () => {
    const file = join(folder, `resumed.${ending}`)
    await assert.rejects(copy(file, { endsAt: 1000 }), /broken off/)
    assert(!existsSync(file))
    assert.equal((JSON.parse(readFileSync(place, 'utf8')) as CopyDone).written, 500)
    // A page of which the end is missing, as of a process that was killed.
    appendFileSync(`${file}.part`, 'half a pa')
    assert.deepEqual((await copy(file)).written, itemCount)
    assert.deepEqual([existsSync(place), existsSync(`${file}.part`)], [false, false])
    const whole = join(folder, `whole.${ending}`)
    await copy(whole, { resumed: false })
    assert(plainText(file) === plainText(whole), 'the two files differ')
  })
}

test('A file of which less is there than was remembered is not gone on with', async () => {
  const file = join(folder, 'short.jsonl')
  await assert.rejects(copy(file, { endsAt: 1000 }), /broken off/)
  truncateSync(`${file}.part`, 100)
  await assert.rejects(copy(file), /short\.jsonl\.part holds less than was copied: remove the file of --resume to begin anew/)
  rmSync(place)
})

test('A copy into a bucket that was broken off goes on behind the objects that were put', async () => {
  await assert.rejects(copy('s3://lake/a', { endsAt: itemCount }), /broken off/)
  const parts = join(folder, 'lake', 'a')
  assert.deepEqual(readdirSync(parts), ['part-000000.json.gz'])
  writeFileSync(join(parts, 'part-000001.json.gz'), 'put, and not remembered')
  assert.equal((await copy('s3://lake/a')).written, itemCount)
  assert.deepEqual(readdirSync(parts).sort(), ['part-000000.json.gz', 'part-000001.json.gz'])
  const text = readdirSync(parts)
    .sort()
    .map((name) => plainText(join(parts, name)))
    .join('')
  assert(text === readFileSync(source, 'utf8'))
  assert(!existsSync(place))
})

test('An object behind the own ones is overwritten although nothing more came, and others are not touched', async () => {
  const buckets = openFolderBuckets(folder)
  const end = { kind: 'bucket', bucket: 'lake', prefix: 'b' } as const
  const first = await bucketSink(buckets, end, {})
  await first.write([{ id: { S: 'a' } }])
  assert.equal(first.place(), undefined)
  await first.end()
  assert.deepEqual(first.place(), { objects: 1 })
  await buckets.put({ bucket: 'lake', key: 'b/part-000001.json.gz' }, Buffer.from('left over'))
  await (await bucketSink(buckets, end, { objects: 1 })).end()
  assert.equal(plainText(join(folder, 'lake', 'b', 'part-000001.json.gz')), '')
  await assert.rejects(bucketSink(buckets, end, { objects: 0 }), /b\/ holds objects already, such as b\/part-000001\.json\.gz/)
})

test('.parquet is not gone on with', () => {
  const given = new Map([['resume', place]])
  assert.throws(() => askedFor({ from: 'Orders', to: 'orders.parquet', withTables: false }, given), /--resume does not go with \.parquet/)
})
