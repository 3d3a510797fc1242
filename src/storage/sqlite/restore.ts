/** Backups read again: whether one is what was written, and a folder made of one. */
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { copyCacheKib, damagedRowsToldMax, rowsToldEvery } from '../limits.ts'
import type { KeyBytes, StoredValue } from '../store.ts'
import { type BackupSummary, describeBackup, openBackup } from './backup.ts'
import { damagedPagesOf } from './check-file.ts'
import { checksumOf } from './checksum.ts'
import { syncPath } from './folder.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { messageOf } from './sqlite-errors.ts'

export interface VerifiedBackup extends BackupSummary {
  /** Rows that are not what was written, and other damage; none: it is whole. The first of them, of many. */
  readonly damage: readonly string[]
  /** Rows of format 1, which have no checksum. */
  readonly unchecked: number
}

/** Reads all of it. Throws one sentence for a file that is no backup; what is damaged in one is in the answer. `onRows` is told how many were read. */
export function verifyBackup(path: string, onRows: (rows: number) => void = () => {}): VerifiedBackup {
  const summary = describeBackup(path)
  const backup = openBackup(path)
  const damage: string[] = []
  let unchecked = 0
  let rows = 0
  try {
    damage.push(...damagedPagesOf(backup))
    const every = backup.prepare('SELECT key, value, crc FROM entries')
    every.setReturnArrays(true)
    for (const row of every.iterate()) {
      const [key, value, crc] = row as unknown as readonly [KeyBytes, StoredValue, number | null]
      rows += 1
      if (rows % rowsToldEvery === 0) onRows(rows)
      if (crc === null) unchecked += 1
      else if (crc !== checksumOf(key, value) && damage.length < damagedRowsToldMax)
        damage.push(`a row is damaged, its key is ${Buffer.from(key).toString('hex')}`)
    }
  } catch (error) {
    damage.push(messageOf(error))
  } finally {
    backup.close()
  }
  return { ...summary, damage, unchecked }
}

export interface RestoreOptions {
  /** A full backup. */
  readonly file: string
  /** An increment that rests on it. */
  readonly increment?: string | undefined
  /** Made when it is missing; holds no database. */
  readonly folder: string
  readonly onRows?: ((rows: number) => void) | undefined
}

/** Makes a folder of a backup, once all of that was found to be what was written. Throws one sentence; then there is no database in the folder. */
export function restore({ file, increment, folder, onRows }: RestoreOptions): void {
  const path = resolve(folder)
  requireEmpty(path)
  const full = requireSound(file, onRows)
  if (full.base !== undefined) throw new Error(`${file} is an increment: name the full backup that it rests on first.`)
  if (increment !== undefined && requireSound(increment, onRows).base !== full.id)
    throw new Error(`${increment} does not rest on ${file}, but on another backup.`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const partial = join(path, 'stator.restoring')
  try {
    copyFileSync(file, partial, constants.COPYFILE_FICLONE)
    makeDatabase(partial, increment)
    syncPath(partial)
    renameSync(partial, join(path, 'stator.db'))
    syncPath(path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

function requireEmpty(path: string): void {
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('stator.') && name !== 'stator.restoring') : []
  // What matters of several is the database.
  const found = names.find((name) => name === 'stator.db') ?? names[0]
  if (found !== undefined) throw new Error(`${path} holds ${found}: restore into an empty folder, and start Stator with that.`)
}

function requireSound(file: string, onRows: ((rows: number) => void) | undefined): VerifiedBackup {
  const verified = verifyBackup(resolve(file), onRows)
  const [first] = verified.damage
  if (first !== undefined) throw new Error(`${file} is damaged and was not restored: ${first}.`)
  return verified
}

function makeDatabase(partial: string, increment: string | undefined): void {
  const database = new DatabaseSync(partial)
  try {
    database.exec(`PRAGMA journal_mode = OFF; PRAGMA cache_size = -${copyCacheKib}; DROP TABLE backup`)
    if (increment === undefined) return
    database.prepare('ATTACH ? AS increment').run(resolve(increment))
    database.exec(`
      BEGIN;
      DELETE FROM entries WHERE key IN (SELECT key FROM increment.gone);
      INSERT INTO entries (key, value, crc) SELECT key, value, crc FROM increment.entries WHERE true
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, crc = excluded.crc;
      COMMIT;
    `)
  } finally {
    database.close()
  }
}
