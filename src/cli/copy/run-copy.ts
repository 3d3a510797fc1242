/** A copy from one end to the other: pages of items come, are sampled and anonymised, and go, and how far it has come may be remembered. */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Buckets } from '../../storage/buckets/buckets.ts'
import type { Item } from '../../values/attribute-value.ts'
import { copyCreateWaitMs, copyObjectBytes } from '../limits.ts'
import type { HttpClient } from '../load/http-client.ts'
import type { Anonymizer } from './anonymize.ts'
import { type CopyEnd, fileNamed } from './copy-end.ts'
import { type FileForm, fileSink, type ItemSink, lineOf, readFileBytes, readItems } from './copy-files.ts'
import { ask, scanTable, tableSink } from './copy-tables.ts'
import { type Described, definitionOf, describe } from './definitions.ts'
import { parquetSink, readParquet } from './parquet-files.ts'

export interface CopyTools {
  readonly buckets: Buckets
  /** Of a table's endpoint. */
  readonly clientOf: (end: Extract<CopyEnd, { kind: 'table' }>) => Promise<HttpClient>
  readonly onProgress: (items: number) => void
}

export interface CopyAsked {
  readonly from: CopyEnd
  readonly to: CopyEnd
  readonly withTables: boolean
  /** 0 to 1, of item collections. */
  readonly sample: number
  readonly key: string | undefined
  /** Made when the keys are known. */
  readonly anonymizer: ((keyNames: readonly string[]) => Anonymizer) | undefined
  /** A file that remembers how far it has come. */
  readonly resumeFile: string | undefined
}

export interface CopyDone {
  readonly read: number
  readonly written: number
  readonly report: ReadonlyMap<string, number>
}

/** Where a copy goes on: behind a key of the table, or behind so many items of files. */
interface Place {
  readonly next?: Item
  readonly items: number
}

export async function runCopy(asked: CopyAsked, tools: CopyTools): Promise<CopyDone> {
  const source = asked.from.kind === 'table' ? await describe(await tools.clientOf(asked.from), asked.from.tableName) : undefined
  if (asked.from.kind === 'table' && source === undefined) throw new Error(`There is no table ${asked.from.tableName}.`)
  const target = await targetOf(asked, tools, source)
  const known = target ?? source
  const keyNames = known?.KeySchema.map(({ AttributeName }) => AttributeName) ?? (asked.key === undefined ? [] : [asked.key])
  const anonymizer = asked.anonymizer?.(keyNames)
  const place = placeIn(asked.resumeFile)
  const sink = await sinkOf(asked.to, tools)
  let { items: read } = place
  let written = 0
  try {
    for await (const { items, next } of pagesOf(asked.from, tools, place)) {
      read += items.length
      const chosen = items.filter((item) => isSampled(item, keyNames[0], asked.sample)).map((item) => anonymizer?.of(item) ?? item)
      const fitted =
        target === undefined
          ? chosen
          : withoutTwins(
              chosen.map((item) => fitKeys(item, target)),
              keyNames,
            )
      if (fitted.length > 0) await sink.write(fitted)
      written += chosen.length
      tools.onProgress(written)
      if (asked.resumeFile !== undefined)
        writeFileSync(asked.resumeFile, JSON.stringify({ items: read, ...(next !== undefined && { next }) }))
    }
    await sink.end()
  } catch (error) {
    await sink.drop().catch(() => {})
    throw error
  }
  if (asked.resumeFile !== undefined) rmSync(asked.resumeFile, { force: true })
  return { read, written, report: anonymizer?.report ?? new Map() }
}

function placeIn(file: string | undefined): Place {
  if (file === undefined) return { items: 0 }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Place
  } catch {
    return { items: 0 }
  }
}

/** The table that is written to; made when definitions go with the copy. */
async function targetOf(
  { from, to, withTables }: CopyAsked,
  tools: CopyTools,
  source: Described | undefined,
): Promise<Described | undefined> {
  if (to.kind !== 'table') {
    if (withTables && source !== undefined && to.kind === 'file')
      writeFileSync(definitionFile(to.path), `${JSON.stringify(definitionOf(source), null, 2)}\n`)
    return undefined
  }
  const client = await tools.clientOf(to)
  const there = await describe(client, to.tableName)
  if (there !== undefined) return there
  const definition = withTables ? definitionFor(from, source) : undefined
  if (definition === undefined)
    throw new Error(`There is no table ${to.tableName}: make it, or say --with tables where the source has its definition.`)
  await ask(client, 'CreateTable', { TableName: to.tableName, ...definition })
  for (;;) {
    const made = await describe(client, to.tableName)
    if (made?.TableStatus === 'ACTIVE') return made
    await sleep(copyCreateWaitMs)
  }
}

function definitionFor(from: CopyEnd, source: Described | undefined): object | undefined {
  if (source !== undefined) return definitionOf(source)
  if (from.kind !== 'file') return undefined
  try {
    return JSON.parse(readFileSync(definitionFile(from.path), 'utf8')) as object
  } catch {
    return undefined
  }
}

function definitionFile(path: string): string {
  return `${path}.table.json`
}

async function sinkOf(to: CopyEnd, tools: CopyTools): Promise<ItemSink> {
  if (to.kind === 'table') return tableSink(await tools.clientOf(to), to.tableName)
  if (to.kind === 'bucket') return bucketSink(tools.buckets, to)
  if (to.format === 'parquet') return parquetSink(to.path, { rename, remove: (path) => rm(path, { force: true }) })
  return fileSink(to.path, to)
}

/** Objects of DynamoDB JSON, compressed, as imports read them. */
function bucketSink(buckets: Buckets, { bucket, prefix }: Extract<CopyEnd, { kind: 'bucket' }>): ItemSink {
  let text = ''
  let number = 0
  const put = async (): Promise<void> => {
    const name = `part-${String(number).padStart(6, '0')}.json.gz`
    number += 1
    await buckets.put({ bucket, key: prefix === '' ? name : `${prefix.replace(/\/$/, '')}/${name}` }, gzipSync(text))
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

interface CopyPage {
  readonly items: readonly Item[]
  readonly next?: Item | undefined
}

async function* pagesOf(from: CopyEnd, tools: CopyTools, place: Place): AsyncGenerator<CopyPage> {
  if (from.kind === 'table') {
    if (place.items > 0 && place.next === undefined) return
    yield* scanTable(await tools.clientOf(from), from.tableName, place.next)
    return
  }
  let skipped = place.items
  for await (const items of itemsOf(from, tools)) {
    const left = items.slice(skipped)
    skipped = Math.max(0, skipped - items.length)
    if (left.length > 0) yield { items: left }
  }
}

async function* itemsOf(from: Exclude<CopyEnd, { kind: 'table' }>, tools: CopyTools): AsyncGenerator<readonly Item[]> {
  if (from.kind === 'file') {
    yield* from.format === 'parquet' ? readParquet(from.path) : readItems(readFileBytes(from.path), from)
    return
  }
  let after: string | undefined
  for (;;) {
    const { objects, isLast } = await tools.buckets.list({ bucket: from.bucket, key: from.prefix }, after)
    for (const { key } of objects) {
      const form: FileForm | undefined = fileNamed(key)
      // Manifests of exports are no items.
      if (form === undefined || form.format === 'parquet' || /(^|\/)(manifest[^/]*|[^/]*\.table)\.json$/.test(key)) continue
      yield* readItems(tools.buckets.read({ bucket: from.bucket, key }), form)
    }
    after = objects.at(-1)?.key
    if (isLast || after === undefined) return
  }
}

/** By the hash of its partition key, so that item collections are whole, and the same in every table. */
function isSampled(item: Item, keyName: string | undefined, share: number): boolean {
  if (share >= 1) return true
  const value = keyName === undefined ? item : item[keyName]
  const hash = createHash('sha256').update(JSON.stringify(value)).digest()
  return hash.readUInt32BE(0) / 2 ** 32 < share
}

/** A key as its table has it: texts that are numbers, and numbers that are texts. */
function fitKeys(item: Item, { AttributeDefinitions }: Described): Item {
  const odd = AttributeDefinitions.filter(({ AttributeName, AttributeType }) => {
    const value = item[AttributeName]
    return value !== undefined && !(AttributeType in value) && ('S' in value || 'N' in value)
  })
  if (odd.length === 0) return item
  const fitted = odd.map(({ AttributeName, AttributeType }) => [
    AttributeName,
    { [AttributeType]: Object.values(item[AttributeName] ?? {})[0] },
  ])
  return { ...item, ...Object.fromEntries(fitted) } as Item
}

/** Of two items with one key in a page the last one is put: a batch takes none twice. */
function withoutTwins(items: readonly Item[], keyNames: readonly string[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(keyNames.map((name) => item[name])), item])).values()]
}
