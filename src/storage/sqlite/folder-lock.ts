/**
 * The lock of a folder: it belongs to an open file, so that the system drops it however the process ends. A file that somebody
 * removes takes the lock with it; then it is taken anew, and meanwhile the database's own lock (database-file.ts) keeps others out.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StoreOpenError } from '../store.ts'
import { makePrivate } from './folder.ts'
import { forgetHolder, inUseBy } from './holder.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { messageOf, resultCode, sqliteBusy } from './sqlite-errors.ts'

export class FolderLock {
  readonly #folder: string
  #lock: DatabaseSync | undefined

  /** Throws StoreOpenError when another process has it, or none can be had. `isShared`: of a folder that nobody can write, for who reads it. */
  constructor(folder: string, { isShared = false }: { readonly isShared?: boolean } = {}) {
    this.#folder = folder
    this.#lock = isShared ? takeSharedLock(folder) : takeLock(folder)
    // Who had it before was killed perhaps. Not before it is taken: until then the note may be of who has it.
    if (!isShared) forgetHolder(folder)
  }

  /** After its file was removed or replaced. Throws as the constructor does. */
  takeAnew(): void {
    const lock = takeLock(this.#folder)
    this.#lock?.close()
    this.#lock = lock
  }

  /** In place of a shared one, when the folder can be written again. Throws as the constructor does; then there is a shared one still. */
  takeAlone(): void {
    this.#lock?.close()
    this.#lock = undefined
    try {
      this.#lock = takeLock(this.#folder)
    } catch (error) {
      this.#lock = takeSharedLock(this.#folder)
      throw error
    }
  }

  /** Lets other processes open the folder. */
  release(): void {
    this.#lock?.close()
  }
}

function takeLock(folder: string): DatabaseSync {
  const file = join(folder, 'stator.lock')
  let lock: DatabaseSync | undefined
  try {
    makePrivate(file)
    lock = new DatabaseSync(file, { timeout: 0 })
    // Nothing is ever written to it, so that it needs no file to undo that.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (resultCode(error) === sqliteBusy) {
      throw new StoreOpenError(`${folder} is already in use by a Stator process${inUseBy(folder)}`, { cause: error })
    }
    throw new StoreOpenError(`${folder} cannot be locked: ${messageOf(error)}`, { cause: error })
  }
}

/** Many may have it, and none of them while a process writes. A folder without its file was closed in good order, or is a copy. */
function takeSharedLock(folder: string): DatabaseSync | undefined {
  const file = join(folder, 'stator.lock')
  if (!existsSync(file)) return undefined
  const lock = new DatabaseSync(file, { readOnly: true, timeout: 0 })
  try {
    lock.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
    return lock
  } catch (error) {
    lock.close()
    throw new StoreOpenError(`${folder} is already in use by a Stator process that writes it`, { cause: error })
  }
}

/** Whether a process has it, of which nothing is left behind. */
export function isOpenElsewhere(folder: string): boolean {
  const file = join(folder, 'stator.lock')
  if (!existsSync(file)) return false
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return false
  } catch {
    return true
  } finally {
    lock.close()
  }
}
