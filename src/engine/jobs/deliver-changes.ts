/**
 * Makes what replicas tell each other: the next changes of a link whose time has come, as the last of them left each item, in one turn
 * with their removal from the log. So each is made once, whenever a process dies; and what a cut keeps from going waits in the log.
 */
import { latin1 } from '../../base/bytes.ts'
import { type Entry, type KeyBytes, logRange } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import type { Changed } from '../items/decide-change.ts'
import { itemKey } from '../items/item-key.ts'
import { replicaLinkLog } from '../keyspace/replica-keys.ts'
import { replicaBudget } from '../limits.ts'
import { engineOfCatalog } from '../regions.ts'
import { decodeLinked, isTold, type LinkedWrite } from '../replicas/link-log.ts'
import { isStrong, replicasInReach } from '../replicas/strong-reach.ts'
import { otherReplicas, type Replica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { compareOrders } from '../schema/write-order.ts'
import { replicaLinkOf } from '../settings.ts'
import { readsToReceive, receiveWrites } from './receive-writes.ts'

export interface ReplicaDelivery {
  /** The replica that was told. */
  readonly table: Table
  readonly toRegion: string
  readonly changes: readonly Changed[]
  /** How long ago what arrived was written. */
  readonly latenciesMs: readonly number[]
}

export interface ReplicaListener {
  /** `from` is the engine of the region that tells, `to` that of the one that was told. */
  onReplicated?(from: Engine, to: Engine, delivery: ReplicaDelivery): void
}

/** One bounded piece of every link from this table. Resolves with whether any of them had something due. */
export async function deliverFrom(engine: Engine, table: Table, nowMs: number, listener: ReplicaListener): Promise<boolean> {
  let isBusy = false
  const inReach = isStrong(table) ? replicasInReach(engine.settings, engine.catalog.region, table) : noReplicas
  for (const replica of otherReplicas(table)) {
    const { lagMs, isCut } = replicaLinkOf(engine.settings, engine.catalog.region, replica.region)
    if (!isTold(replica) || (isStrong(table) ? !inReach.has(replica.tableId) : isCut)) continue
    if (await deliver(engine, { table, replica, lagMs, nowMs }, listener)) isBusy = true
  }
  return isBusy
}

const noReplicas: ReadonlySet<number> = new Set()

interface Link {
  readonly table: Table
  readonly replica: Replica
  readonly lagMs: number
  readonly nowMs: number
}

async function deliver(engine: Engine, { table, replica, lagMs, nowMs }: Link, { onReplicated }: ReplicaListener): Promise<boolean> {
  const log = replicaLinkLog({ fromId: table.tableId, toId: replica.tableId })
  const { entries } = await engine.store.view(async (view) => view.scan(logRange(log), replicaBudget))
  const due = dueOf(engine, entries, { wait: `replica ${table.tableId} ${replica.tableId}`, lagMs, nowMs })
  if (due.length === 0) return false
  const to = engineOfCatalog(engine, replica.region)
  const target = to.catalog.find(table.name)
  if (target?.tableId !== replica.tableId) return false
  const changes = await receive(to, target, due)
  onReplicated?.(engine, to, {
    table: target,
    toRegion: replica.region,
    changes,
    latenciesMs: due.map(({ write }) => Math.max(0, nowMs - write.sinceMs)),
  })
  return true
}

interface DueWrite {
  readonly key: KeyBytes
  readonly write: LinkedWrite
}

/** In order: what is due behind something that is not must wait for it. */
function dueOf(
  { schedule }: Engine,
  entries: readonly Entry[],
  { wait, lagMs, nowMs }: { readonly wait: string; readonly lagMs: number; readonly nowMs: number },
): readonly DueWrite[] {
  const due: DueWrite[] = []
  for (const { key, value } of entries) {
    const write = decodeLinked(value)
    if (!schedule.isOver(wait, { sinceMs: write.sinceMs, delayMs: lagMs }, nowMs)) break
    due.push({ key, write })
  }
  return due
}

function receive(to: Engine, table: Table, due: readonly DueWrite[]): Promise<readonly Changed[]> {
  const writes = lastWrites(table, due)
  return to.store.writeReading(
    () => readsToReceive(to, table, writes),
    (turn) => {
      const latest = to.catalog.find(table.name)
      if (latest?.tableId !== table.tableId) return []
      for (const { key } of due) turn.delete(key)
      // One that is being deleted needs to know nothing more.
      return latest.status === 'DELETING' ? [] : receiveWrites(to, turn, table, writes)
    },
  )
}

/** Of the writes of one item the last. What has been made meanwhile by another node is made no second time: it is not later than itself. */
function lastWrites(table: Table, due: readonly DueWrite[]): readonly LinkedWrite[] {
  const last = new Map<string, LinkedWrite>()
  for (const { write } of due) {
    const item = latin1(itemKey(table, write.keyAttributes))
    const known = last.get(item)
    if (known === undefined || compareOrders(write.order, known.order) > 0) last.set(item, write)
  }
  return [...last.values()]
}
