/**
 * The files of a store and how one opens them. Only this file knows the format on disk:
 *
 *   | file in the folder      | what                                                                                       |
 *   | ----------------------- | ------------------------------------------------------------------------------------------ |
 *   | stator.db               | SQLite database, application_id 0x53746174 ("Stat"), user_version = format version, now 2   |
 *   | stator.db-wal, -shm     | SQLite's write-ahead log and its index; part of the database as long as they are there       |
 *   | stator.mark             | how far the log had come when somebody was last told of a commit (commit-mark.ts)           |
 *   | stator.lock             | empty; its SQLite lock is held by the process that has the store open, and dies with it      |
 *
 *   | table entries           |                                                                                            |
 *   | ----------------------- | ------------------------------------------------------------------------------------------ |
 *   | id INTEGER PRIMARY KEY  | order of insertion, nobody reads it                                                         |
 *   | key BLOB NOT NULL UNIQUE| the key's bytes; its index is the order of the store                                        |
 *   | value NOT NULL          | TEXT or BLOB, as it was put                                                                 |
 *   | crc INTEGER             | since format 2: see checksum.ts. NULL in a row that format 1 wrote                          |
 *
 * A file of format 1 becomes one of format 2 when it is opened, in one transaction, which rewrites no row.
 *
 * A table with an index of short keys beats WITHOUT ROWID, whose inner pages carry whole values and so hold few keys.
 */
import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { busyTimeoutMs, mmapSizeBytes, readerCacheKib, walKeptBytes, writerCacheKib } from '../limits.ts'
import { StoreOpenError } from '../store.ts'
import { whyLogIsLost } from './why-log-is-lost.ts'

export const applicationId = 0x53746174
export const formatVersion = 2
export const pageSizeBytes = 4096

/** Main result codes of SQLite (the low byte of `errcode`). */
const sqliteBusy = 5
const sqliteCorrupt = 11
const sqliteFull = 13
const sqliteNotADatabase = 26

export interface DatabaseFile {
  readonly path: string
  /** The one connection that writes. */
  readonly writer: DatabaseSync
  /** Lets other processes open the folder. */
  unlock(): void
}

/** Opens the folder's database for this process alone, and makes folder and database when they are missing. Throws StoreOpenError. */
export function openDatabaseFile(folder: string): DatabaseFile {
  const path = resolve(folder)
  makeFolder(path)
  for (const name of ['stator.lock', 'stator.mark', 'stator.db', 'stator.db-wal', 'stator.db-shm']) requireWritable(join(path, name))
  const lock = lockFolder(path)
  const file = join(path, 'stator.db')
  let writer: DatabaseSync | undefined
  try {
    const lost = whyLogIsLost(file)
    if (lost !== undefined) throw new StoreOpenError(lost)
    writer = new DatabaseSync(file, { timeout: busyTimeoutMs })
    prepareDatabase(writer, file)
    return { path: file, writer, unlock: () => lock.close() }
  } catch (error) {
    writer?.close()
    lock.close()
    throw error instanceof StoreOpenError ? error : new StoreOpenError(whyNotOpened(file, error), { cause: error })
  }
}

/** A further connection that reads the same database. */
export function openReader(file: string): DatabaseSync {
  const reader = new DatabaseSync(file, { timeout: busyTimeoutMs })
  reader.exec(`PRAGMA query_only = ON; PRAGMA cache_size = -${readerCacheKib}; PRAGMA mmap_size = ${mmapSizeBytes}`)
  return reader
}

function makeFolder(path: string): void {
  try {
    const firstMade = mkdirSync(path, { recursive: true, mode: 0o700 })
    if (firstMade !== undefined) syncFolders(path, dirname(firstMade))
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new StoreOpenError(`${path} cannot hold the database: it is not a folder`, { cause: error })
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new StoreOpenError(`${path} cannot hold the database: no permission to write there`, { cause: error })
    }
    throw new StoreOpenError(`${path} cannot hold the database: ${messageOf(error)}`, { cause: error })
  }
}

/** SQLite opens what it may not write all the same, to read it: a lock that nobody else meets, and a database that every write fails on. */
function requireWritable(file: string): void {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw new StoreOpenError(`${file} cannot be opened: no permission to write it`, { cause: error })
  }
}

/** The entries of new folders, up to `topmost`, must survive a power cut as well. */
function syncFolders(path: string, topmost: string): void {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (folder === topmost) return
  }
}

/** The lock belongs to the open file, so the system drops it however the process ends. */
function lockFolder(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(path, 'stator.lock'), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (resultCode(error) === sqliteBusy) throw new StoreOpenError(`${path} is already in use by a Stator process`, { cause: error })
    throw new StoreOpenError(`${path} cannot be locked: ${messageOf(error)}`, { cause: error })
  }
}

function prepareDatabase(writer: DatabaseSync, file: string): void {
  const foundId = readNumber(writer, 'PRAGMA application_id')
  const foundVersion = readNumber(writer, 'PRAGMA user_version')
  const isNew = foundId === 0 && readNumber(writer, 'SELECT count(*) FROM sqlite_schema') === 0
  if (!isNew && foundId !== applicationId) throw new StoreOpenError(`${file} is not a Stator database`)
  if (foundVersion > formatVersion) {
    throw new StoreOpenError(
      `${file} was written by a newer version of Stator (format ${foundVersion}, this version reads up to ${formatVersion})`,
    )
  }
  if (isNew) writer.exec(`PRAGMA page_size = ${pageSizeBytes}`)
  // fullfsync is for macOS, where fsync alone leaves data in the disk's own cache. journal_size_limit trims a log that has been restarted.
  writer.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${walKeptBytes};
    PRAGMA cache_size = -${writerCacheKib};
    PRAGMA mmap_size = ${mmapSizeBytes};
  `)
  if (isNew) {
    writer.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE entries (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value NOT NULL, crc INTEGER);
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${formatVersion};
      COMMIT;
    `)
  }
  if (!isNew && foundVersion < 2) {
    writer.exec(`
      BEGIN IMMEDIATE;
      ALTER TABLE entries ADD COLUMN crc INTEGER;
      PRAGMA user_version = ${formatVersion};
      COMMIT;
    `)
  }
  writer.prepare('SELECT key, value, crc FROM entries ORDER BY key LIMIT 1').get()
}

function readNumber(connection: DatabaseSync, sql: string): number {
  const row = connection.prepare(sql).get()
  return row === undefined ? 0 : Number(Object.values(row)[0])
}

function whyNotOpened(file: string, error: unknown): string {
  const code = resultCode(error)
  if (code === sqliteNotADatabase) return `${file} is not a Stator database, or its first page is damaged`
  if (code === sqliteCorrupt)
    return `${file} is damaged: ${messageOf(error)}; put back a copy of it, or restore a backup (stator restore) into another folder`
  if (code === sqliteFull) return `${file} cannot be opened: the disk is full`
  if (code === sqliteBusy) return `${file} is locked by another program`
  return `${file} cannot be opened: ${messageOf(error)}`
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
