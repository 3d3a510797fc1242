/** Files of items: read as they come, and written beside their place, which they take when all is there. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable, type Transform, type Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { placeItem } from '../../infrastructure/documents/item-places.ts'
import type { Item } from '../../values/attribute-value.ts'
import { ionStruct } from '../../values/files/ion-text.ts'
import { itemOfLine, plainLine } from '../../values/files/plain-json.ts'
import { csvReader } from '../../values/files/read-csv.ts'
import { ionReader } from '../../values/files/read-ion.ts'
import { copyPageItems } from '../limits.ts'
import type { Compression, CopyFormat } from './copy-end.ts'
import { columnsOf, csvHeader, csvRows } from './csv-rows.ts'
import { readFault, writeFault } from './file-faults.ts'

export interface FileForm {
  readonly format: CopyFormat
  readonly compression: Compression
}

/** A record that is no item, by its number from 1. */
class RecordFault extends Error {}

/** Items in pages. Rejects with RecordFault at the first record that is none, and with a sentence that has `name` when the bytes cannot be had. */
export async function* readItems(bytes: AsyncIterable<Uint8Array>, form: FileForm, name: string): AsyncGenerator<readonly Item[]> {
  try {
    yield* pagesIn(bytes, form)
  } catch (error) {
    throw readFault(name, error)
  }
}

async function* pagesIn(bytes: AsyncIterable<Uint8Array>, form: FileForm): AsyncGenerator<readonly Item[]> {
  let page: Item[] = []
  for await (const item of itemsIn(bytes, form)) {
    page.push(item)
    if (page.length < copyPageItems) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

async function* itemsIn(bytes: AsyncIterable<Uint8Array>, { format, compression }: FileForm): AsyncGenerator<Item> {
  if (format === 'jsonl' || format === 'json') {
    for await (const { line, number } of linesIn(textOf(bytes, compression))) yield placeItem(itemOf(line, number), `line ${number}`)
    return
  }
  const reader = format === 'ion' ? ionReader() : csvReader({ delimiter: ',', types: new Map(), required: [] })
  let number = 0
  const taken = function* (records: ReturnType<typeof reader.push>): Generator<Item> {
    for (const record of records) {
      number += 1
      if (record.kind !== 'record') throw new RecordFault(`Record ${number}: ${record.reason}.`)
      const { Item: item } = record.members
      if (item === undefined) throw new RecordFault(`Record ${number} has no member Item.`)
      yield placeItem(format === 'csv' ? withoutEmpty(item as Item) : (item as Item), `record ${number}`)
    }
  }
  for await (const text of textOf(bytes, compression)) yield* taken(reader.push(text))
  yield* taken(reader.end())
}

/** A cell without anything is no attribute. */
function withoutEmpty(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => !('S' in value) || value.S !== ''))
}

function itemOf(line: string, number: number): Item {
  let item: Item | undefined
  try {
    item = itemOfLine(line)
  } catch (error) {
    throw new RecordFault(`Line ${number} ${error instanceof SyntaxError ? 'is not JSON' : (error as Error).message}.`)
  }
  if (item === undefined) throw new RecordFault(`Line ${number} is no JSON object.`)
  return item
}

async function* textOf(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const pieces = compression === 'NONE' ? bytes : throughTransform(bytes, compression === 'GZIP' ? createGunzip() : createZstdDecompress())
  for await (const piece of pieces) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}

async function* throughTransform(bytes: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  pipeline(Readable.from(bytes, { objectMode: true }), transform).catch(() => {})
  for await (const piece of transform) yield piece as Buffer
}

interface Line {
  readonly line: string
  /** From 1, those without anything counted. */
  readonly number: number
}

async function* linesIn(texts: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  for await (const text of texts) {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      number += 1
      if (line.trim() !== '') yield { line, number }
    }
  }
  if (rest.trim() !== '') yield { line: rest, number: number + 1 }
}

/** Items of a file, in pages. Rejects with one sentence that names it. */
export async function* readItemsOf(path: string, form: FileForm): AsyncGenerator<readonly Item[]> {
  yield* readItems(createReadStream(path), form, path)
}

export interface ItemSink {
  write(items: readonly Item[]): Promise<void>
  /** All is there. */
  end(): Promise<void>
  /** It is broken off: what was written goes, unless a place was asked for, from which it may go on. */
  drop(): Promise<void>
  /** From where it may go on with what comes next; undefined while what was written last is not there for good. */
  place(): SinkPlace | undefined
}

/** How much there is for good: nothing needs to be said of a table, in which it does no harm to put an item twice. */
export interface SinkPlace {
  /** Of a file, and the columns of its header. */
  readonly bytes?: number
  readonly columns?: readonly string[]
  /** Of a bucket. */
  readonly objects?: number
}

/** Pages of items as the text of a file, one behind the other. */
export class ItemText {
  readonly #format: CopyFormat
  #columns: readonly string[] | undefined

  /** With the columns of a header that is there already. */
  constructor(format: CopyFormat, columns?: readonly string[]) {
    this.#format = format
    this.#columns = columns
  }

  get columns(): readonly string[] | undefined {
    return this.#columns
  }

  of(items: readonly Item[]): string {
    if (this.#format !== 'csv') return items.map((item) => lineOf(item, this.#format)).join('')
    if (this.#columns !== undefined) return csvRows(items, this.#columns)
    this.#columns = columnsOf(items)
    return csvHeader(this.#columns) + csvRows(items, this.#columns)
  }
}

export function fileSink(path: string, { format, compression }: FileForm): ItemSink {
  const beside = `${path}.part`
  const packer = compression === 'NONE' ? undefined : compression === 'GZIP' ? createGzip() : createZstdCompress()
  const file = createWriteStream(beside)
  const first: Writable = packer ?? file
  const written = packer === undefined ? finished(file) : pipeline(packer, file)
  written.catch(() => {})
  const text = new ItemText(format)
  const write = async (piece: string): Promise<void> => {
    const error = await new Promise<Error | null | undefined>((resolve) => first.write(piece, resolve))
    // Why the file cannot be written is known to it; who writes behind that is only told that it is over.
    if (error) throw writeFault(path, await written.then(() => error).catch((cause: unknown) => cause))
  }
  return {
    write: (items) => write(text.of(items)),
    end: async () => {
      first.end()
      await written.then(() => rename(beside, path)).catch((error: unknown) => Promise.reject(writeFault(path, error)))
    },
    drop: async () => {
      first.destroy()
      file.destroy()
      await rm(beside, { force: true })
    },
    place: () => undefined,
  }
}

/** With its end. */
export function lineOf(item: Item, format: CopyFormat): string {
  if (format === 'jsonl') return `${plainLine(item)}\n`
  return format === 'ion' ? `$ion_1_0 {Item:${ionStruct(item)}}\n` : `{"Item":${JSON.stringify(item)}}\n`
}
