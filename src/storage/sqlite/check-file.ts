/** The files of a folder that nobody has open, as a check looks at them: what is lost of the log, and whether SQLite finds its own order whole. */
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { copiedAtOnceBytes, copyCacheKib, damagedRowsToldMax } from '../limits.ts'
import { markFileOf, readMark } from './commit-mark.ts'
import { syncPath } from './folder.ts'
import { isOpenElsewhere } from './folder-lock.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { messageOf } from './sqlite-errors.ts'
import { whyLogIsLost } from './why-log-is-lost.ts'
import { readLog, wholeBytesOf } from './write-ahead-log.ts'

export interface CheckedFile {
  /** Whether a process has it open; then nothing was looked at. */
  readonly isInUse: boolean
  /** Why some of it is lost; undefined: nothing is known to be. */
  readonly lost: string | undefined
  /** What SQLite finds wrong with its pages. */
  readonly damage: readonly string[]
}

export function checkFile(folder: string): CheckedFile {
  const database = join(resolve(folder), 'stator.db')
  if (isOpenElsewhere(resolve(folder))) return { isInUse: true, lost: undefined, damage: [] }
  const lost = whyLogIsLost(database)
  return { isInUse: false, lost, damage: lost === undefined && existsSync(database) ? damageOf(database) : [] }
}

function damageOf(database: string): readonly string[] {
  const connection = new DatabaseSync(database, { readOnly: true })
  try {
    connection.exec(`PRAGMA cache_size = -${copyCacheKib}`)
    return damagedPagesOf(connection)
  } catch (error) {
    return [messageOf(error)]
  } finally {
    connection.close()
  }
}

/** What SQLite says of the order of a database; nothing when it is whole. */
export function damagedPagesOf(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(`PRAGMA integrity_check(${damagedRowsToldMax})`).all()
  return rows.map((row) => String(Object.values(row)[0])).filter((sentence) => sentence !== 'ok')
}

/**
 * Makes a folder whose log is damaged one that can be opened: with the log up to its last whole commit, or without it where the database
 * is further. The log as it was found stays beside it. Returns its new name; undefined when there was none.
 */
export function goOnWithoutLost(folder: string): string | undefined {
  const database = join(resolve(folder), 'stator.db')
  const log = `${database}-wal`
  const mark = readMark(markFileOf(database))
  const state = readLog(log)
  let kept: string | undefined
  if (existsSync(log)) {
    kept = unusedName(log)
    renameSync(log, kept)
    // Of a log that the database has more of than is whole, the rest of it would put old pages beside new ones.
    const isOfUse =
      state.kind === 'frames' && state.whole > 0 && (mark === undefined || (state.salt1 === mark.salt1 && state.whole >= mark.copied))
    if (isOfUse) copyStart(kept, log, wholeBytesOf(state))
  }
  rmSync(`${database}-shm`, { force: true })
  rmSync(markFileOf(database), { force: true })
  syncPath(resolve(folder))
  return kept
}

function unusedName(log: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${log}.lost-${number}`
    if (!existsSync(name)) return name
  }
}

function copyStart(from: string, to: string, bytes: number): void {
  const source = openSync(from, 'r')
  const target = openSync(to, 'wx', 0o600)
  try {
    const buffer = Buffer.alloc(copiedAtOnceBytes)
    for (let at = 0; at < bytes; ) {
      const read = readSync(source, buffer, 0, Math.min(buffer.length, bytes - at), at)
      if (read === 0) break
      writeSync(target, buffer, 0, read, at)
      at += read
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
  syncPath(to)
}
