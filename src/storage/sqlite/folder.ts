/** The folder of a store: made where it is missing, for its owner alone, and so that a power cut leaves it there. */
import { accessSync, chmodSync, closeSync, constants, fsyncSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreOpenError } from '../store.ts'
import { messageOf, systemCode } from './sqlite-errors.ts'

const ownersFileMode = 0o600
const ownersFolderMode = 0o700
const modeOfOthers = 0o077

/** Throws StoreOpenError when `path` cannot hold a database. */
export function makeFolder(path: string): void {
  try {
    makeWithParents(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new StoreOpenError(`${path} cannot hold the database: ${whyNot(error)}`, { cause: error })
  }
}

/** Why nothing can be written to a folder that is there, or to the files of its database. Undefined: it can, or there is none. */
export function whyReadOnly(folder: string): string | undefined {
  for (const name of ['', 'stator.lock', 'stator.mark', 'stator.db', 'stator.db-wal']) {
    try {
      accessSync(join(folder, name), constants.W_OK)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') return whyNot(error)
    }
  }
  return undefined
}

/** Not `recursive`, which asks without end where the system says that a folder is missing and lets nobody make it (/proc). */
function makeWithParents(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined) {
    if (!found.isDirectory()) throw Object.assign(new Error('it is not a folder'), { code: 'ENOTDIR' })
    return
  }
  const parent = dirname(path)
  makeWithParents(parent)
  try {
    mkdirSync(path, { mode: ownersFolderMode })
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (systemCode(error) !== 'EEXIST') throw error
  }
  syncPath(parent)
}

function whyNot(error: unknown): string {
  switch (systemCode(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'it is not a folder'
    case 'EACCES':
    case 'EPERM':
      return 'no permission to write there'
    case 'EROFS':
      return 'its file system is read-only'
    case 'ENOSPC':
      return 'the disk is full'
    case 'ENOENT':
      return 'no folder can be made there'
    default:
      return messageOf(error)
  }
}

/** What was written to a file, or made or renamed in a folder, is there after a power cut. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes an empty file that nobody but its owner reads, or takes a file from the others' eyes that is there. SQLite makes those beside it alike. */
export function makePrivate(file: string): void {
  const found: Stats | undefined = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) {
    // A file that is there is not opened: to close it would drop SQLite's locks on it.
    closeSync(openSync(file, 'wx', ownersFileMode))
  } else if (found.isFile() && (found.mode & modeOfOthers) !== 0) {
    try {
      chmodSync(file, found.mode & ownersFolderMode)
    } catch {
      // It is somebody else's, who decides about it.
    }
  }
}

/** SQLite opens what it may not write all the same, to read it: a lock that nobody else meets, and a database that every write fails on. */
export function requireWritable(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw new StoreOpenError(`${file} cannot be opened: no permission to write it`, { cause: error })
  }
}
