/**
 * Makes backups: copies the items of tables as they were when that was asked for, in bounded steps while the tables are written to. How far
 * that has come stands where the backfill of an index id 0 would (keyspace 0x05), as the key of the last item of the source; a step is decided on that.
 * Deletes backups whose time is over, besides.
 */
import { hourMs } from '../../base/clock.ts'
import { isSameValue } from '../../storage/store.ts'
import { deleteBackup } from '../backups/make-backup.ts'
import { isExpired } from '../backups/read-backups.ts'
import { changeTables } from '../catalog/change-tables.ts'
import type { Engine } from '../engine.ts'
import { allBackupsRange, backupKey, copiesRange, copyKey } from '../keyspace/backup-keys.ts'
import { keyInTable } from '../keyspace/branch-keys.ts'
import { backfillKey, countsKey, regionOfKey } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { backupsReadBudget, copiesLookBudget } from '../limits.ts'
import { chunkwise, readRange } from '../records/read-range.ts'
import { engineOfCatalog } from '../regions.ts'
import { waitUntil } from '../schedule.ts'
import { type Backup, type Copy, decodeBackup, decodeCopy, encodeBackup } from '../schema/backup-record.ts'
import { type Moment, withoutCopy } from '../schema/history.ts'
import { doPieces, nextPastItems, progressBehind } from './next-past-items.ts'
import { stepFirst } from './run-due-jobs.ts'

/** Does one bounded piece of one backup, of whatever region. Resolves with false when there is nothing to do, or not yet. */
export async function stepBackups(engine: Engine, nowMs: number): Promise<boolean> {
  const { entries } = await engine.store.view(async (view) => view.scan(copiesRange(), copiesLookBudget))
  return stepFirst(
    entries.map(({ value }) => decodeCopy(value)),
    // A region whose last table is gone may have some left.
    (copy) => stepCopy(engineOfCatalog(engine, copy.region), copy, nowMs),
  )
}

async function stepCopy(engine: Engine, copy: Copy, nowMs: number): Promise<boolean> {
  const [record] = await engine.store.get([backupKey(copy.region, copy.id)])
  if (record === undefined) return false
  const backup = decodeBackup(record)
  if (backup.cut === undefined) return false
  const source = { tableId: copy.sourceId, cut: backup.cut }
  if (await doPieces(() => copyPiece(engine, backup, source))) return true
  const wait = waitUntil(backup.creationMs + engine.settings.tableStateDelayMs, backup.creationMs)
  if (!engine.schedule.isOver(`backup ${backup.itemsId}`, wait, nowMs)) return false
  await endBackup(engine, backup, copy)
  engine.schedule.forgetOne(`backup ${backup.itemsId}`)
  return true
}

/** Resolves with false when all is there. */
async function copyPiece(
  { store }: Engine,
  { itemsId }: Backup,
  source: { readonly tableId: number; readonly cut: Moment },
): Promise<boolean> {
  const space = { tableId: itemsId, indexId: 0 }
  const progressKey = backfillKey(space)
  const piece = await nextPastItems(store, progressKey, source)
  if (piece === undefined) return false
  await store.write([progressKey], (turn) => {
    // Another node may have gone on.
    if (!isSameValue(turn.get(progressKey), piece.progress)) return
    let sizeBytes = 0
    for (const { key, value } of piece.entries) {
      turn.put(keyInTable(key, itemsId), value)
      sizeBytes += StoredItem.decode(value).sizeBytes
    }
    if (piece.entries.length > 0) turn.add(countsKey(space), [piece.entries.length, sizeBytes, 0])
    turn.put(progressKey, progressBehind(piece))
  })
  return true
}

/** It is AVAILABLE, and its source need not keep anything for it any more. */
async function endBackup(engine: Engine, { id, itemsId, table: { name } }: Backup, { region, sourceId }: Copy): Promise<void> {
  const key = backupKey(region, id)
  await changeTables(
    engine,
    [name],
    (tables) => {
      const record = tables.get(key)
      if (record === undefined) return
      const { cut: _, ...backup } = decodeBackup(record)
      tables.put(key, encodeBackup({ ...backup, status: 'AVAILABLE' }))
      tables.delete(copyKey(itemsId))
      tables.delete(backfillKey({ tableId: itemsId, indexId: 0 }))
      const source = tables.find(name)
      if (source?.tableId !== sourceId || source.history === undefined) return
      tables.replace({ ...source, history: withoutCopy(source.history, id) })
    },
    [key],
  )
}

/** Once an hour: backups of deleted tables whose time is over, of all regions, a piece of all backups at a time. */
export async function stepExpiredBackups(engine: Engine, nowMs: number): Promise<boolean> {
  const job = 'expired backups'
  if (!engine.schedule.isDue(job, nowMs, hourMs)) return false
  for await (const entries of readRange(chunkwise(engine.store), allBackupsRange(), backupsReadBudget)) {
    const expired = entries
      .map(({ key, value }) => ({ region: regionOfKey(key), backup: decodeBackup(value) }))
      .filter(({ backup }) => isExpired(backup, nowMs))
    if (expired.length === 0) continue
    await changeTables(engine, [], (tables) => {
      for (const { region, backup } of expired) deleteBackup(tables, region, backup)
    })
  }
  engine.schedule.ran(job, nowMs)
  return false
}
