/**
 * How replicas come, change and go (global-tables-and-kinesis.md §2): decided in one turn over the tables of all regions, and carried out by
 * engine/jobs/settle-replicas.ts. Words without a capture are ours [I].
 */
import { invalid } from '../../../api/errors.ts'
import { replicaSourceKeptMs } from '../../../api/limits.ts'
import { putReplication } from '../../../engine/catalog/change-replicas.ts'
import type { TableTurn } from '../../../engine/catalog/change-tables.ts'
import { engineOf } from '../../../engine/regions.ts'
import { isReplicated, ownReplica, type Replica, type Replication, withReplica } from '../../../engine/schema/replication.ts'
import type { Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { withoutLiftedCeilings } from '../definition/change-throughput.ts'
import type { UpdateTableRequest } from '../definition/request.ts'
import { settledAt, updatedTable } from '../definition/updated-table.ts'
import { checkTableQuotas } from '../new-table.ts'
import { streamLabelAt } from '../stream-label.ts'
import type { CheckedReplicaUpdates, ReplicaChange } from './check-replica-updates.ts'
import { newReplica, overridesOf } from './new-replica.ts'
import { checkStrongCreation, checkStrongDeletion } from './strong-regions.ts'

/** A turn over the tables of this name in all regions. */
export interface MemberTurn {
  /** Of the region of the call. */
  readonly engine: MeteredEngine
  readonly tablesOf: (region: string) => TableTurn
  readonly table: Table
  readonly nowMs: number
}

/** Creates what the request creates, and says in all tables that it is there. */
export function createReplicas(turn: MemberTurn, request: CheckedReplicaUpdates): void {
  const { engine, tablesOf, nowMs } = turn
  const before = turn.table.replication
  checkCreation(turn, request)
  const table = request.consistency === 'STRONG' ? turn.table : withWholeStream(turn, turn.table)
  const own: Replica = { ...(ownReplica(table) ?? { region: engine.region, tableId: table.tableId, status: 'ACTIVE' }), sourceMs: nowMs }
  const present = [...(before?.replicas.filter(({ tableId }) => tableId !== own.tableId) ?? []), own]
  const due = dueOf(turn)
  const created = request.creates.map((creation): Replica => {
    const region = engineOf(engine, creation.RegionName)
    const tables = tablesOf(region.catalog.region)
    const overrides = overridesOf(table, creation)
    const definition = newReplica(region, table, overrides)
    checkTableQuotas(tables, definition)
    const { tableId } = tables.create(definition)
    const copyingFrom = [own.region, ...present.flatMap((replica) => (replica === own ? [] : [replica.region]))]
    const said = Object.keys(overrides).length === 0 ? {} : { overrides }
    return { region: creation.RegionName, tableId, status: 'CREATING', ...due, copyingFrom, source: own.region, ...said }
  })
  const replicas =
    before === undefined ? [own, ...created] : [...before.replicas.map((old) => (old.tableId === own.tableId ? own : old)), ...created]
  const { createdWitness } = request
  const replication: Replication = {
    ...before,
    consistency: before?.consistency ?? request.consistency,
    replicas,
    ...(createdWitness !== undefined && { witness: { region: createdWitness, status: 'CREATING' as const, ...due } }),
  }
  putUpdating({ ...turn, table }, replication)
}

function checkCreation({ engine, tablesOf, table }: MemberTurn, request: CheckedReplicaUpdates): void {
  const { creates, consistency } = request
  const isExisting = creates.some(({ RegionName }) => tablesOf(engineOf(engine, RegionName).catalog.region).find(table.name) !== undefined)
  if (isExisting) {
    throw invalid(
      `Failed to create a the new replica of table with name: '${table.name}' because one or more replicas already existed as tables.`,
    )
  }
  if (isReplicated(table)) {
    if (table.replication?.consistency !== consistency) {
      throw invalid(`${P}The MultiRegionConsistency of a global table cannot be changed: it is ${table.replication?.consistency}`)
    }
    if (consistency === 'STRONG') {
      throw invalid(`${P}Replicas cannot be added to a global table with MultiRegionConsistency STRONG`)
    }
  }
  if (consistency === 'STRONG') checkStrongCreation(engine.region, table, request)
}

/** Replicas with eventual consistency have a stream with both images: the service enables it [I]. */
function withWholeStream({ engine, nowMs }: MemberTurn, table: Table): Table {
  if (table.stream?.viewType === 'NEW_AND_OLD_IMAGES') return table
  if (table.stream !== undefined) {
    throw invalid(`${P}The stream of a global table must have the view type NEW_AND_OLD_IMAGES`)
  }
  const lastLabel = engine.catalog.streams.lastLabel(engine.catalog.region, table.name)
  return { ...table, stream: { viewType: 'NEW_AND_OLD_IMAGES' }, streamLabel: streamLabelAt(nowMs, table.streamLabel, lastLabel) }
}

/** Changes what these replicas have for themselves. */
export function updateReplicasInTurn(turn: MemberTurn, updates: readonly ReplicaChange[]): void {
  let replication = replicationOf(turn)
  for (const update of updates) {
    const replica = memberIn(replication, update.RegionName)
    const { engine, tablesOf, nowMs } = turn
    const region = engineOf(engine, update.RegionName)
    const tables = tablesOf(region.catalog.region)
    const table = tables.find(turn.table.name)
    if (table === undefined) throw notMember()
    const overrides = overridesOf(table, update)
    const times = { nowMs, delayMs: engine.settings.tableStateDelayMs, lastStreamLabel: undefined }
    const updated = updatedTable(region, table, overrideRequest(table, update), times)
    tables.replace(withoutLiftedCeilings(settledAt(updated, times)))
    const indexes = { ...replica.overrides?.indexes, ...overrides.indexes }
    const all = { ...replica.overrides, ...overrides, ...(Object.keys(indexes).length > 0 && { indexes }) }
    replication = withReplica(replication, { ...replica, status: 'UPDATING', ...dueOf(turn), overrides: all })
  }
  putUpdating(turn, replication)
}

/** The same in the words of a request to the region of the replica. */
function overrideRequest(table: Table, change: ReplicaChange): UpdateTableRequest {
  const {
    KMSMasterKeyId,
    ProvisionedThroughputOverride,
    OnDemandThroughputOverride,
    GlobalSecondaryIndexes = [],
    TableClassOverride,
  } = change
  const readUnits = ProvisionedThroughputOverride?.ReadCapacityUnits
  const indexUpdates = GlobalSecondaryIndexes.map((index) => {
    const of = table.indexes.find(({ name }) => name === index.IndexName)
    const units = index.ProvisionedThroughputOverride?.ReadCapacityUnits
    return {
      Update: {
        IndexName: index.IndexName,
        ...(units !== undefined && { ProvisionedThroughput: withReadUnits(of?.kind === 'global' ? of : table, units) }),
        ...(index.OnDemandThroughputOverride !== undefined && { OnDemandThroughput: index.OnDemandThroughputOverride }),
      },
    }
  })
  return {
    TableName: table.name,
    ...(readUnits !== undefined && { ProvisionedThroughput: withReadUnits(table, readUnits) }),
    ...(OnDemandThroughputOverride !== undefined && { OnDemandThroughput: OnDemandThroughputOverride }),
    ...(indexUpdates.length > 0 && { GlobalSecondaryIndexUpdates: indexUpdates }),
    ...(KMSMasterKeyId !== undefined && { SSESpecification: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId } }),
    ...(TableClassOverride !== undefined && { TableClass: TableClassOverride }),
  }
}

function withReadUnits(
  { provisioned }: Pick<Table, 'provisioned'>,
  readUnits: number,
): { ReadCapacityUnits: number; WriteCapacityUnits: number } {
  return { ReadCapacityUnits: readUnits, WriteCapacityUnits: provisioned?.writeUnits ?? 1 }
}

/** These replicas are DELETING, and go when the others know what they knew. */
export function deleteReplicas(turn: MemberTurn, request: CheckedReplicaUpdates): void {
  let replication = replicationOf(turn)
  const members = request.deletes.map((region) => memberIn(replication, region))
  if (replication.consistency === 'STRONG') checkStrongDeletion(replication, request)
  for (const replica of members) {
    const tables = turn.tablesOf(replica.region)
    const table = tables.find(turn.table.name)
    if (table === undefined) throw notMember()
    if (table.deletionProtection) throw protectedFromDeletion()
    checkNoSource(replica, turn.nowMs)
    tables.replace(deletingTable(table))
    replication = withReplica(replication, { ...replica, status: 'DELETING', ...dueOf(turn) })
  }
  const { witness } = replication
  const isWitnessDeleted = witness !== undefined && request.deletedWitness === witness.region
  putUpdating(turn, isWitnessDeleted ? { ...replication, witness: { ...witness, status: 'DELETING', ...dueOf(turn) } } : replication)
}

/** DeleteTable: the replica that the table is goes, and the others stay. */
export function deleteOwnReplica(turn: MemberTurn): Table {
  const { engine, tablesOf, table } = turn
  const replication = replicationOf(turn)
  const own = ownReplica(table)
  if (own === undefined) throw notMember()
  if (replication.consistency === 'STRONG') {
    throw invalid(`${P}A replica with MultiRegionConsistency STRONG can only be deleted together with all other replicas and the witness`)
  }
  checkNoSource(own, turn.nowMs)
  const deleting = deletingTable(table)
  tablesOf(engine.catalog.region).replace(deleting)
  putReplication(tablesOf, table.name, withReplica(replication, { ...own, status: 'DELETING', ...dueOf(turn) }))
  return deleting
}

/** One that another was made from lately is needed by that one. */
function checkNoSource({ sourceMs }: Replica, nowMs: number): void {
  if (sourceMs === undefined || nowMs < sourceMs || nowMs - sourceMs >= replicaSourceKeptMs) return
  throw invalid(
    'Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours.',
  )
}

function protectedFromDeletion(): Error {
  return invalid('Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.')
}

/** It serves nobody any more; when it goes is for the replicas to say. */
function deletingTable({ statusDueMs: _, statusSinceMs: _since, update: _update, ...table }: Table): Table {
  return { ...table, status: 'DELETING' }
}

/** The replica that the table is leaves the others when all have been told everything, and keeps what it has. */
export function leaveReplicas(turn: MemberTurn): void {
  const replication = replicationOf(turn)
  const own = ownReplica(turn.table)
  if (own === undefined || !isReplicated(turn.table)) throw notMember()
  if (replication.consistency === 'STRONG') throw invalid(`${P}Disassociate is not supported when MultiRegionConsistency is STRONG`)
  if (own.mayLeave !== true) {
    throw invalid(
      'Replica cannot be disassociated as it is currently protected against disassociation. Disable disassociation protection first.',
    )
  }
  putUpdating(turn, withReplica(replication, { ...own, status: 'UPDATING', isLeaving: true, ...dueOf(turn) }))
}

/** Whether the replica that the table is may leave: done at once. */
export function protectFromLeaving(turn: MemberTurn, isProtected: boolean): void {
  const replication = replicationOf(turn)
  const own = ownReplica(turn.table)
  if (own === undefined || !isReplicated(turn.table)) {
    throw invalid(`${P}DisassociationProtectionEnabled can only be specified for a replica of a global table`)
  }
  const { mayLeave: _, ...kept } = own
  putReplication(turn.tablesOf, turn.table.name, withReplica(replication, isProtected ? kept : { ...kept, mayLeave: true }))
}

function putUpdating({ engine, tablesOf, table }: MemberTurn, replication: Replication): void {
  const updating: Table = { ...table, replication, status: 'UPDATING', update: 'replicas' }
  tablesOf(engine.catalog.region).replace(updating)
  putReplication(tablesOf, table.name, replication)
}

function replicationOf({ table }: MemberTurn): Replication {
  if (table.replication === undefined || !isReplicated(table)) throw notMember()
  return table.replication
}

function memberIn({ replicas }: Replication, region: string): Replica {
  const replica = replicas.find((member) => member.region === region)
  if (replica === undefined) throw notMember()
  return replica
}

function notMember(): Error {
  return invalid('Update global table operation failed because one or more replicas were not part of the global table.')
}

function dueOf({ engine, nowMs }: MemberTurn): { readonly statusDueMs: number; readonly statusSinceMs: number } {
  return { statusDueMs: nowMs + engine.settings.tableStateDelayMs, statusSinceMs: nowMs }
}

const P = 'One or more parameter values were invalid: '
