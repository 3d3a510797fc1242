/** A copy from one end to the other: pages of items come, are sampled and anonymised, and go, and how far it has come may be remembered. */
import { createHash } from 'node:crypto'
import { access, constants, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { getOwn } from '../../base/own.ts'
import { itemAsSubject, placedAs } from '../../infrastructure/documents/item-places.ts'
import { Refused } from '../../infrastructure/server/sender.ts'
import type { Buckets } from '../../storage/buckets/buckets.ts'
import type { Item } from '../../values/attribute-value.ts'
import { copyCreateLooksMax, copyCreateWaitMs } from '../limits.ts'
import { type Anonymizer, anonymizerOf, type KeyAttribute } from './anonymize.ts'
import type { Rules } from './anonymize-rules.ts'
import { withCanonicalKeys } from './canonical-keys.ts'
import { bucketSink, readBucket } from './copy-buckets.ts'
import type { CopyEnd, TableEnd } from './copy-end.ts'
import { fileSink, type ItemSink, readItemsOf } from './copy-files.ts'
import { type Place, PlaceFile } from './copy-place.ts'
import { scanTable, type TableClient, tableSink } from './copy-tables.ts'
import { type Described, definitionOf, describe, type TableDefinition } from './definitions.ts'
import { readFault } from './file-faults.ts'
import { definitionFor, writeDefinition } from './kept-definitions.ts'
import { parquetSink, readParquet } from './parquet-files.ts'
import { resumedFileSink } from './resumed-files.ts'

export interface CopyTools {
  readonly buckets: Buckets
  /** Of a table's endpoint. */
  readonly clientOf: (end: TableEnd) => Promise<TableClient>
  readonly onProgress: (items: number) => void
  /** Objects of a bucket that are not read. */
  readonly onSkipped: (key: string) => void
}

export interface CopyAsked {
  readonly from: CopyEnd
  readonly to: CopyEnd
  readonly withTables: boolean
  /** 0 to 1, of item collections. */
  readonly sample: number
  readonly key: string | undefined
  readonly rules: Rules | undefined
  /** What looks as if it were of a person may be kept. */
  readonly isSure: boolean
  /** A file that remembers how far it has come. */
  readonly resumeFile: string | undefined
}

/** All of the copy, what was done before it went on included. */
export interface CopyDone {
  readonly read: number
  readonly written: number
  readonly report: ReadonlyMap<string, number>
}

export async function runCopy(asked: CopyAsked, tools: CopyTools): Promise<CopyDone> {
  const { from, to, rules, isSure } = asked
  const source = from.kind === 'table' ? await describe(await tools.clientOf(from), from.tableName) : undefined
  if (from.kind === 'table' && source === undefined) throw new Error(`There is no table ${from.tableName}${perhapsFile(from)}.`)
  if (from.kind === 'file') await requireReadable(from.path)
  const target = to.kind === 'table' ? await targetTable(to, asked, { tools, source }) : undefined
  const keys = keysOf(target ?? source, asked.key)
  const place = new PlaceFile(asked.resumeFile, {
    from: await nameOf(from, tools),
    to: await nameOf(to, tools),
    sample: asked.sample,
    key: keys[0]?.name ?? null,
    rules: rules?.digest ?? null,
  })
  if (place.from.read > 0 && target !== undefined && !isThere(target))
    throw new Error('The table that was copied to is gone: remove the file of --resume to begin anew.')
  const anonymizer = rules && anonymizerOf(rules, keys, { isSure, told: place.from.report })
  const sink = await sinkOf(asked, tools, place.from)
  // All that can be wrong with what was asked is known: now something is made.
  if (to.kind === 'table' && target !== undefined && !isThere(target)) await makeTable(await tools.clientOf(to), to.tableName, target)
  if (asked.withTables && source !== undefined) await writeDefinition(to, definitionOf(source), tools.buckets)
  const pages = new Pages(asked, { keys, table: target ?? source, isTarget: target !== undefined, anonymizer })
  return copyPages(pagesOf(from, tools, place.from), { pages, sink, place, tools })
}

async function copyPages(
  source: AsyncIterable<CopyPage>,
  { pages, sink, place, tools }: { readonly pages: Pages; readonly sink: ItemSink; readonly place: PlaceFile; readonly tools: CopyTools },
): Promise<CopyDone> {
  let { read, written, next: behind } = place.from
  const remember = (): void => {
    const target = sink.place()
    if (target !== undefined) place.remember({ read, written, report: Object.fromEntries(pages.report), next: behind, target })
  }
  try {
    remember()
    for await (const { items, next } of source) {
      const made = pages.made(items)
      if (made.length > 0) await sink.write(made)
      read += items.length
      written += made.length
      tools.onProgress(written)
      behind = next
      remember()
    }
    await sink.end()
  } catch (error) {
    await sink.drop().catch(() => {})
    throw error
  }
  place.forget()
  return { read, written, report: pages.report }
}

/** What becomes of a page. */
class Pages {
  readonly #sample: number
  readonly #keyNames: readonly string[]
  readonly #table: TableDefinition | undefined
  readonly #isTarget: boolean
  readonly #anonymizer: Anonymizer | undefined

  constructor(
    { sample }: Pick<CopyAsked, 'sample'>,
    {
      keys,
      table,
      isTarget,
      anonymizer,
    }: {
      readonly keys: readonly KeyAttribute[]
      readonly table: TableDefinition | undefined
      readonly isTarget: boolean
      readonly anonymizer: Anonymizer | undefined
    },
  ) {
    this.#sample = sample
    this.#keyNames = keys.map(({ name }) => name)
    this.#table = table
    this.#isTarget = isTarget
    this.#anonymizer = anonymizer
  }

  get report(): ReadonlyMap<string, number> {
    return this.#anonymizer?.report ?? new Map()
  }

  /** Rejects items without the key that they are chosen by, and those whose keys have become one. */
  made(items: readonly Item[]): readonly Item[] {
    const keyNames = this.#keyNames
    const canonical = items.map((item) => placedAs(withCanonicalKeys(item, keyNames, this.#table), item))
    const chosen = canonical.filter((item) => isSampled(item, keyNames[0], this.#sample))
    const written = this.#isTarget ? withoutTwins(chosen, keyNames) : chosen
    const anonymizer = this.#anonymizer
    if (anonymizer === undefined) return written
    const made = written.map((item) => placedAs(anonymizer.of(item), item))
    if (keyNames.length > 0 && withoutTwins(made, keyNames).length < withoutTwins(written, keyNames).length) {
      throw new Error(`Two items have the same ${keyNames.join(' and ')} once they are anonymised: give their rule another domain or key.`)
    }
    return made
  }
}

function keysOf(table: TableDefinition | undefined, key: string | undefined): readonly KeyAttribute[] {
  if (table === undefined) return key === undefined ? [] : [{ name: key }]
  return table.KeySchema.map(({ AttributeName: name }) => {
    const type = table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType
    return { name, ...(type !== undefined && { type }) }
  })
}

/** Which end it is, whoever says it from wherever. */
async function nameOf(end: CopyEnd, tools: CopyTools): Promise<string> {
  if (end.kind === 'file') return resolve(end.path)
  return end.kind === 'bucket' ? `s3://${end.bucket}/${end.prefix}` : `${(await tools.clientOf(end)).name} ${end.tableName}`
}

/** The table that is written to, or what it is to be: made when definitions go with the copy. */
async function targetTable(
  to: TableEnd,
  { from, withTables }: CopyAsked,
  { tools, source }: { readonly tools: CopyTools; readonly source: Described | undefined },
): Promise<Described | TableDefinition> {
  const there = await describe(await tools.clientOf(to), to.tableName)
  if (there !== undefined) return there
  const definition = withTables ? await definitionFor(from, source, tools.buckets) : undefined
  if (definition !== undefined) return definition
  throw new Error(
    `There is no table ${to.tableName}${perhapsFile(to) || ': make it, or say --with tables where the source has its definition'}.`,
  )
}

/** A name with an ending was perhaps meant to be a file. */
function perhapsFile({ tableName }: TableEnd): string {
  const ending = /\.[a-z0-9]+(\.(gz|zst))?$/i.exec(tableName)?.[0]
  return ending === undefined
    ? ''
    : `, and ${ending} is no ending of a file that is known (.jsonl, .json, .csv, .ion, .parquet, with .gz or .zst)`
}

/** Before anything is asked of a table: what is missing is the file. */
async function requireReadable(path: string): Promise<void> {
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((error: unknown) => Promise.reject(readFault(path, error)))
  if (found.isDirectory()) throw new Error(`${path} cannot be read: it is a folder.`)
}

function isThere(table: Described | TableDefinition): boolean {
  return 'TableName' in table
}

/** Resolves when it is there. */
async function makeTable(client: TableClient, tableName: string, definition: TableDefinition): Promise<void> {
  await client.ask('CreateTable', { TableName: tableName, ...definition }).catch((error: unknown) => {
    // Asked twice, as nobody answered the first time.
    if (!(error instanceof Refused && error.type === 'ResourceInUseException')) throw error
  })
  for (let looks = 0; looks < copyCreateLooksMax; looks += 1) {
    if ((await describe(client, tableName))?.TableStatus === 'ACTIVE') return
    await client.wait(copyCreateWaitMs)
  }
  throw new Error(`${tableName} was made, and is not ready.`)
}

async function sinkOf({ to, resumeFile }: CopyAsked, tools: CopyTools, { target = {} }: Place): Promise<ItemSink> {
  if (to.kind === 'table') return tableSink(await tools.clientOf(to), to.tableName)
  if (to.kind === 'bucket') return bucketSink(tools.buckets, to, target)
  if (resumeFile !== undefined) return resumedFileSink(to.path, to, target)
  if (to.format === 'parquet') return parquetSink(to.path, { rename, remove: (path) => rm(path, { force: true }) })
  return fileSink(to.path, to)
}

interface CopyPage {
  readonly items: readonly Item[]
  readonly next?: Item | undefined
}

async function* pagesOf(from: CopyEnd, tools: CopyTools, place: Place): AsyncGenerator<CopyPage> {
  if (from.kind === 'table') {
    if (place.read > 0 && place.next === undefined) return
    yield* scanTable(await tools.clientOf(from), from.tableName, place.next)
    return
  }
  let skipped = place.read
  for await (const items of itemsOf(from, tools)) {
    const left = items.slice(skipped)
    skipped = Math.max(0, skipped - items.length)
    if (left.length > 0) yield { items: left }
  }
}

function itemsOf(from: Exclude<CopyEnd, TableEnd>, tools: CopyTools): AsyncIterable<readonly Item[]> {
  if (from.kind === 'bucket') return readBucket(tools.buckets, from, tools.onSkipped)
  return from.format === 'parquet' ? readParquet(from.path) : readItemsOf(from.path, from)
}

/** By the hash of its partition key, so that item collections are whole, and the same in every table. */
function isSampled(item: Item, keyName: string | undefined, share: number): boolean {
  if (share >= 1) return true
  const value = keyName === undefined ? item : getOwn(item, keyName)
  if (value === undefined) throw new Error(`${itemAsSubject(item)} has no attribute ${keyName}, by which the sample is taken.`)
  const hash = createHash('sha256').update(JSON.stringify(value)).digest()
  return hash.readUInt32BE(0) / 2 ** 32 < share
}

/** Of two items with one key in a page the last one is put: a batch takes none twice. */
function withoutTwins(items: readonly Item[], keyNames: readonly string[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(keyNames.map((name) => getOwn(item, name))), item])).values()]
}
