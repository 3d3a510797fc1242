/** The embedded store: SQLite on node:sqlite, in write-ahead mode with a full sync at every commit. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assert } from '../../base/assert.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import { checkedRowsAgeMs, commitRetryAfterMs, keyObjectsMax, markEveryMs } from '../limits.ts'
import type { Change } from '../local/buffered-turn.ts'
import { type CommitTarget, GroupCommit } from '../local/group-commit.ts'
import { LocalStore } from '../local/local-store.ts'
import type { KeyBytes, Store, StoredValue } from '../store.ts'
import { CheckedRows } from './checked-rows.ts'
import { Checkpointer } from './checkpointer.ts'
import { checksumOf } from './checksum.ts'
import { CommitMark } from './commit-mark.ts'
import { formatVersion, openDatabaseFile, openReader, pageSizeBytes } from './database-file.ts'
import { ReadViews } from './read-views.ts'

export interface SqliteStoreOptions {
  /** Made, readable for its owner alone, when it is missing. */
  readonly folder: string
  /** Tells when a store that could not commit may try again. */
  readonly clock?: Clock
  /** Is told what needs attention and harms nobody yet, e.g. a log that a forgotten view keeps growing. */
  readonly warn?: (text: string) => void
  /** How long after a commit it is marked how far the log has come; 0: in the commit. Left out: soon enough, and costing no request anything. */
  readonly markEveryMs?: number
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit?: () => void
}

/** Opens the folder's store for this process alone. Throws StoreOpenError: in use, newer format, damaged, not a folder, no permission. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const file = openDatabaseFile(options.folder)
  const checked = new CheckedRows()
  const forgetting = setInterval(() => checked.forget(), checkedRowsAgeMs).unref()
  const views = new ReadViews(() => openReader(file.path), checked)
  const mark = new CommitMark(file.path, options.markEveryMs ?? markEveryMs)
  const checkpointer: Checkpointer = new Checkpointer({
    file: file.path,
    pause: () => commits.pause(),
    resume: () => commits.resume(),
    heldViews: () => views.retiredCount,
    warn: options.warn ?? ((text) => process.emitWarning(text)),
  })
  const commits = new GroupCommit({
    target: new SqliteWriter(file.writer, { views, checkpointer, checked, mark }),
    clock: options.clock ?? systemClock,
    retryAfterMs: commitRetryAfterMs,
    failCommit: options.failCommit,
  })
  return new LocalStore({
    commits,
    getDurable: (keys) => views.getAll(keys),
    openView: () => views.openView(),
    // The last connection to close copies the rest of the log, so readers and the worker go first.
    release: async () => {
      clearInterval(forgetting)
      views.close()
      await checkpointer.close()
      mark.closeWith(file.writer)
      file.unlock()
    },
  })
}

interface WriterSurroundings {
  readonly views: ReadViews
  readonly checkpointer: Checkpointer
  readonly checked: CheckedRows
  readonly mark: CommitMark
}

/** The writing connection as the target of group commits. */
class SqliteWriter implements CommitTarget {
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
  /** The ids of rows that were read and are still there, by the key object they were read with: most are written by the turn that read them. */
  readonly #ids = new Map<KeyBytes, number>()
  /** What the open commit will add to the log, at most: every change a page of the table and one of the index. */
  #changedBytes = 0

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
  }

  begin(): void {
    this.#changedBytes = 0
    this.#begin.run()
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

  getDurable(key: KeyBytes): StoredValue | undefined {
    return this.#views.getAll([key])[0]
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
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  /** Writes the format version again: a commit that changes nothing. */
  probe(): void {
    this.#database.exec(`PRAGMA user_version = ${formatVersion}`)
  }
}
