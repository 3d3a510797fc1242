/** UpdateTable, as far as it is about global tables (global-tables-and-kinesis.md §2): replicas and witnesses come, change and go. */
import { invalid } from '../../../api/errors.ts'
import type { InputOf, OutputOf } from '../../../api/operations.ts'
import { tableNameOf } from '../../../api/table-name.ts'
import { storedLevel } from '../../../engine/catalog/change-level.ts'
import { placesOfReplicas } from '../../../engine/catalog/change-replicas.ts'
import { changeTablesOfRegions, type TableTurn } from '../../../engine/catalog/change-tables.ts'
import { tableDescription } from '../../../engine/catalog/describe.ts'
import { tableNotFound } from '../../../engine/catalog/find-table.ts'
import { replicaLevel } from '../../../engine/nodes/feature-level.ts'
import { engineOf } from '../../../engine/regions.ts'
import { isReplicated } from '../../../engine/schema/replication.ts'
import { isFillingBranch } from '../../../engine/schema/restore.ts'
import { allIndexes, type Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { countsByIndex } from '../describe-table.ts'
import { inUse, tableInUse } from '../table-in-use.ts'
import {
  createReplicas,
  deleteReplicas,
  leaveReplicas,
  type MemberTurn,
  protectFromLeaving,
  updateReplicasInTurn,
} from './change-members.ts'
import { type CheckedReplicaUpdates, checkedReplicaUpdates } from './check-replica-updates.ts'
import { checkWritesAreScaled, copyScaling } from './replica-auto-scaling.ts'
import { checkEmpty } from './strong-regions.ts'

/** `input` is about global tables and nothing else. */
export async function updateReplicas(engine: MeteredEngine, input: InputOf<'UpdateTable'>): Promise<OutputOf<'UpdateTable'>> {
  const request = checkedReplicaUpdates(engine.region, input)
  const name = tableNameOf(input.TableName)
  const seen = engine.catalog.find(name)
  if (seen?.status === 'ACTIVE' && request.creates.length > 0) await checkWritesAreScaled(engine, seen)
  // Whatever is put between this look and the turn is copied to the new replicas all the same.
  const isWithItems = request.consistency === 'STRONG' && (await hasItems(engine, name))
  const regions = [engine.catalog.region, ...request.creates.map(({ RegionName }) => engineOf(engine, RegionName).catalog.region)]
  const decide = (tablesOf: (region: string) => TableTurn): Table => {
    const table = tablesOf(engine.catalog.region).find(name)
    if (table === undefined) throw tableNotFound(name)
    checkQuiet(engine, table)
    // Its mode was changed since it was looked at.
    if (request.creates.length > 0 && table.billingMode !== seen?.billingMode) throw tableInUse(table)
    if (isWithItems) checkEmpty(1)
    change({ engine, tablesOf, table, nowMs: engine.clock.now() }, request, input.DisassociationProtectionEnabled)
    return tablesOf(engine.catalog.region).find(name) ?? table
  }
  const changed = await changeTablesOfRegions(
    engine,
    () => [...regions.map((region) => ({ region, name })), ...placesOfReplicas(name, engine.catalog.find(name)?.replication)],
    decide,
  )
  await copyScaling(engine, changed, regions.slice(1))
  return { TableDescription: tableDescription(engine, changed, await countsByIndex(engine, changed)) }
}

async function hasItems(engine: MeteredEngine, name: string): Promise<boolean> {
  const table = engine.catalog.find(name)
  return table !== undefined && (await countsByIndex(engine, table))(0).itemCount > 0
}

function change(turn: MemberTurn, request: CheckedReplicaUpdates, protection: boolean | undefined): void {
  if (protection !== undefined) {
    protectFromLeaving(turn, protection)
    return
  }
  if (request.isLeaving) {
    leaveReplicas(turn)
    return
  }
  const { creates, updates, deletes } = request
  const kinds = [creates, updates, deletes].filter(({ length }) => length > 0)
  // Each takes its time, and the tables are UPDATING meanwhile [I].
  if (kinds.length > 1) throw inUse('Only one of replica creation, update and deletion can be in progress')
  if (creates.length > 0) createReplicas(turn, request)
  else if (updates.length > 0) updateReplicasInTurn(turn, updates)
  else deleteReplicas(turn, request)
}

/** Nothing is under way, here or in the other regions. */
function checkQuiet({ catalog }: MeteredEngine, table: Table): void {
  if (table.isView === true) throw invalid('One or more parameter values were invalid: The rows of a view follow from its source alone')
  if (table.status !== 'ACTIVE' || isFillingBranch(table)) throw tableInUse(table)
  if (allIndexes(table).some(({ status }) => status !== 'ACTIVE') || table.running !== undefined)
    throw tableInUse({ ...table, status: 'UPDATING' })
  const { replicas, witness } = table.replication ?? { replicas: [] }
  const isChanging = replicas.some(({ status }) => status !== 'ACTIVE') || (witness !== undefined && witness.status !== 'ACTIVE')
  if (isChanging) throw tableInUse({ ...table, status: 'UPDATING' })
  // What an earlier global table has left behind is still being deleted.
  if (table.replication !== undefined && !isReplicated(table)) throw tableInUse({ ...table, status: 'UPDATING' })
  // A shared store on which older nodes live still.
  if ((storedLevel(catalog) ?? replicaLevel) < replicaLevel) throw tableInUse({ ...table, status: 'UPDATING' })
}
