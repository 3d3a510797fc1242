/**
 * Buckets that are the subfolders of a folder: the object `a/b.json` of the bucket `data` is the file `data/a/b.json`. Objects are
 * written beside their place and renamed, so that none is ever there by half. Nothing leads out of a bucket: neither a key nor a
 * symbolic link.
 */
import { randomBytes } from 'node:crypto'
import { constants, createReadStream, type Dirent } from 'node:fs'
import { access, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { compareBytes } from '../../base/bytes.ts'
import { md5 } from '../../base/digest.ts'
import { objectPieceBytes, objectsPerPageMax } from '../limits.ts'
import { BucketFault, type Buckets, faultOfS3, noSuchBucket, noSuchKey, type ObjectName, type ObjectPage } from './buckets.ts'

/** What begins so is being written. */
const unfinished = '.stator-'

export function openFolderBuckets(folder: string): Buckets {
  return {
    put: (name, body) => inWords(async () => putFile(await placeOf(folder, name), body)),
    list: (name, after) => inWords(async () => listFiles(await bucketFolder(folder, name.bucket), name.key, after)),
    read: (name) => readFile(folder, name),
  }
}

async function bucketFolder(folder: string, bucket: string): Promise<string> {
  if (!isPlainName(bucket)) throw noSuchBucket()
  const path = join(folder, bucket)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) throw noSuchBucket()
  return realpath(path)
}

/** A part of a key that is the name of a file, wherever the folder is. */
function isPlainName(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[\\/\0]/.test(part) && !part.startsWith(unfinished)
}

async function placeOf(folder: string, { bucket, key }: ObjectName): Promise<{ readonly root: string; readonly path: string }> {
  const root = await bucketFolder(folder, bucket)
  if (!key.split('/').every(isPlainName)) {
    throw faultOfS3({ status: 400, code: 'InvalidKey', message: `The key ${key} cannot be the name of a file` })
  }
  return { root, path: join(root, ...key.split('/')) }
}

async function putFile({ root, path }: { readonly root: string; readonly path: string }, body: Uint8Array): Promise<string> {
  const parent = dirname(path)
  await mkdir(parent, { recursive: true })
  await checkInside(root, parent)
  const beside = join(parent, `${unfinished}${randomBytes(8).toString('hex')}`)
  try {
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(body)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw error
  }
  const folder = await open(parent, 'r')
  await folder.sync().finally(() => folder.close())
  return etagOf(body)
}

/** As S3 makes it of an upload of one part. */
function etagOf(body: Uint8Array): string {
  return `${Buffer.from(md5(md5(body))).toString('hex')}-1`
}

async function checkInside(root: string, path: string): Promise<void> {
  const real = await realpath(path)
  if (real !== root && !real.startsWith(`${root}${sep}`)) {
    throw faultOfS3({ status: 403, code: 'AccessDenied', message: 'Access Denied' })
  }
}

async function listFiles(root: string, prefix: string, after: string | undefined): Promise<ObjectPage> {
  const found: { key: string; sizeBytes: number }[] = []
  for await (const key of keysBelow(root, '', { prefix, after })) {
    if (found.length === objectsPerPageMax) return { objects: found, isLast: false }
    const { size } = await stat(join(root, ...key.split('/')))
    found.push({ key, sizeBytes: size })
  }
  return { objects: found, isLast: true }
}

interface Wanted {
  readonly prefix: string
  readonly after: string | undefined
}

/** Keys of files in `folder`, itself a key that ends with `/` or nothing, in their order. Symbolic links are none. */
async function* keysBelow(root: string, folder: string, wanted: Wanted): AsyncGenerator<string> {
  const entries = await readdir(join(root, ...folder.split('/')), { withFileTypes: true })
  const keys = entries.filter(isSeen).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
  const bytes = new Map(keys.map((key) => [key, Buffer.from(key)]))
  keys.sort((a, b) => compareBytes(bytes.get(a) ?? Buffer.from(a), bytes.get(b) ?? Buffer.from(b)))
  for (const name of keys) {
    const key = `${folder}${name}`
    if (name.endsWith('/')) {
      if (mayHold(key, wanted)) yield* keysBelow(root, key, wanted)
    } else if (key.startsWith(wanted.prefix) && isBehind(key, wanted.after)) yield key
  }
}

function isSeen(entry: Dirent): boolean {
  return (entry.isFile() || entry.isDirectory()) && !entry.name.startsWith(unfinished)
}

function mayHold(folder: string, { prefix, after }: Wanted): boolean {
  const isOnTheWay = folder.startsWith(prefix) || prefix.startsWith(folder)
  return isOnTheWay && (after === undefined || after.startsWith(folder) || isBehind(folder, after))
}

function isBehind(key: string, after: string | undefined): boolean {
  return after === undefined || compareBytes(Buffer.from(key), Buffer.from(after)) > 0
}

async function* readFile(folder: string, name: ObjectName): AsyncGenerator<Uint8Array> {
  const stream = await inWords(async () => {
    const { root, path } = await placeOf(folder, name)
    await access(path, constants.R_OK)
    await checkInside(root, path)
    if (!(await stat(path)).isFile()) throw noSuchKey()
    return createReadStream(path, { highWaterMark: objectPieceBytes })
  })
  try {
    for await (const piece of stream) yield piece as Buffer
  } catch (error) {
    throw inS3Words(error)
  } finally {
    stream.destroy()
  }
}

async function inWords<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw inS3Words(error)
  }
}

function inS3Words(error: unknown): unknown {
  if (error instanceof BucketFault) return error
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return noSuchKey()
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return faultOfS3({ status: 403, code: 'AccessDenied', message: 'Access Denied' })
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ENAMETOOLONG':
      return faultOfS3({ status: 400, code: 'InvalidKey', message: `The key cannot be the name of a file: ${code}` })
    case 'ENOSPC':
    case 'EDQUOT':
      return new BucketFault('S3NoRoom', 'The disk of the bucket is full', { cause: error })
    default:
      return new BucketFault('S3InternalError', `The bucket cannot be used: ${message}`, { cause: error })
  }
}
