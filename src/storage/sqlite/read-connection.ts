/** A connection that reads, with what it can be asked. Every row that it returns is the one that was written: its checksum is looked at. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ChunkBuilder } from '../local/chunk-builder.ts'
import type { Chunk, KeyBytes, KeyRange, ScanBudget, StoredValue } from '../store.ts'
import { checkedValue } from './checksum.ts'

/**
 * Rows that are asked for at once while a range is scanned: asking for each costs a quarter more. What is read beyond the budget is
 * read in vain, so fewer are asked for where rows are large.
 */
const rowsMax = 32

/** The key in hexadecimal digits, the value and its checksum. */
type Row = readonly [string, StoredValue, number | null]

export class ReadConnection {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #touch: StatementSync
  readonly #get: StatementSync
  readonly #ascending: StatementSync
  readonly #descending: StatementSync
  /** What the rows had on average that were scanned last. */
  #rowBytes = 1024

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    this.#touch = database.prepare('SELECT 1 FROM entries LIMIT 1')
    this.#get = database.prepare('SELECT value, crc FROM entries WHERE key = ?')
    // Keys as text: node:sqlite makes a buffer of its own for each value of bytes, which takes three times as long as digits do.
    const range = 'SELECT hex(key), value, crc FROM entries WHERE key >= ? AND key < ?'
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
    const row = this.#get.get(key) as unknown as [StoredValue, number | null] | undefined
    return row === undefined ? undefined : checkedValue(key, row[0], row[1])
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    const builder = new ChunkBuilder(budget)
    const isReverse = range.reverse === true
    const statement = isReverse ? this.#descending : this.#ascending
    let { start, end } = range
    for (;;) {
      const limit = Math.min(rowsMax, Math.max(budget.entries, 1) + 1, Math.ceil(budget.bytes / this.#rowBytes) + 1)
      const rows = statement.all(start, end, limit) as unknown as readonly Row[]
      this.#noteSizes(rows)
      let last: KeyBytes | undefined
      for (const [digits, value, checksum] of rows) {
        last = Buffer.from(digits, 'hex') as Uint8Array as KeyBytes
        // What is not taken is not checked either.
        if (!builder.offer(last, builder.isFull ? value : checkedValue(last, value, checksum))) return builder.chunk()
      }
      if (last === undefined || rows.length < limit) return builder.chunk()
      if (isReverse) end = last
      else start = following(last)
    }
  }

  #noteSizes(rows: readonly Row[]): void {
    let sizeBytes = 0
    for (const [, value] of rows) sizeBytes += value.length
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
