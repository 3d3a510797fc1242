/**
 * The records of all objects below a prefix, in small batches, from where an earlier reading has come to: object after object in the order
 * of keys, each decompressed and taken apart as it comes. Whatever an object holds, no more of it is in memory than a piece and a record.
 */
import { pipeline, Readable, type Transform } from 'node:stream'
// By its default: see cli/require-node.ts.
import zlib from 'node:zlib'
import { BucketFault, type Buckets, type FoundObject, type ObjectName } from '../../storage/buckets/buckets.ts'
import type { FileRecord, RecordReader } from '../../values/files/file-record.ts'
import { importBudget } from '../limits.ts'
import { objectName } from './object-names.ts'

export interface ObjectSource {
  /** Its key is the prefix. */
  readonly name: ObjectName
  readonly compression: 'NONE' | 'GZIP' | 'ZSTD'
  readonly reader: () => RecordReader
}

interface AskedObjects {
  readonly S3Bucket: string
  readonly S3BucketOwner?: string
  readonly S3KeyPrefix?: string
}

export function objectSource(
  asked: AskedObjects,
  compression: ObjectSource['compression'] | undefined,
  reader: () => RecordReader,
): ObjectSource {
  return { name: objectName(asked, asked.S3KeyPrefix ?? ''), compression: compression ?? 'NONE', reader }
}

/** How far a reading has come. */
export interface ReadPlace {
  /** The last object that is done. */
  readonly doneKey?: string
  /** How many records of the next one are. */
  readonly records: number
}

export interface Batch {
  readonly key: string
  readonly records: readonly FileRecord[]
  /** Of the object, with these. */
  readonly recordsDone: number
  /** Of the object, uncompressed, as far as it was read. */
  readonly bytes: number
  readonly isObjectDone: boolean
}

/** Rejects with BucketFault. */
export async function* readObjects(buckets: Buckets, source: ObjectSource, place: ReadPlace): AsyncGenerator<Batch> {
  let { records } = place
  for await (const { key } of objectsBehind(buckets, source.name, place.doneKey)) {
    yield* readObject(buckets, source, { key, skipped: records })
    records = 0
  }
}

export async function* objectsBehind(buckets: Buckets, name: ObjectName, doneKey: string | undefined): AsyncGenerator<FoundObject> {
  let after = doneKey
  for (;;) {
    const { objects, isLast } = await buckets.list(name, after)
    // What ends so stands for a folder where people look at buckets.
    for (const object of objects) if (!object.key.endsWith('/')) yield object
    after = objects.at(-1)?.key
    if (isLast || after === undefined) return
  }
}

interface ObjectPlace {
  readonly key: string
  /** Records that are done already. */
  readonly skipped: number
}

async function* readObject(buckets: Buckets, source: ObjectSource, { key, skipped }: ObjectPlace): AsyncGenerator<Batch> {
  const reader = source.reader()
  const decoder = new TextDecoder()
  let done = 0
  let bytes = 0
  let records: FileRecord[] = []
  let length = 0
  const take = function* (found: Iterable<FileRecord>): Generator<Batch> {
    for (const record of found) {
      done += 1
      if (done <= skipped) continue
      records.push(record)
      if (records.length < importBudget.entries && length < importBudget.bytes) continue
      yield { key, records, recordsDone: done, bytes, isObjectDone: false }
      records = []
      length = 0
    }
  }
  try {
    for await (const piece of decompressed(buckets.read({ ...source.name, key }), source.compression)) {
      bytes += piece.length
      length += piece.length
      yield* take(reader.push(decoder.decode(piece, { stream: true })))
    }
    yield* take(reader.push(decoder.decode()))
    yield* take(reader.end())
  } catch (error) {
    if (!isZlibError(error)) throw error
    yield* take([{ kind: 'broken', reason: `Unable to decompress the object: ${error.message}` }])
  }
  yield { key, records, recordsDone: done, bytes, isObjectDone: true }
}

function isZlibError(error: unknown): error is Error {
  const { code = '' } = error as NodeJS.ErrnoException
  return !(error instanceof BucketFault) && /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(String(code))
}

async function* decompressed(bytes: AsyncIterable<Uint8Array>, compression: ObjectSource['compression']): AsyncGenerator<Uint8Array> {
  if (compression === 'NONE') {
    yield* bytes
    return
  }
  const transform: Transform = compression === 'GZIP' ? zlib.createGunzip() : zlib.createZstdDecompress()
  // What fails in front of it fails it, too.
  pipeline(Readable.from(bytes, { objectMode: true }), transform, () => {})
  try {
    for await (const piece of transform) yield piece as Buffer
  } finally {
    transform.destroy()
  }
}
