/** DescribeBackup (backup-export-import.md §2). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { backupDescription, backupNamed } from './backup-description.ts'

export async function describeBackup(engine: MeteredEngine, input: InputOf<'DescribeBackup'>): Promise<OutputOf<'DescribeBackup'>> {
  return { BackupDescription: backupDescription(engine, await backupNamed(engine, input.BackupArn)) }
}
