/**
 * Copies of a folder in one file each: a SQLite database like stator.db, of one moment, without a log. A folder that a
 * server has open is copied by that one first (snapshot.ts). PostgreSQL has tools of its own.
 *
 *   | table in a backup  |                                                                                          |
 *   | ------------------ | ---------------------------------------------------------------------------------------- |
 *   | entries            | all rows, as in stator.db; of an increment those that its base has not, or has otherwise  |
 *   | gone (key)         | of an increment: keys that its base has and it has not                                   |
 *   | backup (name, value) | `id`; `base`: the id of the full backup that an increment rests on; `takenMs`: when        |
 */
import { randomUUID } from 'node:crypto'
import { constants, copyFileSync, existsSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { busyTimeoutMs, copyCacheKib } from '../limits.ts'
import { applicationId, formatVersion } from './database-file.ts'
import { syncPath } from './folder.ts'
import { isOpenElsewhere } from './folder-lock.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { systemCode } from './sqlite-errors.ts'
import { whyLogIsLost } from './why-log-is-lost.ts'

export interface BackupOptions {
  /** The data folder. */
  readonly folder: string
  /** Made, and must not be there. */
  readonly file: string
  /** A full backup: then only what has changed since is kept. */
  readonly base?: string | undefined
  readonly takenMs: number
}

export interface BackupSummary {
  readonly id: string
  readonly base?: string
  readonly takenMs: number
  readonly rows: number
  /** Of an increment: rows that are gone since its base. */
  readonly gone: number
  readonly sizeBytes: number
}

/** Throws one sentence for the person who asked for it. A backup that is there is whole. */
export function backUp({ folder, file, base, takenMs }: BackupOptions): BackupSummary {
  requireNew(file)
  const database = join(resolve(folder), 'stator.db')
  requireWhole(database, folder)
  return writeBackup(file, takenMs, base, (partial) => {
    if (base === undefined) copyAll(database, partial)
    else copyChanges(database, { partial, base: resolve(base) })
  })
}

/** Throws one sentence when it is there: nothing is written over. */
export function requireNew(file: string): void {
  if (existsSync(resolve(file))) throw new Error(`${resolve(file)} is there already: name another file, or remove it.`)
}

function writeBackup(file: string, takenMs: number, base: string | undefined, copy: (partial: string) => void): BackupSummary {
  const path = resolve(file)
  const partial = `${path}.partial`
  rmSync(partial, { force: true })
  try {
    const id = randomUUID()
    copy(partial)
    note(partial, { id, takenMs, ...(base !== undefined && { base: describeBackup(resolve(base)).id }) })
    syncPath(partial)
    renameSync(partial, path)
    syncPath(dirname(path))
    return describeBackup(path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** Makes a backup of a snapshot (snapshot.ts), which is used up, and the folder that it has for itself with it. */
export function backUpSnapshot(snapshot: string, { file, base, takenMs }: Omit<BackupOptions, 'folder'>): BackupSummary {
  try {
    const copy = new DatabaseSync(snapshot)
    try {
      // As it was copied it has a log beside it.
      copy.exec('PRAGMA journal_mode = DELETE')
    } finally {
      copy.close()
    }
    return writeBackup(file, takenMs, base, (partial) => {
      if (base === undefined) moveFile(snapshot, partial)
      else copyChanges(snapshot, { partial, base: resolve(base) })
    })
  } finally {
    removeSnapshot(snapshot)
  }
}

/** By its names alone: where it is was said by whoever answered. */
function removeSnapshot(snapshot: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${snapshot}${suffix}`, { force: true })
  rmdirSync(dirname(snapshot))
}

/** From one disk to another it is copied. */
function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

/** What a backup says of itself. Throws one sentence for a file that is none. */
export function describeBackup(path: string): BackupSummary {
  const backup = openBackup(path)
  try {
    const notes = new Map(
      backup
        .prepare('SELECT name, value FROM backup')
        .all()
        .map(({ name, value }) => [String(name), String(value)]),
    )
    const base = notes.get('base')
    const count = (table: string): number => Number(backup.prepare(`SELECT count(*) AS found FROM ${table}`).get()?.['found'])
    const summary = {
      id: notes.get('id') ?? '',
      takenMs: Number(notes.get('takenMs')),
      rows: count('entries'),
      sizeBytes: statSync(path).size,
    }
    return base === undefined ? { ...summary, gone: 0 } : { ...summary, base, gone: count('gone') }
  } finally {
    backup.close()
  }
}

/** To read it. Throws one sentence for a file that is no backup. */
export function openBackup(path: string): DatabaseSync {
  if (!existsSync(path)) throw new Error(`${path} is not there.`)
  const backup = new DatabaseSync(path, { readOnly: true })
  try {
    const found = Object.values(backup.prepare('PRAGMA application_id').get() ?? {})[0]
    const version = Number(Object.values(backup.prepare('PRAGMA user_version').get() ?? {})[0])
    if (found !== applicationId) throw new Error(`${path} is not a backup of Stator.`)
    if (version > formatVersion)
      throw new Error(`${path} was written by a newer version of Stator (format ${version}, this version reads up to ${formatVersion}).`)
    if (backup.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup'").get() === undefined)
      throw new Error(`${path} is a database of Stator and no backup.`)
    return backup
  } catch (error) {
    backup.close()
    if (error instanceof Error && 'errcode' in error)
      throw new Error(`${path} is not a backup of Stator, or is damaged: ${error.message}.`, { cause: error })
    throw error
  }
}

/** A folder that nobody has open may have lost its log, and a copy of what is left would be taken for one of all. */
function requireWhole(database: string, folder: string): void {
  if (!existsSync(database)) throw new Error(`${folder} holds no database of Stator: name the folder of yours with --data-dir.`)
  if (isOpenElsewhere(dirname(database)))
    throw new Error(`${folder} is in use by a Stator process, which lets nobody else read it: name that one with --endpoint.`)
  const lost = whyLogIsLost(database)
  if (lost !== undefined) throw new Error(`${lost}.`)
}

/** A connection that only reads leaves a log that was not closed in good order where it is. */
function openSource(database: string): DatabaseSync {
  const source = new DatabaseSync(database, { readOnly: true, timeout: busyTimeoutMs })
  source.exec(`PRAGMA cache_size = -${copyCacheKib}`)
  return source
}

function copyAll(database: string, partial: string): void {
  const source = openSource(database)
  try {
    source.prepare('VACUUM INTO ?').run(partial)
  } finally {
    source.close()
  }
}

function copyChanges(database: string, { partial, base }: { readonly partial: string; readonly base: string }): void {
  if (describeBackup(base).base !== undefined) throw new Error(`${base} is an increment itself: name the full backup that it rests on.`)
  const increment = new DatabaseSync(partial)
  try {
    increment.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${formatVersion};
      PRAGMA cache_size = -${copyCacheKib};
      CREATE TABLE entries (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value NOT NULL, crc INTEGER);
      CREATE TABLE gone (key BLOB NOT NULL UNIQUE);
    `)
    increment.prepare('ATTACH ? AS source').run(`${fileUrl(database)}?mode=ro`)
    increment.prepare('ATTACH ? AS base').run(`${fileUrl(base)}?mode=ro`)
    increment.exec(`
      BEGIN;
      INSERT INTO main.entries (key, value, crc)
        SELECT s.key, s.value, s.crc FROM source.entries AS s LEFT JOIN base.entries AS b ON b.key = s.key
        WHERE b.key IS NULL OR b.crc IS NOT s.crc OR typeof(b.value) IS NOT typeof(s.value) OR b.value IS NOT s.value ORDER BY s.key;
      INSERT INTO main.gone (key)
        SELECT b.key FROM base.entries AS b LEFT JOIN source.entries AS s ON s.key = b.key WHERE s.key IS NULL ORDER BY b.key;
      COMMIT;
    `)
  } finally {
    increment.close()
  }
}

function fileUrl(path: string): string {
  return `file:${encodeURI(path).replaceAll('?', '%3f').replaceAll('#', '%23')}`
}

function note(partial: string, notes: { readonly [name: string]: string | number }): void {
  const backup = new DatabaseSync(partial)
  try {
    backup.exec('CREATE TABLE backup (name TEXT PRIMARY KEY, value NOT NULL)')
    const insert = backup.prepare('INSERT INTO backup (name, value) VALUES (?, ?)')
    for (const [name, value] of Object.entries(notes)) insert.run(name, String(value))
  } finally {
    backup.close()
  }
}
