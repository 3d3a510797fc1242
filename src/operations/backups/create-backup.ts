/** CreateBackup (backup-export-import.md §2): one turn says what the backup holds, the items are copied afterwards. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { startBackup } from '../../engine/backups/make-backup.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { countsByIndex } from '../tables/describe-table.ts'
import { backupDetails } from './backup-description.ts'
import { checkCanKeep, tableToKeep } from './continuous-backups.ts'

export async function createBackup(engine: MeteredEngine, input: InputOf<'CreateBackup'>): Promise<OutputOf<'CreateBackup'>> {
  const name = tableNameOf(input.TableName)
  const { catalog, clock } = engine
  const counted = (await countsByIndex(engine, tableToKeep(catalog.find(name), name)))(0)
  const backup = await changeTables(engine, [name], (tables) => {
    const table = tableToKeep(tables.find(name), name)
    checkCanKeep(engine, table)
    return startBackup(tables, table, input.BackupName, counted, { region: catalog.region, nowMs: clock.now() })
  })
  return { BackupDetails: backupDetails(engine, backup) }
}
