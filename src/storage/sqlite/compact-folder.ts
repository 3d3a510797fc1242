/**
 * Writes the database of a folder that nobody has open anew, without what was deleted: into a file beside it, which takes its place
 * when it is whole and on the disk. Whatever happens in between, the folder is as it was.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../store.ts'
import { CommitMark } from './commit-mark.ts'
import { openWriter, takeFolder } from './database-file.ts'
import { makePrivate, syncPath } from './folder.ts'
import { messageOf, resultCode, sqliteCorrupt, sqliteFull } from './sqlite-errors.ts'

export interface Compacted {
  /** Of database and log. */
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** Throws StoreOpenError: no database there, in use, damaged, no room for another as large as what is in it. */
export function compactFolder(path: string): Compacted {
  if (!existsSync(join(resolve(path), 'stator.db'))) throw new StoreOpenError(`${resolve(path)} holds no database`)
  const { file, lock } = takeFolder(path)
  try {
    const bytesBefore = bytesOf(file) + bytesOf(`${file}-wal`)
    const copy = `${file}.compact`
    try {
      writeAnew(openWriter(file), file, copy)
      if (existsSync(`${file}-wal`)) throw new StoreOpenError(`${file}-wal could not be copied into the database`)
      renameSync(copy, file)
    } finally {
      rmSync(copy, { force: true })
    }
    syncPath(dirname(file))
    return { bytesBefore, bytesAfter: bytesOf(file) }
  } finally {
    lock.release()
  }
}

/** Closes the writer, whether it could be done or not. */
function writeAnew(writer: DatabaseSync, file: string, copy: string): void {
  try {
    rmSync(copy, { force: true })
    makePrivate(copy)
    writer.exec('PRAGMA auto_vacuum = INCREMENTAL')
    writer.prepare('VACUUM INTO ?').run(copy)
    sync(copy)
  } catch (error) {
    throw new StoreOpenError(`${file} cannot be written anew: ${whyNot(error)}`, { cause: error })
  } finally {
    new CommitMark(file, 0).closeWith(writer)
  }
}

function whyNot(error: unknown): string {
  if (resultCode(error) === sqliteFull) return 'the disk has no room for another as large as what is in it'
  return resultCode(error) === sqliteCorrupt ? `it is damaged (${messageOf(error)})` : messageOf(error)
}

/** SQLite does not, of a file that it makes so. */
function sync(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
