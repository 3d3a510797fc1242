/** DeleteBackup (backup-export-import.md §2): the backup is gone with the answer, its items are swept afterwards. */
import { ServiceError } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { deleteBackup as deleteRecord } from '../../engine/backups/make-backup.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { backupKey } from '../../engine/keyspace/backup-keys.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { backupDescription, backupNamed, backupNotFound } from './backup-description.ts'

export async function deleteBackup(engine: MeteredEngine, input: InputOf<'DeleteBackup'>): Promise<OutputOf<'DeleteBackup'>> {
  const { region } = engine.catalog
  const backup = await backupNamed(engine, input.BackupArn)
  const key = backupKey(region, backup.id)
  await changeTables(
    engine,
    [],
    (tables) => {
      if (tables.get(key) === undefined) throw backupNotFound(input.BackupArn)
      if (backup.status === 'CREATING') throw backupInUse('created', input.BackupArn)
      for (const { restore } of tables.all()) {
        if (restore?.source?.tableId === backup.itemsId && restore.sourceBackupArn !== undefined)
          throw backupInUse('restored', input.BackupArn)
      }
      deleteRecord(tables, region, backup)
    },
    [key],
  )
  const { BackupDetails, ...described } = backupDescription(engine, backup)
  return { BackupDescription: { ...described, ...(BackupDetails && { BackupDetails: { ...BackupDetails, BackupStatus: 'DELETED' } }) } }
}

/** The exception is documented, the words are ours [I]. */
export function backupInUse(doing: 'created' | 'restored', arn: string): ServiceError {
  return new ServiceError('BackupInUseException', `Backup is being ${doing}: ${arn}`)
}
