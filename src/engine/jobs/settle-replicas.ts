/**
 * Ends what replicas go through: one that has the items of its source becomes ACTIVE; one that is deleted or leaves goes when the others have
 * been told everything that it knew; of a table that is a replica no more what was kept for that is deleted.
 */
import { type KeyBytes, logRange } from '../../storage/store.ts'
import { removeTable } from '../backups/make-backup.ts'
import { changeReplicas, putReplication, type ReplicaTurn, withoutOthers } from '../catalog/change-replicas.ts'
import type { Engine } from '../engine.ts'
import {
  behindKey,
  isReplicaLinkLog,
  replicaCopyKey,
  replicaLinkLog,
  replicaLinkRange,
  tombstoneRoundKey,
  tombstonesRange,
} from '../keyspace/replica-keys.ts'
import { sweepBudget } from '../limits.ts'
import { waitUntil } from '../schedule.ts'
import {
  isReplicated,
  otherReplicas,
  ownReplica,
  type Replica,
  type Replication,
  settledReplica,
  withoutReplica,
  withReplica,
} from '../schema/replication.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import { deleteSome, leftoversIn } from './delete-leftovers.ts'

/** One step for the replica that this table is. Resolves with whether there was anything to do. */
export async function settleReplica(engine: Engine, table: Table, nowMs: number): Promise<boolean> {
  if (await dropVanished(engine, table)) return true
  if (await sweepLeft(engine, table)) return true
  if (await settleWitness(engine, table, nowMs)) return true
  const own = ownReplica(table)
  if (own === undefined || !isOver(engine, own, nowMs)) return false
  if (own.status === 'DELETING' || own.isLeaving === true) return leave(engine, table, own, nowMs)
  const isWaiting = own.source !== undefined && own.copyingFrom?.includes(own.source) === true
  if (own.status === 'ACTIVE' || isWaiting) return false
  await changeReplicas(engine, placeOf(engine, table), ({ replication, tablesOf, tableOf }) => {
    const latest = replication.replicas.find(({ tableId }) => tableId === table.tableId)
    if (latest === undefined || latest.status !== own.status) return
    const now = tableOf(latest)
    if (now?.status === 'CREATING') tablesOf(latest.region).replace(settledTable(now))
    putReplication(tablesOf, table.name, withReplica(replication, settledReplica(latest)))
  })
  return true
}

function placeOf({ catalog }: Engine, { name, tableId }: Table): { region: string; name: string; tableId: number } {
  return { region: catalog.region, name, tableId }
}

function isOver({ schedule }: Engine, { tableId, status, statusDueMs, statusSinceMs }: Replica, nowMs: number): boolean {
  return statusDueMs === undefined || schedule.isOver(`replica ${tableId} ${status}`, waitUntil(statusDueMs, statusSinceMs), nowMs)
}

/** Of tables that went without a word, as when all are dropped, no replica knows any more. */
async function dropVanished(engine: Engine, table: Table): Promise<boolean> {
  const isThere = (replica: Replica): boolean => engine.catalog.of(replica.region).find(table.name)?.tableId === replica.tableId
  if (otherReplicas(table).every(isThere)) return false
  await changeReplicas(engine, placeOf(engine, table), (turn) => {
    const gone = turn.replication.replicas.filter((replica) => turn.tableOf(replica) === undefined)
    if (gone.length > 0) putRest(turn, table.name, gone)
  })
  return true
}

/** The global table without these replicas. */
function putRest({ tablesOf, tableOf, replication }: ReplicaTurn, name: string, gone: readonly Replica[]): void {
  const goneIds = gone.map(({ tableId }) => tableId)
  const goneRegions = gone.map(({ region }) => region)
  const rest = goneIds.reduce(withoutReplica, replication)
  const replicas = rest.replicas.map((replica) => withoutCopiesFrom(replica, goneRegions))
  const after: Replication = { ...rest, replicas, leftIds: [...(rest.leftIds ?? []), ...goneIds] }
  putReplication(tablesOf, name, after)
  const [last, ...others] = after.replicas
  if (last === undefined || others.length > 0) return
  const table = tableOf(last)
  if (table !== undefined) tablesOf(last.region).replace(withoutOthers(settledIfUpdating(table)))
}

function withoutCopiesFrom({ copyingFrom, ...replica }: Replica, regions: readonly string[]): Replica {
  const left = (copyingFrom ?? []).filter((region) => !regions.includes(region))
  return left.length === 0 ? replica : { ...replica, copyingFrom: left }
}

function settledIfUpdating(table: Table): Table {
  return table.update === 'replicas' ? settledTable(table) : table
}

/** Logs, progress and tombstones that nobody needs any more; when nothing is left the table says nothing of replicas. */
async function sweepLeft(engine: Engine, table: Table): Promise<boolean> {
  const { leftIds = [] } = table.replication ?? {}
  const isAlone = !isReplicated(table)
  if (leftIds.length === 0 && !isAlone) return false
  const links = leftIds.map((fromId) => ({ range: replicaLinkRange({ fromId, toId: table.tableId }), isLog: isReplicaLinkLog }))
  const tombstones = isAlone ? [{ range: tombstonesRange(table.tableId), isLog: () => false }] : []
  const found = await leftoversIn(engine.store, [...links, ...tombstones], sweepBudget)
  const isStill = (): boolean => {
    const latest = engine.catalog.find(table.name)
    return latest?.tableId === table.tableId && isReplicated(latest) !== isAlone
  }
  if (found !== undefined) {
    await deleteSome(engine.store, found, isStill)
    return true
  }
  await forgetLeft(engine, table, leftIds)
  return true
}

async function forgetLeft(engine: Engine, table: Table, sweptIds: readonly number[]): Promise<void> {
  const region = engine.catalog.region
  await changeReplicas(engine, placeOf(engine, table), ({ tablesOf }) => {
    const tables = tablesOf(region)
    const latest = tables.find(table.name)
    if (latest?.tableId !== table.tableId || latest.replication === undefined) return
    for (const fromId of sweptIds) tables.delete(replicaCopyKey({ fromId, toId: table.tableId }))
    const left = (latest.replication.leftIds ?? []).filter((id) => !sweptIds.includes(id))
    const { replication, ...plain } = latest
    const { leftIds: _, ...swept } = replication
    if (left.length === 0 && swept.replicas.length === 1) {
      tables.delete(tombstoneRoundKey(table.tableId))
      tables.delete(behindKey(table.tableId))
      tables.replace(plain)
    } else tables.replace({ ...latest, replication: left.length === 0 ? swept : { ...swept, leftIds: left } })
  })
}

/** A witness is there, or gone, when its time has come. */
async function settleWitness(engine: Engine, table: Table, nowMs: number): Promise<boolean> {
  const witness = table.replication?.witness
  if (witness === undefined || witness.status === 'ACTIVE') return false
  const { statusDueMs = nowMs, statusSinceMs } = witness
  if (!engine.schedule.isOver(`witness ${table.tableId} ${witness.status}`, waitUntil(statusDueMs, statusSinceMs), nowMs)) return false
  await changeReplicas(engine, placeOf(engine, table), ({ replication, tablesOf }) => {
    const { witness: latest, ...rest } = replication
    if (latest === undefined || latest.status !== witness.status) return
    const after = latest.status === 'DELETING' ? rest : { ...rest, witness: { region: latest.region, status: 'ACTIVE' as const } }
    putReplication(tablesOf, table.name, after)
  })
  return true
}

/**
 * The replica goes, when all others know what it knew; one that leaves with its table must know what they knew, too. What a cut keeps from
 * going is waited for.
 */
async function leave(engine: Engine, table: Table, own: Replica, nowMs: number): Promise<boolean> {
  const others = otherReplicas(table).filter(({ status }) => status !== 'DELETING')
  const isCopied = !others.some(({ copyingFrom }) => copyingFrom?.includes(own.region) === true)
  const isFilled = own.isLeaving !== true || own.copyingFrom === undefined
  if (!isCopied || !isFilled) return false
  const logs = others.flatMap((replica) => logsOf(own, replica))
  const lasts = await lastsOfEmpty(engine, logs)
  if (lasts === undefined) return false
  const isGone = await changeReplicas(
    engine,
    placeOf(engine, table),
    (turn) => {
      const latest = turn.replication.replicas.find(({ tableId }) => tableId === own.tableId)
      const now = latest && turn.tableOf(latest)
      const tables = turn.tablesOf(own.region)
      if (latest === undefined || now === undefined || logs.some((log, at) => tables.lastNumber(log) !== lasts[at])) return false
      putRest(turn, table.name, [latest])
      if (latest.isLeaving === true) tables.replace(withoutOthers(settledIfUpdating(now)))
      else removeTable(tables, now, { region: own.region, nowMs })
      return true
    },
    logs,
  )
  return isGone === true
}

function logsOf({ tableId, isLeaving }: Replica, other: Replica): readonly KeyBytes[] {
  const out = replicaLinkLog({ fromId: tableId, toId: other.tableId })
  return isLeaving === true ? [out, replicaLinkLog({ fromId: other.tableId, toId: tableId })] : [out]
}

/** The last numbers of these logs when nothing waits in any of them. */
function lastsOfEmpty({ store }: Engine, logs: readonly KeyBytes[]): Promise<readonly number[] | undefined> {
  return store.view(async (view) => {
    for (const log of logs) {
      const { entries } = await view.scan(logRange(log), { entries: 1, bytes: 1 })
      if (entries.length > 0) return undefined
    }
    return view.lasts(logs)
  })
}
