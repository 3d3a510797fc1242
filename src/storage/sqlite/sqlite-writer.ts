/** The writing connection: what the target of group commits does as long as this connection is to be trusted (sqlite-target.ts). */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assert } from '../../base/assert.ts'
import { keyObjectsMax } from '../limits.ts'
import type { Change } from '../local/buffered-turn.ts'
import type { KeyBytes, StoredValue } from '../store.ts'
import type { CheckedRows } from './checked-rows.ts'
import type { Checkpointer } from './checkpointer.ts'
import { checksumOf } from './checksum.ts'
import type { CommitMark } from './commit-mark.ts'
import { formatVersion, incrementalVacuum, pageSizeBytes } from './database-file.ts'
import type { ReadViews } from './read-views.ts'
import type { PagesOfFile } from './vacuum.ts'

interface WriterSurroundings {
  readonly views: ReadViews
  readonly checkpointer: Checkpointer
  readonly checked: CheckedRows
  readonly mark: CommitMark
}

export class SqliteWriter {
  readonly #database: DatabaseSync
  readonly #views: ReadViews
  readonly #checkpointer: Checkpointer
  readonly #checked: CheckedRows
  readonly #mark: CommitMark
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #replace: StatementSync
  readonly #delete: StatementSync
  readonly #version: StatementSync
  readonly #pages: readonly StatementSync[]
  /** The ids of rows that were read and are still there, by the key object they were read with: most are written by the turn that read them. */
  readonly #ids = new Map<KeyBytes, number>()
  /** What the open commit will add to the log, at most: every change a page of the table and one of the index. */
  #changedBytes = 0
  /** Another number when another connection has written. */
  #seenVersion: number

  constructor(database: DatabaseSync, { views, checkpointer, checked, mark }: WriterSurroundings) {
    this.#database = database
    this.#views = views
    this.#checkpointer = checkpointer
    this.#checked = checked
    this.#mark = mark
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
    this.#get = database.prepare('SELECT id, value, crc FROM entries WHERE key = ?')
    this.#get.setReturnArrays(true)
    this.#put = database.prepare(
      'INSERT INTO entries (key, value, crc) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, crc = excluded.crc',
    )
    // Saves the way through the index of keys, one part in eight of a put.
    this.#replace = database.prepare('UPDATE entries SET value = ?, crc = ? WHERE id = ?')
    this.#delete = database.prepare('DELETE FROM entries WHERE key = ?')
    this.#version = database.prepare('PRAGMA data_version')
    this.#version.setReturnArrays(true)
    this.#pages = ['freelist_count', 'page_count', 'auto_vacuum'].map((name) => database.prepare(`PRAGMA ${name}`))
    for (const statement of this.#pages) statement.setReturnArrays(true)
    this.#seenVersion = this.#readVersion()
  }

  /** Whether somebody else has written since this was asked last. What is read from here on is what they left. */
  hasForeignWrites(): boolean {
    const version = this.#readVersion()
    if (version === this.#seenVersion) return false
    this.#seenVersion = version
    this.#ids.clear()
    this.#views.retire()
    return true
  }

  begin(): void {
    this.#changedBytes = 0
    this.#begin.run()
    // From here on nobody else can write. What is decided already was decided on what was before.
    if (this.#readVersion() !== this.#seenVersion) throw new Error('another program has written to the database')
  }

  get(key: KeyBytes): StoredValue | undefined {
    const row = this.#get.get(key) as unknown as readonly [number, StoredValue, number | null] | undefined
    if (row === undefined) return undefined
    const [id, value, checksum] = row
    this.#checked.check(id, key, value, checksum)
    if (this.#ids.size >= keyObjectsMax) this.#ids.clear()
    this.#ids.set(key, id)
    return value
  }

  apply(changes: readonly Change[]): void {
    // SQLite may roll back by itself after an I/O error; what followed would then be committed change by change.
    assert(this.#database.isTransaction, 'the transaction of the open commit is gone')
    for (const { key, value } of changes) {
      if (value === undefined) this.#remove(key)
      else this.#write(key, value)
      this.#changedBytes += pageSizeBytes * 2 + (value === undefined ? 0 : value.length)
    }
  }

  #write(key: KeyBytes, value: StoredValue): void {
    const id = this.#ids.get(key)
    if (id === undefined) this.#put.run(key, value, checksumOf(key, value))
    else this.#replace.run(value, checksumOf(key, value), id)
  }

  /** The id may be given to another row. */
  #remove(key: KeyBytes): void {
    this.#delete.run(key)
    this.#ids.clear()
  }

  commit(): void {
    this.#ids.clear()
    this.#views.retire()
    assert(this.#database.isTransaction, 'the transaction of the open commit is gone')
    this.#commit.run()
    this.#mark.committed()
    this.#checkpointer.grew(this.#changedBytes)
  }

  rollback(): void {
    this.#ids.clear()
    if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  /** Writes the format version again: a commit that changes nothing. */
  probe(): void {
    this.#database.exec(`PRAGMA user_version = ${formatVersion}`)
  }

  /** Of the open transaction, where there is one. */
  pages(): PagesOfFile {
    const [free = 0, total = 0, mode = 0] = this.#pages.map((statement) => (statement.get() as unknown as readonly [number])[0])
    return { free, total, canShrink: mode === incrementalVacuum }
  }

  /** In the open transaction. */
  giveBack(pages: number): void {
    this.#database.exec(`PRAGMA incremental_vacuum(${pages})`)
    this.#changedBytes += pages * pageSizeBytes
  }

  /** How many frames the log has up to the last commit (PRAGMA wal_checkpoint=NOOP; SQLite before 3.51 copies some of them meanwhile). */
  logFrames(): number {
    return Number(this.#database.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.log)
  }

  /** All other connections are closed. */
  close(): void {
    if (this.#database.isOpen) this.#mark.closeWith(this.#database)
  }

  #readVersion(): number {
    return (this.#version.get() as unknown as readonly [number])[0]
  }
}
