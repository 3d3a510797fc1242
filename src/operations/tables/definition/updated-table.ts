/** What an UpdateTable request makes of a table, and what has come true of it at once: for the table that is asked for, and for replicas that follow it. */
import type { TableHome } from '../../../api/table-name.ts'
import { settledTable, withoutRunning } from '../../../engine/schema/settle-table.ts'
import type { Table } from '../../../engine/schema/table.ts'
import { type UpdateTimes, withIndexes } from './change-indexes.ts'
import { type SettingTimes, withSettings } from './change-settings.ts'
import { withThroughput } from './change-throughput.ts'
import type { UpdateTableRequest } from './request.ts'
import { withRunningChanges } from './running-changes.ts'

/** Throws when something asked for is not possible; then nothing is changed. */
export function updatedTable(home: TableHome, table: Table, request: UpdateTableRequest, times: UpdateTimes & SettingTimes): Table {
  const changed = withSettings(home, withIndexes(withThroughput(table, request, times.nowMs), request, times), request, times)
  return withRunningChanges(table, changed, request, times)
}

/** Without delays everything has come true when the answer is out. */
export function settledAt(table: Table, { nowMs, delayMs }: UpdateTimes): Table {
  if (delayMs > 0) return table
  const quiet = withoutRunning(table, ({ dueMs }) => dueMs <= nowMs)
  return quiet.status === 'UPDATING' && quiet.update !== 'replicas' ? settledTable(quiet) : quiet
}
