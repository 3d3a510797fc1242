/** What is told of the recovery of a table (backup-export-import.md §3), how far it goes back, and which tables cannot have it yet. */
import { ServiceError } from '../../api/errors.ts'
import type { OutputOf } from '../../api/operations.ts'
import { storedLevel } from '../../engine/catalog/change-level.ts'
import { branchLevel, historyLevel } from '../../engine/nodes/feature-level.ts'
import { type History, recoveryWindow } from '../../engine/schema/history.ts'
import { isFillingBranch } from '../../engine/schema/restore.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type Description = NonNullable<OutputOf<'DescribeContinuousBackups'>['ContinuousBackupsDescription']>

/** Continuous backups are enabled from the creation of a table on; recovery is a matter of its own. */
export function continuousBackups({ clock, settings }: MeteredEngine, { history }: Pick<Table, 'history'>): Description {
  const window = recoveryWindow(history, clock.now(), settings.pitrLagMs)
  if (window === undefined || history?.recovery === undefined) {
    return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } }
  }
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: history.recovery.periodDays,
      EarliestRestorableDateTime: window.earliest,
      LatestRestorableDateTime: window.latest,
    },
  }
}

export interface RecoveryWindow {
  readonly history: History
  /** The first and the last second as which the table is known. */
  readonly earliest: number
  readonly latest: number
}

/** PointInTimeRecoveryUnavailableException for a table without recovery. */
export function windowOf(
  { clock }: Pick<MeteredEngine, 'clock'>,
  { name, history }: Pick<Table, 'name' | 'history'>,
  lagMs: number,
): RecoveryWindow {
  const window = recoveryWindow(history, clock.now(), lagMs)
  if (window !== undefined && history !== undefined) return { ...window, history }
  throw new ServiceError('PointInTimeRecoveryUnavailableException', `Point in time recovery is not enabled for table '${name}'`)
}

/** A second as refusals name it. */
export function timeText(second: number): string {
  return new Date(second * 1000).toISOString()
}

/** The table that an operation of backups means: TableNotFoundException when there is none, or only one that goes. */
export function tableToKeep(table: Table | undefined, name: string): Table {
  if (table === undefined || table.status === 'DELETING') throw new ServiceError('TableNotFoundException', `Table not found: ${name}`)
  return table
}

/**
 * ContinuousBackupsUnavailableException while the table is being created or still reads from the one that it branched off, and of a shared store until every node keeps what a table with
 * a history needs.
 */
export function checkCanKeep({ catalog }: MeteredEngine, table: Table): void {
  const { name, status } = table
  if (status !== 'CREATING' && !isFillingBranch(table) && (storedLevel(catalog) ?? historyLevel) >= historyLevel) return
  throw new ServiceError('ContinuousBackupsUnavailableException', `Backups are being enabled for the table: ${name}. Please retry later`)
}

/** ContinuousBackupsUnavailableException, with a sentence of ours, while a node has a shared store open that would not read from a branch's source. */
export function checkCanBranch({ catalog }: MeteredEngine): void {
  if ((storedLevel(catalog) ?? branchLevel) >= branchLevel) return
  const text = 'A server of an older version that cannot read branches uses this store: replace it by a newer one first'
  throw new ServiceError('ContinuousBackupsUnavailableException', text)
}
