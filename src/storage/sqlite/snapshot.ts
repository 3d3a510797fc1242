/**
 * A copy of the database by the process that has it open, whose lock lets no other read it: of one moment, beside everything that goes on.
 * Pages are copied in another thread, some at a time, from a connection that keeps its view until all are.
 *
 * Whoever asks for it says nothing of where: each is in a folder of its own, for the owner only, with a name that nobody can know before,
 * in the folder `snapshots` of the data folder. So nobody makes a server write elsewhere, or through a link that was put in its way.
 */
import { closeSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { roomyFromBytes, snapshotPagesAtOnce, snapshotsKeptMax } from '../limits.ts'
import { locationOf } from './location.ts'
import { backup, DatabaseSync } from './node-sqlite.ts'
import { freeBytesOf } from './room.ts'

/** Resolves with the file. Rejects with one clear sentence without its full stop, or as SQLite or the file system do; then nothing of it is there. */
export async function takeSnapshot(folder: string): Promise<string> {
  const database = join(resolve(folder), 'stator.db')
  const snapshots = folderForSnapshots(resolve(folder))
  requireRoom(database, snapshots)
  const own = mkdtempSync(join(snapshots, 'snapshot-'))
  const file = join(own, 'stator.db')
  let source: DatabaseSync | undefined
  try {
    closeSync(openSync(file, 'wx', 0o600))
    source = new DatabaseSync(locationOf(database), { readOnly: true })
    source.exec('BEGIN; SELECT 1 FROM entries LIMIT 1')
    await backup(source, file, { rate: snapshotPagesAtOnce })
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    throw error
  } finally {
    source?.close()
  }
  return file
}

/** There is one, a real one, with room for another snapshot: who may ask could otherwise fill the disk. */
function folderForSnapshots(folder: string): string {
  const snapshots = join(folder, 'snapshots')
  mkdirSync(snapshots, { mode: 0o700, recursive: true })
  if (!lstatSync(snapshots).isDirectory()) throw new Error(`${snapshots} is a link, and snapshots are written through none`)
  const kept = readdirSync(snapshots).filter((name) => name.startsWith('snapshot-')).length
  if (kept >= snapshotsKeptMax)
    throw new Error(`there are ${kept} snapshots in ${snapshots} that nobody has taken away: remove those that are not being used`)
  return snapshots
}

function requireRoom(database: string, snapshots: string): void {
  const logBytes = statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const neededBytes = statSync(database).size + logBytes + roomyFromBytes
  if (freeBytesOf(snapshots) < neededBytes)
    throw new Error(`the disk has no room for a copy: ${neededBytes} bytes are needed in ${snapshots}`)
}
