/**
 * The database as the target of group commits, over one session after another.
 *
 *   open ── a write or a sync fails, the log is gone ──> closed ── opened again, from what is in the files ──> open
 *                                                          └─ cannot be opened: again a second later; told of after some times
 *
 * What the failed commit has left in the log is struck out first, so that what is opened again is without it. While the folder cannot be
 * written at all, it is read (database-file.ts, openUnwritten), at the start and later.
 */
import { assert } from '../../base/assert.ts'
import { reopeningsMax } from '../limits.ts'
import type { Change } from '../local/buffered-turn.ts'
import type { CommitTarget } from '../local/group-commit.ts'
import type { DurableView } from '../local/local-store.ts'
import { type KeyBytes, type StoredValue, StoreUnavailable } from '../store.ts'
import { CheckedRows } from './checked-rows.ts'
import { type DatabaseFolder, openUnwritten, pageSizeBytes } from './database-file.ts'
import { whyReadOnly } from './folder.ts'
import { type DatabaseFileName, FolderWatch } from './folder-watch.ts'
import { ReadViews } from './read-views.ts'
import { Room } from './room.ts'
import { Session, type SessionSurroundings } from './session.ts'
import {
  isWriteFailure,
  isWriteFailureCode,
  messageOf,
  resultCode,
  sqliteCorrupt,
  sqliteFull,
  sqliteNotADatabase,
} from './sqlite-errors.ts'
import type { SqliteWriter } from './sqlite-writer.ts'
import { strikeOut } from './strike-out.ts'
import type { PagesOfFile } from './vacuum.ts'

export interface SqliteTargetOptions extends Pick<SessionSurroundings, 'pause' | 'resume' | 'warn' | 'markEveryMs'> {
  readonly folder: DatabaseFolder
  /** Nothing is to be written until the database was opened again. */
  refuseWrites(why: Error): void
  /** Of the disk. */
  freeBytes(): number
  /** It could not be opened again, several times. */
  lost(why: Error): void
}

export class SqliteTarget implements CommitTarget {
  readonly #options: SqliteTargetOptions
  readonly #file: string
  readonly #watch: FolderWatch
  readonly #room: Room
  #session: Session | undefined
  /** What reads ask while the folder cannot be written. */
  #unwritten: ReadViews | undefined
  readonly #checked = new CheckedRows()
  /** Why there is none. */
  #why: Error | undefined
  /** Resolves when the session that is not trusted is closed. */
  #closing: Promise<void> | undefined
  #reopenings = 0
  #isOver = false
  /** Whether others may read the folder, too: it was opened when nobody could write it. */
  #isShared: boolean

  /** Throws StoreOpenError. */
  constructor(options: SqliteTargetOptions) {
    this.#options = options
    this.#file = options.folder.file
    this.#isShared = options.folder.isReadOnly === true
    this.#watch = new FolderWatch(options.folder.folder)
    this.#room = new Room({ ...options, folder: options.folder.folder, becameTight: () => this.emptyLog() })
    if (options.folder.isReadOnly === undefined) this.#session = this.#open()
    else if (!this.#readUnwritten()) throw this.#why ?? new StoreUnavailable('the database is not open')
  }

  // What group commits ask.

  hasForeignWrites(): boolean {
    return this.#session?.writer.hasForeignWrites() ?? false
  }

  begin(): void {
    this.#writer().begin()
  }

  get(key: KeyBytes): StoredValue | undefined {
    if (this.#isUnwritten) return this.getDurable(key)
    try {
      return this.#writer().get(key)
    } catch (error) {
      throw this.explain(error)
    }
  }

  getDurable(key: KeyBytes): StoredValue | undefined {
    return this.getAll([key])[0]
  }

  apply(changes: readonly Change[]): void {
    this.#writer().apply(changes)
  }

  commit(): void {
    this.checkFiles()
    this.#writer().commit()
  }

  writeRefusal(): string | undefined {
    return this.#isUnwritten ? this.#why?.message : undefined
  }

  tightness(): string | undefined {
    return this.#room.trouble
  }

  rollback(error: unknown): boolean {
    const { writer } = this.#session ?? {}
    writer?.rollback()
    if (resultCode(error) === sqliteFull) {
      this.#room.ranOut()
      return true
    }
    if (isWriteFailure(error) || (error instanceof FileGone && error.file === 'stator.db-wal')) this.distrust(error as Error)
    return false
  }

  /** Writes the format version again: a commit that changes nothing. */
  probe(): void {
    if (this.#isUnwritten) return
    this.checkFiles()
    this.#writer().probe()
  }

  // What reads ask.

  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    return this.#views().getAll(keys)
  }

  openView(): DurableView {
    return this.#views().openView()
  }

  forgetChecked(): void {
    this.#session?.checked.forget()
  }

  // What may go wrong.

  /** SQLite says that an image is malformed, and not which. */
  explain(error: unknown): unknown {
    const code = resultCode(error)
    if (code !== sqliteCorrupt && code !== sqliteNotADatabase) return error
    return new Error(`${this.#file} is damaged`, { cause: error })
  }

  /** Throws when the files of the database are not those that are open. */
  checkFiles(): void {
    const missing = this.#watch.missing()
    if (missing !== undefined) throw new FileGone(this.#options.folder.folder, missing)
  }

  /** A lock whose file was removed is taken anew. Another process may have it for as long as it takes to find the database locked. */
  keepLock(): void {
    if (this.#watch.has('stator.lock')) return
    try {
      this.#options.folder.lock.takeAnew()
      this.#watch.renewLock()
    } catch {
      // The database has a lock of its own.
    }
  }

  /** Looks how much room there is. To be called every so often. */
  lookAtRoom(): void {
    if (this.#session !== undefined) this.#room.look(this.#room.isTight ? (this.pages()?.free ?? 0) * pageSizeBytes : 0)
  }

  get isTight(): boolean {
    return this.#room.isTight
  }

  /** Undefined while the database is not open, or does not say: whoever asks is no request that could be told why. */
  pages(): PagesOfFile | undefined {
    try {
      return this.#session?.writer.pages()
    } catch {
      return undefined
    }
  }

  giveBack(pages: number): void {
    this.#writer().giveBack(pages)
  }

  /** Copies the log, so that the file is cut to what is in it, and empties it. */
  emptyLog(): void {
    this.#session?.emptyLog()
  }

  /** Why nothing can be asked, or not everything, in one sentence. */
  get trouble(): string | undefined {
    return this.#why?.message ?? this.#room.trouble
  }

  /** Closes the database and opens it again: writes are refused meanwhile, reads for as long as that takes. */
  distrust(error: Error): void {
    const session = this.#session
    if (session === undefined) return
    this.#session = undefined
    this.#why = new Error(`${this.#file} is being opened again, because it could not be written: ${messageOf(error)}`, { cause: error })
    this.#strikeOut(session.writer)
    this.#reopenings = 0
    const closed = (): void => {
      this.#closing = undefined
      this.reopen()
    }
    this.#closing = session.close().then(closed, closed)
  }

  /** To be called again and again: one that is closed may be there again. */
  reopen(): void {
    if (this.#session !== undefined || this.#closing !== undefined || this.#isOver) return
    try {
      if (this.#readUnwritten()) return
      this.#checkDatabase()
      if (this.#unwritten !== undefined && this.#isShared) {
        this.#options.folder.lock.takeAlone()
        this.#isShared = false
      }
      this.#session = this.#open()
      this.#unwritten?.close()
      this.#unwritten = undefined
      this.#why = undefined
    } catch (error) {
      assert(error instanceof Error, 'an error is thrown')
      this.#why = error
      this.#reopenings += 1
      if (this.#reopenings === reopeningsMax) this.#options.lost(error)
    }
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#closing
    await this.#room.close()
    this.#unwritten?.close()
    await this.#session?.close()
    this.#options.folder.lock.release()
  }

  /** Whether the folder cannot be written; then it is read. Throws StoreOpenError when it cannot be, either. */
  #readUnwritten(): boolean {
    const { folder } = this.#options.folder
    const why = whyReadOnly(folder)
    if (why === undefined) return false
    if (this.#unwritten === undefined) {
      const views = new ReadViews(() => openUnwritten(this.#file), this.#checked)
      views.openView().end()
      views.getAll([])
      this.#unwritten = views
      this.#options.warn(`${readOnly(folder, why)}.`)
    }
    this.#why = new Error(readOnly(folder, why))
    return true
  }

  /** Where this fails, too, nobody can say what the disk has of the commit; the log that is read next tells, and from then on it stays so. */
  #strikeOut(writer: SqliteWriter): void {
    try {
      strikeOut(`${this.#file}-wal`, writer.logFrames())
    } catch (error) {
      this.#options.warn(`what a failed commit has left in the log could not be taken out of it: ${messageOf(error)}`)
    }
  }

  #open(): Session {
    const session = new Session({
      ...this.#options,
      file: this.#file,
      room: this.#room,
      checkDatabase: () => this.#checkDatabase(),
      copyFailed: (code) => {
        if (!isWriteFailureCode(code)) return
        const error = new Error('the log could not be copied into the database')
        this.#options.refuseWrites(error)
        this.distrust(error)
      },
    })
    this.#watch.renew()
    // A connection that is open needs no name any more: reads go on when somebody deletes the file.
    session.views.openView().end()
    return session
  }

  /** A file in its place would be opened like it, and made when there is none. */
  #checkDatabase(): void {
    if (!this.#watch.has('stator.db')) throw new FileGone(this.#options.folder.folder, 'stator.db')
  }

  get #isUnwritten(): boolean {
    return this.#session === undefined && this.#unwritten !== undefined
  }

  #views(): ReadViews {
    return this.#isUnwritten && this.#unwritten !== undefined ? this.#unwritten : this.#opened().views
  }

  #writer(): SqliteWriter {
    return this.#opened().writer
  }

  #opened(): Session {
    if (this.#session === undefined) throw new StoreUnavailable('the database is not open', { cause: this.#why })
    return this.#session
  }
}

function readOnly(folder: string, why: string): string {
  return `${folder} cannot be written (${why}): reads go on, writes when it can`
}

class FileGone extends Error {
  readonly file: DatabaseFileName

  constructor(folder: string, file: DatabaseFileName) {
    super(
      file === 'stator.db'
        ? `${file} in ${folder} was deleted or replaced while it was in use, and nothing is written until it is back`
        : `${file} in ${folder} was deleted or replaced while it was in use`,
    )
    this.file = file
  }
}
