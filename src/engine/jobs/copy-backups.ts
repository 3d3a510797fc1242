/**
 * Makes backups: copies the items of tables as they were when that was asked for, in bounded steps while the tables are written to. How far
 * that has come stands where the backfill of an index id 0 would (keyspace 0x05), as the key of the last item of the source; a step is decided on that.
 * Deletes backups whose time is over, besides.
 */
import { hourMs } from '../../base/clock.ts'
import { type Entry, isSameValue, type KeyBytes } from '../../storage/store.ts'
import { deleteBackup } from '../backups/make-backup.ts'
import { isExpired, readBackups } from '../backups/read-backups.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { readPast } from '../history/read-past.ts'
import { itemKey } from '../items/item-key.ts'
import { backupKey, copiesRange, copyKey } from '../keyspace/backup-keys.ts'
import { backfillKey, countsKey } from '../keyspace/keys.ts'
import { copiesLookBudget } from '../limits.ts'
import { type Schedule, waitUntil } from '../schedule.ts'
import { type Backup, decodeBackup, encodeBackup } from '../schema/backup-record.ts'
import { type Moment, withoutCopy } from '../schema/history.ts'
import { stepFirst } from './run-due-jobs.ts'

type Engine = CatalogHolder & { readonly schedule: Schedule }

/** What stands for a backup that is being made. */
interface Copy {
  readonly region: string
  readonly id: string
  /** The table id of its source. */
  readonly sourceId: number
}

export function decodeCopy({ value }: Entry): Copy {
  return JSON.parse(String(value)) as Copy
}

/** Stands for how far it has come when all is there. */
const copied = 'copied'

/** Does one bounded piece of one backup. Resolves with false when there is nothing to do, or not yet. */
export async function stepBackups(engine: Engine, nowMs: number): Promise<boolean> {
  const { region } = engine.catalog
  const { entries } = await engine.store.view(async (view) => view.scan(copiesRange(), copiesLookBudget))
  return stepFirst(entries.map(decodeCopy), async (copy) => {
    if (copy.region !== region) return false
    const [record] = await engine.store.get([backupKey(region, copy.id)])
    if (record === undefined) return false
    const backup = decodeBackup(record)
    if (backup.cut === undefined) return false
    if (await copyPiece(engine, backup, { tableId: copy.sourceId, cut: backup.cut })) return true
    const wait = waitUntil(backup.creationMs + engine.settings.tableStateDelayMs, backup.creationMs)
    if (!engine.schedule.isOver(`backup ${backup.itemsId}`, wait, nowMs)) return false
    await endBackup(engine, backup, copy)
    engine.schedule.forgetOne(`backup ${backup.itemsId}`)
    return true
  })
}

/** Resolves with false when all is there. */
async function copyPiece(
  { store }: Engine,
  { itemsId, table }: Backup,
  source: { readonly tableId: number; readonly cut: Moment },
): Promise<boolean> {
  const space = { tableId: itemsId, indexId: 0 }
  const progressKey = backfillKey(space)
  const piece = await store.view(async (view) => {
    const [progress] = await view.get([progressKey])
    if (progress === copied) return undefined
    return { ...(await readPast(view, source, progress as KeyBytes | undefined)), progress }
  })
  if (piece === undefined) return false
  const { items, upTo, progress } = piece
  await store.write([progressKey], (turn) => {
    // Another node may have gone on.
    if (!isSameValue(turn.get(progressKey), progress)) return
    let sizeBytes = 0
    for (const item of items) {
      turn.put(itemKey({ ...table, tableId: itemsId }, item.attributes), item.encode())
      sizeBytes += item.sizeBytes
    }
    if (items.length > 0) turn.add(countsKey(space), [items.length, sizeBytes, 0])
    turn.put(progressKey, upTo ?? copied)
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

/** Once an hour: backups of deleted tables whose time is over, a piece of all backups at a time. */
export async function stepExpiredBackups(engine: Engine, nowMs: number): Promise<boolean> {
  const { region } = engine.catalog
  const job = `expired backups ${region}`
  if (!engine.schedule.isDue(job, nowMs, hourMs)) return false
  let afterId: string | undefined
  for (;;) {
    const { backups, isLast } = await readBackups(engine.store, region, afterId)
    const expired = backups.filter((backup) => isExpired(backup, nowMs))
    if (expired.length > 0) {
      await changeTables(engine, [], (tables) => {
        for (const backup of expired) deleteBackup(tables, region, backup)
      })
    }
    afterId = backups.at(-1)?.id
    if (isLast || afterId === undefined) break
  }
  engine.schedule.ran(job, nowMs)
  return false
}
