/**
 * Which members of a global table with strong consistency can be reached from which: over each other, too, and over the witness. A member
 * that reaches no other cannot acknowledge anything, and does not know what is the latest; nor does one that has not caught up yet with what
 * was written while it was out of reach.
 */
import { ServiceError } from '../../api/errors.ts'
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import { behindKey } from '../keyspace/replica-keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { isReplicated, otherReplicas, type Replica, type Replication } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { type EngineSettings, replicaLinkOf } from '../settings.ts'
import { lastOrder, type OrderingEngine } from './item-order.ts'
import { isTold } from './link-log.ts'

/** A table whose writes are made in all regions at once. */
export function isStrong(table: Table): boolean {
  return table.replication?.consistency === 'STRONG' && isReplicated(table)
}

export interface StrongReach {
  /** The other replicas that are to know of a write at once. */
  readonly reached: readonly Replica[]
  /** Those that will hear of it when they are in reach again. */
  readonly missed: readonly Replica[]
}

/** `region` is that of the table. Throws ServiceUnavailable when nobody else is in reach: an acknowledged write is known in two regions. */
export function strongReach(settings: EngineSettings, region: string, table: Table): StrongReach {
  const inReach = regionsInReach(settings, region, table.replication)
  if (inReach.size < membersToAcknowledge) throw outOfReach(region)
  const others = otherReplicas(table).filter(isTold)
  return {
    reached: others.filter((replica) => inReach.has(replica.region)),
    missed: others.filter((replica) => !inReach.has(replica.region)),
  }
}

/** The ids of the other replicas in reach; none where that would be nobody. */
export function replicasInReach(settings: EngineSettings, region: string, table: Table): ReadonlySet<number> {
  const inReach = regionsInReach(settings, region, table.replication)
  return new Set(otherReplicas(table).flatMap((replica) => (inReach.has(replica.region) ? [replica.tableId] : [])))
}

/** Of three: the one that is asked, and another. */
const membersToAcknowledge = 2

function regionsInReach(settings: EngineSettings, region: string, replication: Replication | undefined): ReadonlySet<string> {
  const members = [
    ...(replication?.replicas.map((replica) => replica.region) ?? []),
    ...(replication?.witness === undefined ? [] : [replication.witness.region]),
  ]
  const found = new Set([region])
  for (const from of found) {
    for (const to of members) {
      const isCut = replicaLinkOf(settings, from, to).isCut || replicaLinkOf(settings, to, from).isCut
      if (!isCut) found.add(to)
    }
  }
  return found
}

/** What a turn must read to write here. */
export function behindReadOf({ tableId }: Table): KeyBytes {
  return behindKey(tableId)
}

/**
 * Throws what refuses a write by a client: the replica has not caught up, or another region is writing the item, which it does for as long as
 * changes take from there to here. `behindReadOf` and the item's tombstone must be among the turn's reads.
 */
export function checkStrongWrite(
  engine: OrderingEngine,
  turn: WriteTurn,
  table: Table,
  write: { readonly key: KeyBytes; readonly oldItem: StoredItem | undefined },
): void {
  checkCaughtUp(engine.region, turn.get(behindKey(table.tableId)))
  const { us, region } = lastOrder(turn, write.key, write.oldItem)
  if (us === 0 || region === engine.region) return
  const { lagMs } = replicaLinkOf(engine.settings, region, engine.region)
  if (lagMs === 0) return
  const writtenMs = us / 1000 - (engine.settings.clockOffsetsMs.get(region) ?? 0)
  const agoMs = engine.clock.now() - writtenMs
  if (agoMs < 0 || agoMs >= lagMs) return
  throw new ServiceError(
    'ReplicatedWriteConflictException',
    'The request was rejected because one or more items in the request are being modified by a request in another Region.',
  )
}

/** `behind`: what stands under `behindReadOf`. */
export function checkCaughtUp(region: string, behind: StoredValue | undefined): void {
  if (behind !== undefined) throw outOfReach(region)
}

function outOfReach(region: string): ServiceError {
  return new ServiceError(
    'ServiceUnavailable',
    `The replica in Region ${region} cannot reach another Region of the global table, or has not caught up with it yet.`,
  )
}
