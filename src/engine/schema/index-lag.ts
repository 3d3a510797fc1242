/** Whether global indexes show writes later: what the settings say, made a state of the table that every turn sees. */
import type { EngineSettings } from '../settings.ts'
import { indexLagMs } from '../settings.ts'
import type { GlobalIndex, Table } from './table.ts'

/** Whether changes of the index are to wait, as the settings are now. */
export function lagsNow(settings: EngineSettings, { tableId }: Pick<Table, 'tableId'>, { indexId, status }: GlobalIndex): boolean {
  return status === 'ACTIVE' && indexLagMs(settings, { tableId, indexId }) > 0
}

/** The table with a queue for each index that lags. One that has a queue keeps it until nothing waits in it. */
export function withQueues(settings: EngineSettings, table: Table): Table {
  const isComplete = table.indexes.every((index) => index.kind === 'local' || index.isQueued || !lagsNow(settings, table, index))
  if (isComplete) return table
  return {
    ...table,
    indexes: table.indexes.map((index) =>
      index.kind === 'global' && lagsNow(settings, table, index) ? { ...index, isQueued: true } : index,
    ),
  }
}
