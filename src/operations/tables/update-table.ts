/**
 * UpdateTable (operations.md §5.2): a checked request changes a table. Most changes take their time; which of them make the table
 * UPDATING, and which run beside its status, is in definition/running-changes.ts. An index that it creates is then filled by
 * jobs/backfill-indexes.ts.
 */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { placesOfReplicas } from '../../engine/catalog/change-replicas.ts'
import { changeTablesOfRegions, type TablePlace, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import type { VersionedRecords } from '../../engine/records/versioned-records.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkIndexStates } from './definition/change-indexes.ts'
import { withoutLiftedCeilings } from './definition/change-throughput.ts'
import { checkAdmission, isLostReversal } from './definition/check-admission.ts'
import { checkAccountMaxima, checkMaxima } from './definition/check-maxima.ts'
import { checkedUpdate, checkNotEmpty } from './definition/check-update.ts'
import { answeredStatus } from './definition/running-changes.ts'
import { settledAt, updatedTable } from './definition/updated-table.ts'
import { countsByIndex } from './describe-table.ts'
import { checkOffered, isAboutReplicas } from './replicas/check-replica-updates.ts'
import { followUpdate } from './replicas/follow-settings.ts'
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
  checkOffered(engine.regions, request)
  if (isAboutReplicas(request)) {
    const { updateReplicas } = await import('./replicas/update-replicas.ts')
    return updateReplicas(engine, request)
  }
  const name = tableNameOf(input.TableName)
  const decide = (tablesOf: (region: string) => TableTurn): Table => {
    const tables = tablesOf(engine.catalog.region)
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
    if (table.replication !== undefined) followUpdate(engine, tablesOf, table, request)
    if (!isLostReversal(table, request)) tables.replace(withoutLiftedCeilings(settledAt(updated, times)))
    return { ...updated, status: answeredStatus(table, updated, request) }
  }
  const places = (): readonly TablePlace[] => [
    { region: engine.catalog.region, name },
    ...placesOfReplicas(name, engine.catalog.find(name)?.replication),
  ]
  const answered = await changeTablesOfRegions(engine, places, decide, () => records?.reads ?? [])
  return { TableDescription: tableDescription(engine, answered, await countsByIndex(engine, answered)) }
}
