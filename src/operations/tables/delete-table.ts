/** DeleteTable (operations.md §5.3): the table goes at once or after a while as DELETING; its data is swept afterwards. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { removeTable } from '../../engine/backups/make-backup.ts'
import { placesOfReplicas } from '../../engine/catalog/change-replicas.ts'
import { changeTablesOfRegions, type TablePlace } from '../../engine/catalog/change-tables.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { isReplicated } from '../../engine/schema/replication.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkNothingUnderWay } from './definition/check-admission.ts'
import { deleteOwnReplica } from './replicas/change-members.ts'

export async function deleteTable(engine: MeteredEngine, input: InputOf<'DeleteTable'>): Promise<OutputOf<'DeleteTable'>> {
  const name = tableNameOf(input.TableName)
  const places = (): readonly TablePlace[] => [
    { region: engine.catalog.region, name },
    ...placesOfReplicas(name, engine.catalog.find(name)?.replication),
  ]
  const deleting = await changeTablesOfRegions(engine, places, (tablesOf) => {
    const tables = tablesOf(engine.catalog.region)
    const table = tables.find(name)
    if (table === undefined) throw tableNotFound(name)
    checkDeletable(table)
    const nowMs = engine.clock.now()
    if (isReplicated(table)) return deleteOwnReplica({ engine, tablesOf, table, nowMs })
    const dueMs = nowMs + engine.settings.tableStateDelayMs
    const marked: Table = { ...table, status: 'DELETING', statusDueMs: dueMs, statusSinceMs: nowMs }
    if (engine.settings.tableStateDelayMs === 0) removeTable(tables, table, { region: engine.catalog.region, nowMs })
    else tables.replace(marked)
    return marked
  })
  const {
    AttributeDefinitions: _definitions,
    KeySchema: _key,
    CreationDateTime: _creation,
    WarmThroughput: _warm,
    ...TableDescription
  } = tableDescription(engine, deleting, allEmpty)
  return { TableDescription }
}

function checkDeletable(table: Table): void {
  if (table.deletionProtection) {
    throw invalid('Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.')
  }
  checkNothingUnderWay(table)
}
