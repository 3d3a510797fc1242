/**
 * CSV (backup-export-import.md §6): rows of fields with a delimiter between them, quoted as RFC 4180 has it, line breaks inside of quotes
 * allowed. The first row names the attributes, unless they are known. Key attributes have the types of their definitions, all others are
 * strings.
 */
import { setOwn } from '../../base/own.ts'
import type { ScalarType } from '../attribute-value.ts'
import { fileRecordLengthMax } from '../limits.ts'
import { type FileRecord, notParsed, type RecordReader, tooLong } from './file-record.ts'

export interface CsvOptions {
  /** One character. */
  readonly delimiter: string
  /** Then the first row is an item. */
  readonly headers?: readonly string[]
  /** Of the attributes of keys. */
  readonly types: ReadonlyMap<string, ScalarType>
  /** Attributes that the header must name. */
  readonly required: readonly string[]
}

export function csvReader({ delimiter, headers: given, types, required }: CsvOptions): RecordReader {
  const rows = new CsvRows(delimiter)
  let headers = given
  let isBroken = false
  const recordsIn = function* (found: Iterable<readonly string[] | 'tooLong'>): Generator<FileRecord> {
    for (const row of found) {
      if (isBroken) return
      if (row === 'tooLong') {
        isBroken = true
        yield tooLong()
      } else if (headers === undefined) {
        headers = row
        const missing = required.find((name) => !row.includes(name))
        if (missing === undefined) continue
        isBroken = true
        yield { kind: 'broken', reason: `Unable to parse the object: the header does not name the key attribute ${missing}` }
      } else yield recordOf(headers, row, types)
    }
  }
  return { push: (text) => recordsIn(rows.push(text)), end: () => recordsIn(rows.end()) }
}

function recordOf(headers: readonly string[], row: readonly string[], types: CsvOptions['types']): FileRecord {
  if (row.length !== headers.length) return notParsed(`it has ${row.length} fields where the header has ${headers.length}`)
  const item: Record<string, unknown> = {}
  for (const [at, name] of headers.entries()) {
    const type = types.get(name) ?? 'S'
    const field = row[at] ?? ''
    // A key that is empty is missing [I]: what is said of it is said then.
    if (field === '' && types.has(name)) continue
    setOwn(item, name, { [type]: field })
  }
  return { kind: 'record', members: { Item: item } }
}

/** Rows as they come. A quote inside of a field that did not begin with one is a character like any other. */
class CsvRows {
  readonly #delimiter: string
  #row: string[] = []
  #field = ''
  #length = 0
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start'
  #isBroken = false

  constructor(delimiter: string) {
    this.#delimiter = delimiter
  }

  *push(text: string): Generator<readonly string[] | 'tooLong'> {
    for (const sign of text) {
      if (this.#isBroken) return
      this.#length += 1
      if (this.#length > fileRecordLengthMax) {
        this.#isBroken = true
        yield 'tooLong'
        return
      }
      if (this.#take(sign)) {
        const row = this.#endRow()
        if (row !== undefined) yield row
      }
    }
  }

  *end(): Generator<readonly string[] | 'tooLong'> {
    if (this.#isBroken || this.#length === 0) return
    const row = this.#endRow()
    if (row !== undefined) yield row
  }

  /** Whether the row ends with it. */
  #take(sign: string): boolean {
    if (this.#state === 'quoted') {
      if (sign === '"') this.#state = 'closed'
      else this.#field += sign
      return false
    }
    if (sign === '"' && this.#state !== 'plain') {
      // Two quotes inside of a quoted field are one.
      if (this.#state === 'closed') this.#field += sign
      this.#state = 'quoted'
      return false
    }
    if (sign === this.#delimiter) this.#endField()
    else if (sign === '\n') return true
    else {
      this.#field += sign
      this.#state = this.#state === 'closed' && sign === '\r' ? 'closed' : 'plain'
    }
    return false
  }

  #endField(): void {
    this.#row.push(this.#field)
    this.#field = ''
    this.#state = 'start'
  }

  /** Undefined for a line without anything. */
  #endRow(): readonly string[] | undefined {
    if (this.#field.endsWith('\r')) this.#field = this.#field.slice(0, -1)
    this.#endField()
    const row = this.#row
    this.#row = []
    this.#length = 0
    return row.length === 1 && row[0] === '' ? undefined : row
  }
}
