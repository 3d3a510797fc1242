/**
 * A file that a running server goes by. It is looked at every second rather than watched: what replaces a file by another one, or by
 * a link to another one, is not told by every file system.
 */
import { readFileSync, statSync, watchFile } from 'node:fs'
import type { Log } from '../base/log.ts'
import { fileLookMs } from './limits.ts'
import { UsageError } from './read-arguments.ts'

export class WatchedFile {
  readonly #path: string
  readonly #what: string
  readonly #log: Log

  /** `what` begins the sentences about it. */
  constructor(path: string, what: string, log: Log) {
    this.#path = path
    this.#what = what
    this.#log = log
  }

  /** Throws UsageError when it can't be read or `use` throws. Later that is told to the log, and what was used before holds. */
  useNowAndWhenChanged(use: (text: string) => void): void {
    try {
      use(readFileSync(this.#path, 'utf8'))
    } catch (error) {
      throw new UsageError(`${this.#what} cannot be used: ${reasonOf(error)}`)
    }
    if ((statSync(this.#path).mode & 0o077) !== 0)
      this.#log(`${this.#what} can be read by other users of this machine: chmod 600 ${this.#path}`)
    watchFile(this.#path, { interval: fileLookMs, persistent: false }, () => this.#useAgain(use))
  }

  #useAgain(use: (text: string) => void): void {
    try {
      use(readFileSync(this.#path, 'utf8'))
      this.#log(`${this.#what} were read again`)
    } catch (error) {
      this.#log(`${this.#what} cannot be used, and those read before still hold: ${reasonOf(error)}`)
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
