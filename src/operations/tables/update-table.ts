/**
 * UpdateTable (operations.md §5.2): a checked request changes a table. Most changes take their time; which of them make the table
 * UPDATING, and which run beside its status, is in definition/running-changes.ts. An index that it creates is then filled by
 * jobs/backfill-indexes.ts.
 */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import type { VersionedRecords } from '../../engine/records/versioned-records.ts'
import { settledTable, withoutRunning } from '../../engine/schema/settle-table.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkIndexStates, type UpdateTimes, withIndexes } from './definition/change-indexes.ts'
import { type SettingTimes, withSettings } from './definition/change-settings.ts'
import { withoutLiftedCeilings, withThroughput } from './definition/change-throughput.ts'
import { checkAdmission, isLostReversal } from './definition/check-admission.ts'
import { checkAccountMaxima, checkMaxima } from './definition/check-maxima.ts'
import { checkedUpdate, checkNotEmpty } from './definition/check-update.ts'
import type { UpdateTableRequest } from './definition/request.ts'
import { answeredStatus, withRunningChanges } from './definition/running-changes.ts'
import { countsByIndex } from './describe-table.ts'
import { tableInUse } from './table-in-use.ts'

export function updateTable(engine: MeteredEngine, input: InputOf<'UpdateTable'>): Promise<OutputOf<'UpdateTable'>> {
  return updateTableIf(engine, input, { isAsSupposed: () => true })
}

/** What whoever asks supposed when he made the request. */
export interface Supposition {
  /** By these records, of which the turn that changes the table must see none other. */
  readonly records?: VersionedRecords
  /** Asked in that turn. */
  isAsSupposed(table: Table): boolean
}

/** Refuses like a table in use when something is not as it was supposed to be. */
export async function updateTableIf(
  engine: MeteredEngine,
  input: InputOf<'UpdateTable'>,
  { records, isAsSupposed }: Supposition,
): Promise<OutputOf<'UpdateTable'>> {
  const request = checkedUpdate(input)
  const name = tableNameOf(input.TableName)
  const decide = (tables: TableTurn): Table => {
    const table = tables.find(name)
    if (table === undefined) throw tableNotFound(name)
    if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
    checkNotEmpty(request)
    checkIndexStates(table, request)
    checkAdmission(table, request)
    if ((records !== undefined && !tables.sees(records)) || !isAsSupposed(table)) throw tableInUse(table)
    checkMaxima(engine.region, request)
    const lastStreamLabel = engine.catalog.streams.lastLabel(engine.catalog.region, name)
    const times = { nowMs: engine.clock.now(), delayMs: engine.settings.tableStateDelayMs, lastStreamLabel }
    const updated = updatedTable(engine, table, request, times)
    checkAccountMaxima(engine.region, tables.all(), updated)
    if (!isLostReversal(table, request)) tables.replace(withoutLiftedCeilings(settledAt(updated, times)))
    return { ...updated, status: answeredStatus(table, updated, request) }
  }
  const answered = await changeTables(engine, [name], decide, records?.reads)
  return { TableDescription: tableDescription(engine, answered, await countsByIndex(engine, answered)) }
}

function updatedTable(engine: MeteredEngine, table: Table, request: UpdateTableRequest, times: UpdateTimes & SettingTimes): Table {
  const changed = withSettings(engine, withIndexes(withThroughput(table, request, times.nowMs), request, times), request, times)
  return withRunningChanges(table, changed, request, times)
}

/** Without delays everything has come true when the answer is out. */
function settledAt(table: Table, { nowMs, delayMs }: UpdateTimes): Table {
  if (delayMs > 0) return table
  const quiet = withoutRunning(table, ({ dueMs }) => dueMs <= nowMs)
  return quiet.status === 'UPDATING' ? settledTable(quiet) : quiet
}
