/**
 * Parquet, by hyparquet and hyparquet-writer, which are installed by who needs them. Items have no schema, so a file's is that of the first
 * ones: a column for each attribute, numbers as doubles where no digit is lost, texts as strings, truth values as booleans, binary as bytes,
 * and everything else as the JSON of its plain form. Read, a column is what its values are.
 */
import { setOwn } from '../../base/own.ts'
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { plainAttribute, valueOfPlain } from '../../values/files/plain-json.ts'
import { copyPageItems, doubleDigitsMax } from '../limits.ts'
import type { ItemSink } from './copy-files.ts'
import { writeFault } from './file-faults.ts'

type Kind = 'DOUBLE' | 'STRING' | 'BOOLEAN' | 'BYTE_ARRAY' | 'JSON'

/** Loads what is installed, or says how to. */
async function installed<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    throw new Error('Parquet needs two packages more: npm install hyparquet hyparquet-writer.', { cause: error })
  }
}

export async function* readParquet(path: string): AsyncGenerator<readonly Item[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await installed(() => import('hyparquet'))
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const rows = Number(metadata.num_rows)
  const binary = new Set(metadata.schema.filter(isBinary).map(({ name }) => name))
  for (let rowStart = 0; rowStart < rows; rowStart += copyPageItems) {
    const page = await parquetReadObjects({ file, metadata, rowStart, rowEnd: Math.min(rows, rowStart + copyPageItems), utf8: false })
    yield page.map((row) => itemOfRow(row, binary))
  }
}

function isBinary({
  type,
  converted_type: converted,
  logical_type: logical,
}: {
  readonly type?: string
  readonly converted_type?: string
  readonly logical_type?: object
}): boolean {
  return type === 'BYTE_ARRAY' && converted === undefined && logical === undefined
}

/** A cell without anything is no attribute. */
function itemOfRow(row: { readonly [name: string]: unknown }, binary: ReadonlySet<string>): Item {
  const item: Record<string, AttributeValue> = {}
  for (const [name, cell] of Object.entries(row)) {
    if (cell === null || cell === undefined) continue
    setOwn(item, name, valueOfCell(cell, binary.has(name)))
  }
  return item
}

function valueOfCell(cell: unknown, isBytes: boolean): AttributeValue {
  if (cell instanceof Uint8Array) {
    return isBytes ? { B: Buffer.from(cell).toString('base64') } : { S: Buffer.from(cell).toString('utf8') }
  }
  if (typeof cell === 'number' || typeof cell === 'bigint') return { N: String(cell) }
  if (cell instanceof Date) return { S: cell.toISOString() }
  return valueOfPlain(cell)
}

export function parquetSink(
  path: string,
  { rename, remove }: { readonly rename: (from: string, to: string) => Promise<void>; readonly remove: (path: string) => Promise<void> },
): ItemSink {
  const beside = `${path}.part`
  const queue = new RowQueue()
  let writing: Promise<void> | undefined
  const refuse = (error: unknown): never => {
    throw writeFault(path, error)
  }
  return {
    write: async (items) => {
      writing ??= writeRows(beside, columnsOf(items), queue)
      await Promise.race([queue.push(items), writing]).catch(refuse)
    },
    end: async () => {
      writing ??= writeRows(beside, [], queue)
      queue.close()
      await writing.then(() => rename(beside, path)).catch(refuse)
    },
    drop: async () => {
      queue.close()
      await writing?.catch(() => {})
      await remove(beside)
    },
    place: () => undefined,
  }
}

interface Column {
  readonly name: string
  readonly type: Kind
}

async function writeRows(path: string, columns: readonly Column[], queue: RowQueue): Promise<void> {
  const { fileWriter, parquetWriteRows } = await installed(() => import('hyparquet-writer'))
  const rows = async function* (): AsyncGenerator<{ readonly [name: string]: unknown }> {
    for await (const items of queue) for (const item of items) yield rowOf(item, columns)
  }
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: rows(),
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
  })
}

function columnsOf(items: readonly Item[]): readonly Column[] {
  const names = new Set(items.flatMap((item) => Object.keys(item)))
  return [...names].map((name) => {
    const kinds = new Set(items.flatMap((item) => kindOf(attributeOf(item, name)) ?? []))
    const [only] = kinds
    return { name, type: kinds.size === 1 && only !== undefined ? only : 'JSON' }
  })
}

function kindOf(value: AttributeValue | undefined): Kind | undefined {
  if (value === undefined || 'NULL' in value) return undefined
  if ('S' in value) return 'STRING'
  if ('BOOL' in value) return 'BOOLEAN'
  if ('B' in value) return 'BYTE_ARRAY'
  return 'N' in value && isDouble(value.N) ? 'DOUBLE' : 'JSON'
}

function isDouble(text: string): boolean {
  return text.replaceAll(/[-.]|^-?0\.0*/g, '').length <= doubleDigitsMax
}

function rowOf(item: Item, columns: readonly Column[]): { readonly [name: string]: unknown } {
  const known = new Set(columns.map(({ name }) => name))
  const odd = Object.keys(item).find((name) => !known.has(name))
  if (odd !== undefined)
    throw new Error(`An item has an attribute ${JSON.stringify(odd)} that the first items have not: use .jsonl for it.`)
  return Object.fromEntries(columns.map(({ name, type }) => [name, cellOf(attributeOf(item, name), type)]))
}

function cellOf(value: AttributeValue | undefined, type: Kind): unknown {
  if (value === undefined || 'NULL' in value) return null
  if (type === 'JSON') return plainAttribute(value)
  if (kindOf(value) !== type)
    throw new Error(`An attribute is ${JSON.stringify(value)} where the first items have a ${type}: use .jsonl for it.`)
  if ('N' in value) return Number(value.N)
  return 'B' in value ? new Uint8Array(Buffer.from(value.B, 'base64')) : Object.values(value)[0]
}

/** Pages from who has them to who asks for them, one at a time. */
class RowQueue implements AsyncIterable<readonly Item[]> {
  #page: readonly Item[] | undefined
  #isClosed = false
  #wake: (() => void) | undefined
  #taken: (() => void) | undefined

  /** Resolves when it is taken. */
  push(items: readonly Item[]): Promise<void> {
    this.#page = items
    this.#wake?.()
    return new Promise((resolve) => {
      this.#taken = resolve
    })
  }

  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Item[]> {
    for (;;) {
      if (this.#page === undefined) {
        if (this.#isClosed) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      const page = this.#page
      this.#page = undefined
      yield page
      this.#taken?.()
    }
  }
}
