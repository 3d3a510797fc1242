/** Objects of buckets as ends of a copy: written as DynamoDB JSON, compressed, as imports read it, and read in whatever format they are named for. */
import { gzipSync } from 'node:zlib'
import type { Buckets, FoundObject } from '../../storage/buckets/buckets.ts'
import type { Item } from '../../values/attribute-value.ts'
import { copyObjectBytes } from '../limits.ts'
import { type CopyEnd, fileNamed } from './copy-end.ts'
import { type ItemSink, lineOf, readItems } from './copy-files.ts'

type BucketEnd = Extract<CopyEnd, { kind: 'bucket' }>

/** Rejects when there is something already: what is there and what would come could not be told apart. */
export async function bucketSink(buckets: Buckets, { bucket, prefix }: BucketEnd): Promise<ItemSink> {
  const folder = prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`
  const { objects } = await buckets.list({ bucket, key: folder }, undefined)
  const [first] = objects
  if (first !== undefined) throw new Error(`s3://${bucket}/${folder} holds objects already, such as ${first.key}: name another prefix.`)
  let text = ''
  let number = 0
  const put = async (): Promise<void> => {
    const name = `part-${String(number).padStart(6, '0')}.json.gz`
    number += 1
    await buckets.put({ bucket, key: `${folder}${name}` }, gzipSync(text))
    text = ''
  }
  return {
    write: async (items) => {
      text += items.map((item) => lineOf(item, 'json')).join('')
      if (text.length >= copyObjectBytes) await put()
    },
    end: async () => {
      if (text !== '' || number === 0) await put()
    },
    drop: async () => {},
  }
}

/** `onSkipped` hears of objects whose names are of no format that can be read here. */
export async function* readBucket(
  buckets: Buckets,
  { bucket, prefix }: BucketEnd,
  onSkipped: (key: string) => void,
): AsyncGenerator<readonly Item[]> {
  for await (const { key } of objectsIn(buckets, { bucket, prefix })) {
    // What exports say of themselves is no items.
    if (/(^|\/)(manifest[^/]*|_started|[^/]*\.table\.json)$/.test(key)) continue
    const form = fileNamed(key)
    if (form === undefined || form.format === 'parquet') onSkipped(key)
    else yield* readItems(buckets.read({ bucket, key }), form, `s3://${bucket}/${key}`)
  }
}

async function* objectsIn(buckets: Buckets, { bucket, prefix }: Pick<BucketEnd, 'bucket' | 'prefix'>): AsyncGenerator<FoundObject> {
  let after: string | undefined
  for (;;) {
    const { objects, isLast } = await buckets.list({ bucket, key: prefix }, after)
    yield* objects
    after = objects.at(-1)?.key
    if (isLast || after === undefined) return
  }
}
