/** A connection that reads, with what it can be asked. Every row that it returns is the one that was written (checked-rows.ts). */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { guessedRowBytes, rowsAtOnceFirst, rowsAtOnceMax } from '../limits.ts'
import { ChunkBuilder } from '../local/chunk-builder.ts'
import {
  type Chunk,
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type StoredValue,
  type ValueChunk,
  valuesOfChunk,
} from '../store.ts'
import type { CheckedRows } from './checked-rows.ts'

/** The id and the value of a row. */
type BareRow = readonly [number, StoredValue, ...unknown[]]
/** With its checksum, and its key in hexadecimal digits: node:sqlite makes a buffer of its own for each value of bytes, which takes three times as long. */
type WholeRow = readonly [number, StoredValue, number | null, string]

/** One way of asking for the rows of a range. */
interface RowQuery<Row> {
  readonly ascending: StatementSync
  readonly descending: StatementSync
  keyOf(row: Row): KeyBytes
}

export class ReadConnection {
  readonly #database: DatabaseSync
  readonly #checked: CheckedRows
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #touch: StatementSync
  readonly #get: StatementSync
  readonly #key: StatementSync
  readonly #whole: RowQuery<WholeRow>
  readonly #bare: RowQuery<BareRow>
  /** What the rows had on average that were scanned last. */
  #rowBytes = guessedRowBytes

  constructor(database: DatabaseSync, checked: CheckedRows) {
    this.#database = database
    this.#checked = checked
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    this.#touch = database.prepare('SELECT 1 FROM entries LIMIT 1')
    this.#get = database.prepare('SELECT id, value, crc FROM entries WHERE key = ?')
    this.#key = database.prepare('SELECT key FROM entries WHERE id = ?')
    for (const statement of [this.#get, this.#key]) statement.setReturnArrays(true)
    this.#whole = { ...rangeOf(database, 'id, value, crc, hex(key)'), keyOf: ([, , , digits]) => keyOfDigits(digits) }
    this.#bare = { ...rangeOf(database, 'id, value'), keyOf: ([id]) => this.#keyOfRow(id) }
  }

  begin(): void {
    this.#begin.run()
  }

  end(): void {
    this.#end.run()
  }

  /** The cheapest read: it makes SQLite choose the state that the transaction sees. */
  touch(): void {
    this.#touch.get()
  }

  get(key: KeyBytes): StoredValue | undefined {
    const row = this.#get.get(key) as unknown as readonly [number, StoredValue, number | null] | undefined
    if (row === undefined) return undefined
    this.#checked.check(row[0], key, row[1], row[2])
    return row[1]
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    const { taken, exhausted } = this.#collect(this.#whole, range, budget)
    return { entries: taken.map((row) => this.#entryOf(row)), exhausted }
  }

  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk {
    const { taken, exhausted } = this.#collect(this.#bare, range, budget)
    // What has to prove itself needs its key for that.
    if (!taken.every(([id]) => this.#checked.has(id))) return valuesOfChunk(this.scan(range, budget))
    return { values: taken.map(([, value]) => value), exhausted, keyAt: (position) => this.#keyOfRow(taken[position]?.[0]) }
  }

  #collect<Row extends BareRow>(query: RowQuery<Row>, range: KeyRange, budget: ScanBudget): ChunkBuilder<Row> {
    const builder = new ChunkBuilder<Row>(budget)
    const isReverse = range.reverse === true
    const statement = isReverse ? query.descending : query.ascending
    let { start, end } = range
    for (let atOnce = rowsAtOnceFirst; ; atOnce = Math.min(2 * atOnce, rowsAtOnceMax)) {
      const limit = Math.min(atOnce, Math.max(budget.entries, 1) + 1, Math.ceil(budget.bytes / this.#rowBytes) + 1)
      const rows = statement.all(start, end, limit) as unknown as readonly Row[]
      this.#noteSizes(rows)
      for (const row of rows) if (!builder.offer(row, row[1])) return builder
      const last = rows.at(-1)
      if (last === undefined || rows.length < limit) return builder
      if (isReverse) end = query.keyOf(last)
      else start = following(query.keyOf(last))
    }
  }

  #noteSizes(rows: readonly BareRow[]): void {
    let sizeBytes = 0
    for (const [, value] of rows) sizeBytes += value.length
    if (rows.length > 0) this.#rowBytes = Math.max(1, sizeBytes / rows.length)
  }

  #entryOf([id, value, checksum, digits]: WholeRow): Entry {
    const key = keyOfDigits(digits)
    this.#checked.check(id, key, value, checksum)
    return { key, value }
  }

  #keyOfRow(id: number | undefined): KeyBytes {
    const row = id === undefined ? undefined : this.#key.get(id)
    if (row === undefined) throw new RangeError(`the chunk has no such value, or its view is over`)
    return (row as unknown as readonly [KeyBytes])[0]
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }
}

function rangeOf(database: DatabaseSync, columns: string): Pick<RowQuery<never>, 'ascending' | 'descending'> {
  const [ascending, descending] = ['ASC', 'DESC'].map((order) => {
    const statement = database.prepare(`SELECT ${columns} FROM entries WHERE key >= ? AND key < ? ORDER BY key ${order} LIMIT ?`)
    statement.setReturnArrays(true)
    return statement
  }) as [StatementSync, StatementSync]
  return { ascending, descending }
}

function keyOfDigits(digits: string): KeyBytes {
  return Buffer.from(digits, 'hex') as Uint8Array as KeyBytes
}

/** The first key after this one. */
function following(key: KeyBytes): KeyBytes {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next as KeyBytes
}
