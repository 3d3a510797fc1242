/**
 * The connections to the database from one opening to the next. After a write or a sync that failed nothing is trusted that SQLite
 * or the system remember: all of them are closed, and a new session begins with what is in the files.
 */
import { CheckedRows } from './checked-rows.ts'
import { Checkpointer } from './checkpointer.ts'
import { CommitMark } from './commit-mark.ts'
import { openReader, openWriter } from './database-file.ts'
import { ReadViews } from './read-views.ts'
import type { Room } from './room.ts'
import { SqliteWriter } from './sqlite-writer.ts'

export interface SessionSurroundings {
  readonly file: string
  readonly room: Room
  /** Throws when what is under the name of the file is not what was opened. */
  checkDatabase(): void
  /** Makes writes wait, and lets them run again. */
  pause(): void
  resume(): void
  warn(text: string): void
  /** See SqliteStoreOptions. */
  readonly markEveryMs: number
  /** Something could not be copied into the database; `code`: SQLite's, where it gave one. */
  copyFailed(code: number | undefined): void
}

export class Session {
  readonly writer: SqliteWriter
  readonly views: ReadViews
  readonly checked: CheckedRows = new CheckedRows()
  readonly #checkpointer: Checkpointer

  /** Throws StoreOpenError. */
  constructor(surroundings: SessionSurroundings) {
    const { file } = surroundings
    const connection = openWriter(file)
    const views = new ReadViews(() => {
      surroundings.checkDatabase()
      return openReader(file)
    }, this.checked)
    this.views = views
    const mark = new CommitMark(file, surroundings.markEveryMs)
    this.#checkpointer = new Checkpointer({
      ...surroundings,
      heldViews: () => views.retiredCount,
      wrote: (bytes) => surroundings.room.wrote(bytes),
      everyBytes: () => surroundings.room.checkpointEveryBytes,
      beforeEmptying: () => mark.isAllCopied(),
      // An emptied log looks to SQLite as if somebody else had written.
      emptied: () => void this.writer.hasForeignWrites(),
    })
    this.writer = new SqliteWriter(connection, {
      views,
      checkpointer: this.#checkpointer,
      checked: this.checked,
      mark,
    })
  }

  /** Makes the file of the log empty, as soon as that can be. */
  emptyLog(): void {
    this.#checkpointer.empty()
  }

  /** The last connection to close copies the rest of the log, so readers and the worker go first. */
  async close(): Promise<void> {
    this.views.close()
    await this.#checkpointer.close()
    this.writer.close()
  }
}
