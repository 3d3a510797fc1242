/**
 * Whether the files of an open store are still those in its folder. A process goes on to write a file that was deleted or replaced, and
 * nobody finds it again; so somebody looks before each commit. Deleting, renaming and making a file changes its folder, so that most
 * looks ask for nothing but that.
 */
import { type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { stopwatchMs } from '../../base/clock.ts'
import { folderSettledAfterMs } from '../limits.ts'

/** In the order of what it means that they are gone. */
const databaseFiles = ['stator.db', 'stator.db-wal'] as const

export type DatabaseFileName = (typeof databaseFiles)[number]

export type WatchedFile = DatabaseFileName | 'stator.lock'

export class FolderWatch {
  readonly #folder: string
  readonly #files = new Map<WatchedFile, Stats | undefined>()
  #known: Stats | undefined
  /** A state of the folder in which all files were right, and since when. */
  #seen: { readonly state: Stats; readonly sinceMs: number } | undefined

  constructor(folder: string) {
    this.#folder = folder
    this.renew()
  }

  /** The files are from now on those that are there. */
  renew(): void {
    this.#known = undefined
    this.#seen = undefined
    for (const name of [...databaseFiles, 'stator.lock'] as const) this.#files.set(name, look(join(this.#folder, name)))
  }

  /** The lock is from now on that which is there. */
  renewLock(): void {
    this.#files.set('stator.lock', look(join(this.#folder, 'stator.lock')))
  }

  /** Which file of the database is not there any more, or another. */
  missing(): DatabaseFileName | undefined {
    const state = look(this.#folder)
    if (state !== undefined && isSameState(state, this.#known)) return undefined
    for (const name of databaseFiles) if (!this.has(name)) return name
    this.#note(state)
    return undefined
  }

  /** Whether this file is still the one that it was. */
  has(name: WatchedFile): boolean {
    return isSameFile(look(join(this.#folder, name)), this.#files.get(name))
  }

  /** Two changes may have the same time, so a state of the folder is believed when it has stood for a while. */
  #note(state: Stats | undefined): void {
    if (state === undefined) return
    const nowMs = stopwatchMs()
    if (this.#seen === undefined || !isSameState(state, this.#seen.state)) this.#seen = { state, sinceMs: nowMs }
    else if (nowMs - this.#seen.sinceMs >= folderSettledAfterMs) this.#known = state
  }
}

/** Undefined also where it may not be looked at. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isSameFile(a: Stats | undefined, b: Stats | undefined): boolean {
  return a === undefined ? b === undefined : a.ino === b?.ino && a.dev === b.dev
}

function isSameState(a: Stats, b: Stats | undefined): boolean {
  return a.mtimeMs === b?.mtimeMs && a.ino === b.ino && a.dev === b.dev
}
