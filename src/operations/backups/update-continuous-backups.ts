/** UpdateContinuousBackups (backup-export-import.md §3): turns point-in-time recovery on and off, and says how far it goes back. */
import { invalid } from '../../api/errors.ts'
import { recoveryPeriodDaysMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { withoutRecovery, withPeriod, withRecovery } from '../../engine/schema/history.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkCanKeep, continuousBackups, tableToKeep } from './continuous-backups.ts'

export async function updateContinuousBackups(
  engine: MeteredEngine,
  input: InputOf<'UpdateContinuousBackups'>,
): Promise<OutputOf<'UpdateContinuousBackups'>> {
  const name = tableNameOf(input.TableName)
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: periodDays } = input.PointInTimeRecoverySpecification
  if (!enabled && periodDays !== undefined) {
    throw invalid('Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.')
  }
  const changed = await changeTables(engine, [name], (tables) => {
    const table = tableToKeep(tables.find(name), name)
    checkCanKeep(engine, table)
    const after = enabled ? enabledFor(table, periodDays ?? recoveryPeriodDaysMax, engine.clock.now()) : disabledFor(table)
    if (after !== table) tables.replace(after)
    return after
  })
  // What follows from it for the history is not to wait for its time.
  engine.schedule.hasten(`history ${changed.tableId}`)
  return { ContinuousBackupsDescription: continuousBackups(engine, changed) }
}

/** Already enabled it goes on, for the new period. */
function enabledFor(table: Table, periodDays: number, nowMs: number): Table {
  const { history } = table
  if (history?.recovery === undefined) return { ...table, history: withRecovery(history, periodDays, nowMs) }
  return history.recovery.periodDays === periodDays ? table : { ...table, history: withPeriod(history, periodDays, nowMs) }
}

function disabledFor(table: Table): Table {
  return table.history?.recovery === undefined ? table : { ...table, history: withoutRecovery(table.history) }
}
