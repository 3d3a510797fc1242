/** ListBackups (backup-export-import.md §2): in the order of their creation, a page at a time. */
import { setImmediate } from 'node:timers/promises'
import { backupsListedMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableArn, tableNameOf } from '../../api/table-name.ts'
import { isExpired, readBackups, withCounts } from '../../engine/backups/read-backups.ts'
import type { Backup } from '../../engine/schema/backup-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { backupArn, backupDetails, backupIdOf } from './backup-description.ts'

type Request = InputOf<'ListBackups'>
type Summary = NonNullable<OutputOf<'ListBackups'>['BackupSummaries']>[number]

export async function listBackups(engine: MeteredEngine, input: Request): Promise<OutputOf<'ListBackups'>> {
  const { Limit: limit = backupsListedMax, ExclusiveStartBackupArn: start } = input
  const { store, catalog, clock } = engine
  const found: Backup[] = []
  let afterId = start === undefined ? undefined : backupIdOf(start)
  let isLast = false
  // One more than asked for: whether there is another page.
  while (found.length <= limit && !isLast) {
    const piece = await readBackups(store, catalog.region, afterId)
    for (const backup of piece.backups) if (!isExpired(backup, clock.now()) && isAskedFor(backup, input)) found.push(backup)
    isLast = piece.isLast
    // Of many others there may be none that is asked for.
    if (!isLast) await setImmediate()
    afterId = piece.backups.at(-1)?.id
  }
  const listed = await withCounts(store, found.slice(0, limit))
  const last = listed.at(-1)
  return {
    BackupSummaries: listed.map((backup) => summary(engine, backup)),
    ...(found.length > limit && last !== undefined && { LastEvaluatedBackupArn: backupArn(engine, last) }),
  }
}

/** Of nobody's type but what users made, unless they are asked for. */
function isAskedFor({ table, type, creationMs }: Backup, input: Request): boolean {
  const { TableName, TimeRangeLowerBound = 0, TimeRangeUpperBound = Number.POSITIVE_INFINITY, BackupType = 'USER' } = input
  if (TableName !== undefined && tableNameOf(TableName) !== table.name) return false
  if (BackupType !== 'ALL' && BackupType !== type) return false
  return creationMs >= TimeRangeLowerBound * 1000 && creationMs < TimeRangeUpperBound * 1000
}

function summary(engine: MeteredEngine, backup: Backup): Summary {
  const { table } = backup
  const { region, account } = engine
  return {
    TableName: table.name,
    TableId: table.uuid,
    TableArn: tableArn({ region, account, tableName: table.name }),
    ...backupDetails(engine, backup),
  }
}
