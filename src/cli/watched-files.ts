/**
 * Files that a running server goes by: read at the start, again when they change, and when somebody asks for it. They are looked at every
 * second rather than watched: what replaces a file by another one, or by a link to another one, is not told by every file system.
 */
import { readFileSync, statSync, watchFile } from 'node:fs'
import type { Log } from '../base/log.ts'
import type { Reloaded } from '../server/control/route.ts'
import { fileLookMs } from './limits.ts'
import { UsageError } from './read-arguments.ts'

export interface FilesInUse {
  /** Begins the sentences about them: `The keys in keys.json`. */
  readonly what: string
  readonly paths: readonly string[]
  /** Those of `paths` that nobody else should be able to read. */
  readonly secret?: readonly string[]
  /** Takes their texts, or throws an error with a sentence about why not; what was used before holds then. */
  use(texts: readonly string[]): void | Promise<void>
}

export class WatchedFiles {
  readonly #log: Log
  readonly #inUse: FilesInUse[] = []

  constructor(log: Log) {
    this.#log = log
  }

  /** Rejects with UsageError when they can't be used. Later that is told to the log. */
  async useNowAndWhenChanged(files: FilesInUse): Promise<void> {
    try {
      await use(files)
    } catch (error) {
      throw new UsageError(`${files.what} cannot be used: ${reasonOf(error)}`)
    }
    for (const path of files.secret ?? []) {
      if ((statSync(path).mode & 0o077) !== 0) this.#log(`${path} can be read by other users of this machine: chmod 600 ${path}`)
    }
    this.#inUse.push(files)
    for (const path of files.paths) watchFile(path, { interval: fileLookMs, persistent: false }, () => void this.#useAgain(files))
  }

  /** Reads all of them again. */
  async reload(): Promise<readonly Reloaded[]> {
    const reloaded: Reloaded[] = []
    for (const files of this.#inUse) reloaded.push({ files: [...files.paths], ...(await this.#useAgain(files)) })
    return reloaded
  }

  async #useAgain(files: FilesInUse): Promise<{ readonly error?: string }> {
    try {
      await use(files)
      this.#log(`${files.what}: read again`)
      return {}
    } catch (error) {
      this.#log(`${files.what} cannot be used, and what was read before still holds: ${reasonOf(error)}`)
      return { error: reasonOf(error) }
    }
  }
}

async function use({ paths, use }: FilesInUse): Promise<void> {
  await use(paths.map((path) => readFileSync(path, 'utf8')))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
