/** Objects of buckets as ends of a copy: written as DynamoDB JSON, compressed, as imports read it, and read in whatever format they are named for. */
import { gzipSync } from 'node:zlib'
import type { Buckets, FoundObject } from '../../storage/buckets/buckets.ts'
import type { Item } from '../../values/attribute-value.ts'
import { copyObjectBytes } from '../limits.ts'
import { type CopyEnd, fileNamed } from './copy-end.ts'
import { type ItemSink, lineOf, readItems, type SinkPlace } from './copy-files.ts'

type BucketEnd = Extract<CopyEnd, { kind: 'bucket' }>

/**
 * Goes on behind the objects of a place. Rejects when there is something else already: what is there and what would come could not be told
 * apart. The one object behind those of the place may be there, which was put before its place was remembered: it is put again.
 */
export async function bucketSink(buckets: Buckets, { bucket, prefix }: BucketEnd, place: SinkPlace): Promise<ItemSink> {
  const folder = prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`
  let text = ''
  let number = place.objects ?? 0
  const isAgain = await isThereBehind(buckets, { bucket, folder, ownCount: number, isResumed: place.objects !== undefined })
  const put = async (): Promise<void> => {
    await buckets.put({ bucket, key: `${folder}${partName(number)}` }, gzipSync(text))
    number += 1
    text = ''
  }
  return {
    write: async (items) => {
      text += items.map((item) => lineOf(item, 'json')).join('')
      if (text.length >= copyObjectBytes) await put()
    },
    end: async () => {
      if (text !== '' || number === 0 || (isAgain && number === place.objects)) await put()
    },
    drop: async () => {},
    place: () => (text === '' ? { objects: number } : undefined),
  }
}

function partName(number: number): string {
  return `part-${String(number).padStart(6, '0')}.json.gz`
}

interface OwnParts {
  readonly bucket: string
  readonly folder: string
  readonly ownCount: number
  readonly isResumed: boolean
}

/** Whether the object behind the own ones is there. Rejects when any other is. */
async function isThereBehind(buckets: Buckets, { bucket, folder, ownCount, isResumed }: OwnParts): Promise<boolean> {
  const lastOwn = ownCount === 0 ? undefined : `${folder}${partName(ownCount - 1)}`
  const behind = isResumed ? `${folder}${partName(ownCount)}` : undefined
  const { objects } = await buckets.list({ bucket, key: folder }, lastOwn)
  const odd = objects.find(({ key }) => key !== behind)
  if (odd !== undefined) throw new Error(`s3://${bucket}/${folder} holds objects already, such as ${odd.key}: name another prefix.`)
  return objects.length > 0
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
