/** Looking at backups: one, a piece of all of a region, and what each of them counts. */
import type { ScanBudget, Store } from '../../storage/store.ts'
import { readCounts } from '../changes/counts.ts'
import { backupKey, backupsRange } from '../keyspace/backup-keys.ts'
import { backupsReadBudget } from '../limits.ts'
import { type Backup, decodeBackup } from '../schema/backup-record.ts'

/** Undefined also for one whose time is over. */
export async function readBackup(store: Store, region: string, id: string, nowMs: number): Promise<Backup | undefined> {
  const [record] = await store.get([backupKey(region, id)])
  const backup = record === undefined ? undefined : decodeBackup(record)
  return backup === undefined || isExpired(backup, nowMs) ? undefined : backup
}

export interface BackupPiece {
  readonly backups: readonly Backup[]
  readonly isLast: boolean
}

/** The next backups behind one, in the order of creation, expired ones among them. */
export function readBackups(
  store: Store,
  region: string,
  afterId: string | undefined,
  budget: ScanBudget = backupsReadBudget,
): Promise<BackupPiece> {
  return store.view(async (view) => {
    const { entries, exhausted } = await view.scan(backupsRange(region, afterId), budget)
    return { backups: entries.map(({ value }) => decodeBackup(value)), isLast: exhausted }
  })
}

export function isExpired({ expiryMs }: Backup, nowMs: number): boolean {
  return expiryMs !== undefined && expiryMs <= nowMs
}

/** The same backups with the numbers of their items: those that are there are counted. */
export async function withCounts(store: Store, backups: readonly Backup[]): Promise<readonly Backup[]> {
  const counts = await readCounts(
    store,
    backups.map(({ itemsId }) => ({ tableId: itemsId, indexId: 0 })),
  )
  return backups.map((backup, at) => {
    if (backup.status === 'CREATING') return backup
    const { itemCount = 0, sizeBytes = 0 } = counts[at] ?? {}
    return { ...backup, itemCount, sizeBytes }
  })
}
