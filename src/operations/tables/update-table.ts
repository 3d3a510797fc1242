/**
 * UpdateTable (operations.md §5.2): a checked request changes a table, which is UPDATING in the answer and ACTIVE when its time
 * has come; an index that it creates is then filled by jobs/backfill-indexes.ts.
 */
import { ServiceError } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import type { VersionedRecords } from '../../engine/records/versioned-records.ts'
import { settledTable } from '../../engine/schema/settle-table.ts'
import { hasIndexInCreation, type Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkIndexStates, type UpdateTimes, withIndexes } from './definition/change-indexes.ts'
import { type SettingTimes, withSettings } from './definition/change-settings.ts'
import { withoutLiftedCeilings, withThroughput } from './definition/change-throughput.ts'
import { checkedUpdate } from './definition/check-update.ts'
import type { UpdateTableRequest } from './definition/request.ts'
import { countsByIndex } from './describe-table.ts'

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
    checkStates(table, request)
    if ((records !== undefined && !tables.sees(records)) || !isAsSupposed(table)) throw tableInUse(table)
    const lastStreamLabel = engine.catalog.streams.lastLabel(engine.catalog.region, name)
    const times = { nowMs: engine.clock.now(), delayMs: engine.settings.tableStateDelayMs, lastStreamLabel }
    const updated = updatedTable(table, request, times)
    const isTransient = updated.status === 'UPDATING'
    tables.replace(withoutLiftedCeilings(isTransient && times.delayMs === 0 ? settledTable(updated) : updated))
    return updated
  }
  const updating = await changeTables(engine, [name], decide, records?.reads)
  return { TableDescription: tableDescription(engine, updating, await countsByIndex(engine, updating)) }
}

/** Whether table and indexes are in states that allow the change. What an index refuses is told before that the table is UPDATING. */
function checkStates(table: Table, request: UpdateTableRequest): void {
  if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
  checkIndexStates(table, request)
  if (request.StreamSpecification !== undefined && hasIndexInCreation(table)) {
    throw new ServiceError('ResourceInUseException', `Can't change stream status when an index is being created`)
  }
  if (table.status !== 'ACTIVE') throw tableInUse(table)
}

/** How the control plane refuses to change a table that is not ACTIVE. */
export function tableInUse({ name, status }: Table): ServiceError {
  const doing = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted', ACTIVE: 'used' }[status]
  return new ServiceError('ResourceInUseException', `Attempt to change a resource which is still in use: Table is being ${doing}: ${name}`)
}

/** Deletion protection changes at once; everything else, even if nothing changes, makes the table UPDATING. */
function updatedTable(table: Table, request: UpdateTableRequest, times: UpdateTimes & SettingTimes): Table {
  const { nowMs, delayMs } = times
  const changed = withSettings(withIndexes(withThroughput(table, request, nowMs), request, times), request, times)
  if (request.DeletionProtectionEnabled !== undefined) return changed
  return { ...changed, status: 'UPDATING', statusDueMs: nowMs + delayMs, statusSinceMs: nowMs }
}
