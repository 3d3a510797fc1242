/** DescribeContinuousBackups (backup-export-import.md §3). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { continuousBackups, tableToKeep } from './continuous-backups.ts'

export async function describeContinuousBackups(
  engine: MeteredEngine,
  input: InputOf<'DescribeContinuousBackups'>,
): Promise<OutputOf<'DescribeContinuousBackups'>> {
  const name = tableNameOf(input.TableName)
  return { ContinuousBackupsDescription: continuousBackups(engine, tableToKeep(engine.catalog.find(name), name)) }
}
