/** A connection that reads, with what it can be asked. Every row that it returns is the one that was written (checked-rows.ts). */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { guessedRowBytes, rowsAtOnceMax } from '../limits.ts'
import { ChunkBuilder } from '../local/chunk-builder.ts'
import type { Chunk, KeyBytes, KeyRange, ScanBudget, StoredValue } from '../store.ts'
import type { CheckedRows } from './checked-rows.ts'

/** The id, the key in hexadecimal digits, the value and its checksum. */
type Row = readonly [number, string, StoredValue, number | null]

export class ReadConnection {
  readonly #database: DatabaseSync
  readonly #checked: CheckedRows
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #touch: StatementSync
  readonly #get: StatementSync
  readonly #ascending: StatementSync
  readonly #descending: StatementSync
  /** What the rows had on average that were scanned last. */
  #rowBytes = guessedRowBytes

  constructor(database: DatabaseSync, checked: CheckedRows) {
    this.#database = database
    this.#checked = checked
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    this.#touch = database.prepare('SELECT 1 FROM entries LIMIT 1')
    this.#get = database.prepare('SELECT id, value, crc FROM entries WHERE key = ?')
    // Keys as text: node:sqlite makes a buffer of its own for each value of bytes, which takes three times as long as digits do.
    const range = 'SELECT id, hex(key), value, crc FROM entries WHERE key >= ? AND key < ?'
    this.#ascending = database.prepare(`${range} ORDER BY key LIMIT ?`)
    this.#descending = database.prepare(`${range} ORDER BY key DESC LIMIT ?`)
    for (const statement of [this.#get, this.#ascending, this.#descending]) statement.setReturnArrays(true)
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
    return row === undefined ? undefined : this.#checked.value(row[0], key, row[1], row[2])
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    const builder = new ChunkBuilder(budget)
    const isReverse = range.reverse === true
    const statement = isReverse ? this.#descending : this.#ascending
    let { start, end } = range
    for (;;) {
      const limit = Math.min(rowsAtOnceMax, Math.max(budget.entries, 1) + 1, Math.ceil(budget.bytes / this.#rowBytes) + 1)
      const rows = statement.all(start, end, limit) as unknown as readonly Row[]
      this.#noteSizes(rows)
      let last: KeyBytes | undefined
      for (const [id, digits, value, checksum] of rows) {
        last = Buffer.from(digits, 'hex') as Uint8Array as KeyBytes
        // What is not taken is not checked either.
        if (!builder.offer(last, builder.isFull ? value : this.#checked.value(id, last, value, checksum))) return builder.chunk()
      }
      if (last === undefined || rows.length < limit) return builder.chunk()
      if (isReverse) end = last
      else start = following(last)
    }
  }

  #noteSizes(rows: readonly Row[]): void {
    let sizeBytes = 0
    for (const [, , value] of rows) sizeBytes += value.length
    if (rows.length > 0) this.#rowBytes = Math.max(1, sizeBytes / rows.length)
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }
}

/** The first key after this one. */
function following(key: KeyBytes): KeyBytes {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next as KeyBytes
}
