/** The embedded store: SQLite on node:sqlite, in write-ahead mode with a full sync at every commit. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assert } from '../../base/assert.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import { type CommitTarget, GroupCommit } from '../local/group-commit.ts'
import type { Change } from '../local/write-turn.ts'
import type { KeyBytes, Snapshot, Store, StoredValue, StoreObserver, WriteTurn } from '../store.ts'
import { Checkpointer } from './checkpointer.ts'
import { type DatabaseFile, formatVersion, openDatabaseFile, openReader, pageSizeBytes } from './database-file.ts'
import { ReadViews } from './read-views.ts'

export interface SqliteStoreOptions {
  /** Made, readable for its owner alone, when it is missing. */
  readonly folder: string
  readonly observer?: StoreObserver
  /** Tells when a store that could not commit may try again. */
  readonly clock?: Clock
  /** Is told what needs attention and harms nobody yet, e.g. a log that a forgotten snapshot keeps growing. */
  readonly warn?: (text: string) => void
}

/** After a failed commit, writes are refused this long before one of them tries again. */
const retryAfterMs = 1000

/** Opens the folder's store for this process alone. Throws StoreOpenError: in use, newer format, damaged, not a folder, no permission. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const file = openDatabaseFile(options.folder)
  return new SqliteStore(file, options)
}

class SqliteStore implements Store {
  readonly #file: DatabaseFile
  readonly #views: ReadViews
  readonly #checkpointer: Checkpointer
  readonly #commits: GroupCommit
  #closing: Promise<void> | undefined

  constructor(file: DatabaseFile, options: SqliteStoreOptions) {
    this.#file = file
    this.#views = new ReadViews(() => openReader(file.path))
    this.#checkpointer = new Checkpointer({
      file: file.path,
      pause: () => this.#commits.pause(),
      resume: () => this.#commits.resume(),
      heldSnapshots: () => this.#views.retiredCount,
      warn: options.warn ?? ((text) => process.emitWarning(text)),
    })
    this.#commits = new GroupCommit({
      target: new SqliteWriter(file.writer, this.#views, this.#checkpointer),
      observer: options.observer,
      clock: options.clock ?? systemClock,
      retryAfterMs,
    })
  }

  snapshot(): Snapshot {
    return this.#views.snapshot()
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T> {
    return this.#commits.write(reads, decide)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** The last connection to close copies the rest of the log, so readers and the worker go first. */
  async #close(): Promise<void> {
    this.#commits.close()
    this.#views.close()
    await this.#checkpointer.close()
    this.#file.writer.close()
    this.#file.unlock()
  }
}

/** The writing connection as the target of group commits. */
class SqliteWriter implements CommitTarget {
  readonly #database: DatabaseSync
  readonly #views: ReadViews
  readonly #checkpointer: Checkpointer
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #get: StatementSync
  readonly #put: StatementSync
  readonly #delete: StatementSync
  /** What the open commit will add to the log, at most: every change a page of the table and one of the index. */
  #changedBytes = 0

  constructor(database: DatabaseSync, views: ReadViews, checkpointer: Checkpointer) {
    this.#database = database
    this.#views = views
    this.#checkpointer = checkpointer
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
    this.#get = database.prepare('SELECT value FROM entries WHERE key = ?')
    this.#get.setReturnArrays(true)
    this.#put = database.prepare('INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    this.#delete = database.prepare('DELETE FROM entries WHERE key = ?')
  }

  begin(): void {
    this.#changedBytes = 0
    this.#begin.run()
  }

  get(key: KeyBytes): StoredValue | undefined {
    const row: unknown = this.#get.get(key)
    return row === undefined ? undefined : (row as [StoredValue])[0]
  }

  apply(changes: readonly Change[]): void {
    // SQLite may roll back by itself after an I/O error; what followed would then be committed change by change.
    assert(this.#database.isTransaction, 'the transaction of the open commit is gone')
    for (const { key, value } of changes) {
      if (value === undefined) this.#delete.run(key)
      else this.#put.run(key, value)
      this.#changedBytes += pageSizeBytes * 2 + (value === undefined ? 0 : value.length)
    }
  }

  commit(): void {
    this.#views.retire()
    assert(this.#database.isTransaction, 'the transaction of the open commit is gone')
    this.#commit.run()
    this.#checkpointer.grew(this.#changedBytes)
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  /** Writes the format version again: a commit that changes nothing. */
  probe(): void {
    this.#database.exec(`PRAGMA user_version = ${formatVersion}`)
  }
}
