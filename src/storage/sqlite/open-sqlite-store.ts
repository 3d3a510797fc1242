/** The embedded store: SQLite on node:sqlite, in write-ahead mode with a full sync at every commit. */
import { type Clock, systemClock } from '../../base/clock.ts'
import { checkedRowsAgeMs, commitRetryAfterMs, markEveryMs, storeTendedEveryMs } from '../limits.ts'
import { GroupCommit } from '../local/group-commit.ts'
import { LocalStore } from '../local/local-store.ts'
import type { Store } from '../store.ts'
import { type DatabaseFolder, pageSizeBytes, takeFolderToServe } from './database-file.ts'
import { freeBytesOf } from './room.ts'
import { messageOf } from './sqlite-errors.ts'
import { SqliteTarget } from './sqlite-target.ts'
import { Vacuum } from './vacuum.ts'

export interface SqliteStoreOptions {
  /** Made, readable for its owner alone, when it is missing. */
  readonly folder: string
  /** Tells when a store that could not commit may try again. */
  readonly clock?: Clock
  /** Is told what needs attention and harms nobody yet, e.g. a log that a forgotten view keeps growing. */
  readonly warn?: (text: string) => void
  /** Is told, once, that the database could not be written and cannot be opened again. It is tried all the same for as long as it is not closed. */
  readonly lost?: (why: Error) => void
  /** How long after a commit it is marked how far the log has come; 0: in the commit. Left out: soon enough, and costing no request anything. */
  readonly markEveryMs?: number
  /** For tests: how many bytes the disk has free. */
  readonly freeBytes?: () => number
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit?: () => void
}

export interface SqliteStore extends Store {
  trouble(): string | undefined
  /** Looks after the files and tries again what failed. It does so by itself every second; for tests, which do not wait. */
  tend(): void
  /** Gives all free pages back to the disk, in steps beside what else is done. Resolves when there are none, or it cannot be done now. For tests. */
  compact(): Promise<void>
}

/**
 * Opens the folder's store for this process alone. Throws StoreOpenError: in use, newer format, damaged, not a folder, no permission.
 * It goes on by itself when the disk does again, and never writes to files that are not in the folder any more.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const folder = takeFolderToServe(options.folder)
  try {
    return new SelfTendingStore(options, folder)
  } catch (error) {
    folder.lock.release()
    throw error
  }
}

class SelfTendingStore extends LocalStore implements SqliteStore {
  readonly #target: SqliteTarget
  readonly #commits: GroupCommit
  readonly #vacuum: Vacuum

  constructor(options: SqliteStoreOptions, folder: DatabaseFolder) {
    const { clock = systemClock, warn = process.emitWarning, lost = () => {}, failCommit } = options
    const target: SqliteTarget = new SqliteTarget({
      folder,
      pause: () => commits.pause(),
      resume: () => commits.resume(),
      refuseWrites: (why) => commits.refuse(why),
      warn: (text) => warn(text),
      lost,
      freeBytes: options.freeBytes ?? (() => freeBytesOf(folder.folder)),
      markEveryMs: options.markEveryMs ?? markEveryMs,
    })
    const commits = new GroupCommit({ target, clock, retryAfterMs: commitRetryAfterMs, failCommit })
    const vacuum = new Vacuum({
      pageSizeBytes,
      pages: () => target.pages(),
      giveBack: (pages) => target.giveBack(pages),
      inCommit: (work) => commits.maintain(work),
      done: () => target.emptyLog(),
    })
    const timers = [setInterval(() => target.forgetChecked(), checkedRowsAgeMs), setInterval(() => this.tend(), storeTendedEveryMs)]
    for (const timer of timers) timer.unref()
    super({
      commits,
      getDurable: (keys) => target.getAll(keys),
      openView: () => target.openView(),
      explain: (error) => target.explain(error),
      trouble: () => target.trouble ?? whyRefused(commits.refusal),
      release: async () => {
        await vacuum.stop()
        for (const timer of timers) clearInterval(timer)
        await target.close()
      },
    })
    this.#target = target
    this.#commits = commits
    this.#vacuum = vacuum
  }

  tend(): void {
    this.#target.reopen()
    this.#target.keepLock()
    try {
      this.#target.checkFiles()
    } catch (error) {
      if (this.#commits.refusal === undefined) this.#commits.refuse(error)
    }
    this.#target.lookAtRoom()
    this.#commits.heal()
    void this.#vacuum.run(this.#target.isTight)
  }

  compact(): Promise<void> {
    return this.#vacuum.run(true)
  }
}

function whyRefused(refusal: unknown): string | undefined {
  return refusal === undefined ? undefined : `writes are refused after a commit that failed: ${messageOf(refusal)}`
}
