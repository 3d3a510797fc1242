/**
 * A copy of the database by the process that has it open, whose lock lets no other read it: of one moment, beside everything that goes on.
 * Pages are copied in another thread, some at a time, from a connection that keeps its view until all are.
 */
import { closeSync, openSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { snapshotPagesAtOnce } from '../limits.ts'
import { locationOf } from './location.ts'

/** `file` is made, and must not be there. Rejects as SQLite or the file system do; then it is gone again. */
export async function takeSnapshot(folder: string, file: string): Promise<void> {
  closeSync(openSync(file, 'wx', 0o600))
  const source = new DatabaseSync(locationOf(join(resolve(folder), 'stator.db')), { readOnly: true })
  try {
    source.exec('BEGIN; SELECT 1 FROM entries LIMIT 1')
    await backup(source, file, { rate: snapshotPagesAtOnce })
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    source.close()
  }
}
