/** RestoreTableFromBackup (backup-export-import.md §4): one turn makes the new table, jobs/fill-restored-tables.ts fills it. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableArn } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { backupKey } from '../../engine/keyspace/backup-keys.ts'
import { endOfTime } from '../../engine/schema/history.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTableQuotas, newTable } from '../tables/new-table.ts'
import { backupNamed, backupNotFound } from './backup-description.ts'
import { checkRoomToRestore } from './check-room-to-restore.ts'
import { backupInUse } from './delete-backup.ts'
import { restoredDefinition } from './restored-definition.ts'

export async function restoreTableFromBackup(
  engine: MeteredEngine,
  input: InputOf<'RestoreTableFromBackup'>,
): Promise<OutputOf<'RestoreTableFromBackup'>> {
  const { TargetTableName: name, BackupArn: arn } = input
  const backup = await backupNamed(engine, arn)
  if (backup.status === 'CREATING') throw backupInUse('created', arn)
  const { table, itemsId, creationMs, id } = backup
  const { region, account, catalog } = engine
  const key = backupKey(catalog.region, id)
  const creating = await changeTables(
    engine,
    [name],
    (tables) => {
      if (tables.get(key) === undefined) throw backupNotFound(arn)
      checkRoomToRestore(tables, name)
      const definition = restoredDefinition(name, table, input)
      checkTableQuotas(tables, definition)
      return tables.create({
        ...newTable(engine, definition),
        restore: {
          sourceTableArn: tableArn({ region, account, tableName: table.name }),
          sourceBackupArn: arn,
          dateTimeMs: creationMs,
          // All that lies there, whatever may still be kept of its past.
          source: { tableId: itemsId, tableName: table.name, cut: endOfTime },
        },
      })
    },
    [key],
  )
  return { TableDescription: tableDescription(engine, creating, allEmpty) }
}
