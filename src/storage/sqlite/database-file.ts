/**
 * The files of a store and how one opens them. Only this file knows the format on disk:
 *
 *   | file in the folder      | what                                                                                       |
 *   | ----------------------- | ------------------------------------------------------------------------------------------ |
 *   | stator.db               | SQLite database, application_id 0x53746174 ("Stat"), user_version = format version, now 2   |
 *   | stator.db-wal           | SQLite's write-ahead log; part of the database as long as it is there                        |
 *   | stator.mark             | how far the log had come when somebody was last told of a commit (commit-mark.ts)           |
 *   | stator.ballast          | room for the deletes that make room when the disk is full (room.ts)                          |
 *   | stator.lock             | empty; its SQLite lock is held by the process that has the store open, and dies with it      |
 *   | stator.holder           | who has the store open, as far as a process that serves has said: see holder.ts              |
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
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { busyTimeoutMs, mmapSizeBytes, readerCacheKib, rewrittenBytesMax, walKeptBytes, writerCacheKib } from '../limits.ts'
import { StoreOpenError } from '../store.ts'
import { makeFolder, makePrivate, requireWritable, whyReadOnly } from './folder.ts'
import { FolderLock } from './folder-lock.ts'
import { locationOf, unwrittenLocationOf } from './location.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { messageOf, resultCode, sqliteBusy, sqliteCorrupt, sqliteFull, sqliteNotADatabase } from './sqlite-errors.ts'
import { whyLogIsLost } from './why-log-is-lost.ts'

export const applicationId = 0x53746174
export const formatVersion = 2
export const pageSizeBytes = 4096
/** SQLite's word for it in PRAGMA auto_vacuum. */
export const incrementalVacuum = 2

/** A folder that this process has for itself, with a database in it. */
export interface DatabaseFolder {
  readonly folder: string
  readonly file: string
  readonly lock: FolderLock
  /** Whether nothing could be written when it was taken. */
  readonly isReadOnly?: true
}

/** Takes the folder for this process alone, and makes it when it is missing. Throws StoreOpenError. */
export function takeFolder(path: string): DatabaseFolder {
  const folder = resolve(path)
  makeFolder(folder)
  for (const name of ['stator.lock', 'stator.mark', 'stator.db', 'stator.db-wal']) requireWritable(join(folder, name))
  return { folder, file: join(folder, 'stator.db'), lock: new FolderLock(folder) }
}

/** The same to serve it: of a database that cannot be written there is all that is read. Throws StoreOpenError. */
export function takeFolderToServe(path: string): DatabaseFolder {
  const folder = resolve(path)
  const file = join(folder, 'stator.db')
  if (!existsSync(file) || whyReadOnly(folder) === undefined) return takeFolder(path)
  return { folder, file, lock: new FolderLock(folder, { isShared: true }), isReadOnly: true }
}

/** Opens the one connection that writes, and makes the database when it is missing. Throws StoreOpenError. */
export function openWriter(file: string): DatabaseSync {
  let writer: DatabaseSync | undefined
  try {
    const lost = whyLogIsLost(file)
    if (lost !== undefined) throw new StoreOpenError(lost)
    makePrivate(file)
    writer = new DatabaseSync(locationOf(file), { timeout: busyTimeoutMs })
    prepareDatabase(writer, file)
    return writer
  } catch (error) {
    writer?.close()
    throw error instanceof StoreOpenError ? error : new StoreOpenError(whyNotOpened(file, error), { cause: error })
  }
}

/**
 * A connection to a database that nobody writes, as it cannot be written. It takes no lock on it, which a file system may refuse, and has
 * the index of the log in memory. Throws StoreOpenError.
 */
export function openUnwritten(file: string): DatabaseSync {
  let reader: DatabaseSync | undefined
  try {
    const lost = whyLogIsLost(file)
    if (lost !== undefined) throw new StoreOpenError(lost)
    reader = new DatabaseSync(unwrittenLocationOf(file), { readOnly: true })
    reader.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON; PRAGMA cache_size = -${readerCacheKib}`)
    const version = readNumber(reader, 'PRAGMA user_version')
    if (version !== formatVersion || readNumber(reader, 'PRAGMA application_id') !== applicationId) {
      throw new StoreOpenError(
        `${file} is none of this version of Stator (format ${version}), and cannot be made one where it cannot be written`,
      )
    }
    return reader
  } catch (error) {
    reader?.close()
    throw error instanceof StoreOpenError ? error : new StoreOpenError(whyNotOpened(file, error), { cause: error })
  }
}

/** A further connection that reads the same database. */
export function openReader(file: string): DatabaseSync {
  const reader = new DatabaseSync(locationOf(file), { timeout: busyTimeoutMs })
  reader.exec(`PRAGMA query_only = ON; PRAGMA cache_size = -${readerCacheKib}; PRAGMA mmap_size = ${mmapSizeBytes}`)
  return reader
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
  // Who refers to each page is kept, so that pages can be moved and given back: it must be said before the first is made.
  if (isNew) writer.exec(`PRAGMA page_size = ${pageSizeBytes}; PRAGMA auto_vacuum = INCREMENTAL`)
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
  rewriteIfSmall(writer)
}

/** A file that was made without is written anew where that takes no time; a large one by `stator compact`. */
function rewriteIfSmall(writer: DatabaseSync): void {
  if (readNumber(writer, 'PRAGMA auto_vacuum') === incrementalVacuum) return
  const pages = readNumber(writer, 'PRAGMA page_count') - readNumber(writer, 'PRAGMA freelist_count')
  if (pages * pageSizeBytes > rewrittenBytesMax) return
  try {
    writer.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
  } catch (error) {
    // On a full disk, say: it is as good as it was.
    if (resultCode(error) === sqliteCorrupt) throw error
  }
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
