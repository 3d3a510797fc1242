import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { BucketFault, Buckets } from './buckets.ts'
import { openFolderBuckets } from './folder-buckets.ts'

function openIn(t: TestContext): { buckets: Buckets; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'stator-folder-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'data'))
  return { buckets: openFolderBuckets(folder), folder }
}

async function read(buckets: Buckets, bucket: string, key: string): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of buckets.read({ bucket, key })) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: BucketFault) => error.code,
  )
}

test('An object is a file below the folder of its bucket, whole or not there', async (t) => {
  const { buckets, folder } = openIn(t)
  const etag = await buckets.put({ bucket: 'data', key: 'a/b.json' }, Buffer.from('one'))
  assert.match(etag, /^[0-9a-f]{32}-1$/)
  await buckets.put({ bucket: 'data', key: 'a/b.json' }, Buffer.from('two'))
  assert.equal(await read(buckets, 'data', 'a/b.json'), 'two')
  assert.deepEqual(readdirSync(join(folder, 'data/a')), ['b.json'])
  assert.equal(await codeOf(buckets.put({ bucket: 'data', key: 'a/b.json/c' }, Buffer.from('x'))), 'S3InvalidKey')
  assert.equal(await codeOf(buckets.put({ bucket: 'data', key: 'a' }, Buffer.from('x'))), 'S3InvalidKey')
  assert.deepEqual(readdirSync(join(folder, 'data')), ['a'])
})

test('Neither a key nor a link leads out of a bucket', async (t) => {
  const { buckets, folder } = openIn(t)
  writeFileSync(join(folder, 'secret'), 'x')
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'data/link'))
  symlinkSync(join(folder, 'secret'), join(folder, 'data/file'))
  for (const key of ['../secret', 'a/../../secret', './x', '/etc/passwd', 'a//b', '', 'a\\..\\b', 'nul\0', '.stator-x']) {
    assert.equal(await codeOf(buckets.put({ bucket: 'data', key }, Buffer.from('x'))), 'S3InvalidKey', key)
    assert.equal(await codeOf(read(buckets, 'data', key)), 'S3InvalidKey', key)
  }
  assert.equal(await codeOf(buckets.put({ bucket: 'data', key: 'link/x' }, Buffer.from('x'))), 'S3AccessDenied')
  assert.equal(await codeOf(read(buckets, 'data', 'file')), 'S3AccessDenied')
  for (const bucket of ['..', '.', '', 'a/b', 'secret'])
    assert.equal(await codeOf(read(buckets, bucket, 'secret')), 'S3NoSuchBucket', bucket)
  assert.deepEqual(readdirSync(join(folder, 'elsewhere')), [])
  assert.deepEqual(await buckets.list({ bucket: 'data', key: '' }, undefined), { objects: [], isLast: true })
})

test('Objects are listed in the order of the bytes of their keys, in pages, by any prefix', async (t) => {
  const { buckets, folder } = openIn(t)
  const keys = ['a', 'a-b', 'a.json', 'a/1', 'a/1/2', 'a0', 'ab/é', 'ab/z', 'ab/\u{10000}', 'ab/\uffee']
  for (const key of keys.filter((each) => each !== 'a' && each !== 'a/1')) await buckets.put({ bucket: 'data', key }, Buffer.from(key))
  writeFileSync(join(folder, 'data/.stator-unfinished'), 'x')
  const order = keys.filter((each) => each !== 'a' && each !== 'a/1').sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const { objects } = await buckets.list({ bucket: 'data', key: '' }, undefined)
  assert.deepEqual(
    objects.map(({ key }) => key),
    order,
  )
  const below = await buckets.list({ bucket: 'data', key: 'ab/' }, 'ab/z')
  assert.deepEqual(
    below.objects.map(({ key }) => key),
    order.filter((key) => key.startsWith('ab/') && Buffer.compare(Buffer.from(key), Buffer.from('ab/z')) > 0),
  )
  assert.deepEqual((await buckets.list({ bucket: 'data', key: 'a/1' }, undefined)).objects, [{ key: 'a/1/2', sizeBytes: 5 }])
  for (let n = 0; n < 1001; n += 1) writeFileSync(join(folder, 'data', `n${String(n).padStart(4, '0')}`), '')
  const first = await buckets.list({ bucket: 'data', key: 'n' }, undefined)
  assert.deepEqual([first.objects.length, first.isLast], [1000, false])
  const second = await buckets.list({ bucket: 'data', key: 'n' }, first.objects.at(-1)?.key)
  assert.deepEqual([second.objects.map(({ key }) => key), second.isLast], [['n1000'], true])
})
