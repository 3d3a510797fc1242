/**
 * The global table that a table belongs to, as plain immutable data. There is no record of a global table: the record of each replica
 * has a copy, and all copies change in one turn (catalog/change-replicas.ts).
 */

export type Consistency = 'EVENTUAL' | 'STRONG'

export interface Replication {
  readonly consistency: Consistency
  /** In the order in which they joined, the table itself among them. With this one alone the table is no replica any more. */
  readonly replicas: readonly Replica[]
  /** The region that only helps to acknowledge, of a global table with strong consistency. */
  readonly witness?: Witness
  /** Tables that were replicas: what was kept for their sake is still to be deleted here. */
  readonly leftIds?: readonly number[]
}

export interface Replica {
  /** As the catalog knows it. */
  readonly region: string
  readonly tableId: number
  readonly status: ReplicaStatus
  /** When a transient status ends at the earliest, and when it began, in milliseconds since the epoch. */
  readonly statusDueMs?: number
  readonly statusSinceMs?: number
  /** The regions whose items are still to be copied here. */
  readonly copyingFrom?: readonly string[]
  /** The one of these that it waits for to become ACTIVE. */
  readonly source?: string
  /** When another replica was last made from this one, in milliseconds since the epoch. */
  readonly sourceMs?: number
  /** It leaves, and its table stays. */
  readonly isLeaving?: true
  /** It may leave with its table: not before somebody has said so. */
  readonly mayLeave?: true
  readonly overrides?: ReplicaOverrides
}

export type ReplicaStatus = 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE'

export interface Witness {
  readonly region: string
  readonly status: 'CREATING' | 'DELETING' | 'ACTIVE'
  readonly statusDueMs?: number
  readonly statusSinceMs?: number
}

/** What a replica was said to have for itself. */
export interface ReplicaOverrides extends CapacityOverrides {
  readonly encryption?: { readonly keyId?: string }
  readonly tableClass?: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS'
  /** By the names of global indexes. */
  readonly indexes?: { readonly [name: string]: CapacityOverrides }
}

export interface CapacityOverrides {
  readonly readUnits?: number
  readonly readUnitsMax?: number
}

/** A table, as far as it is about replicas. */
interface ReplicatedTable {
  readonly tableId: number
  readonly replication?: Replication
}

/** Whether the table is one of several replicas. */
export function isReplicated({ replication }: Pick<ReplicatedTable, 'replication'>): boolean {
  return replication !== undefined && replication.replicas.length > 1
}

/** What the global table says of this table. */
export function ownReplica({ tableId, replication }: ReplicatedTable): Replica | undefined {
  return replication?.replicas.find((replica) => replica.tableId === tableId)
}

/** The other replicas, whatever state they are in. */
export function otherReplicas({ tableId, replication }: ReplicatedTable): readonly Replica[] {
  return replication === undefined ? [] : replication.replicas.filter((replica) => replica.tableId !== tableId)
}

/** The table waits for the items of another replica: it serves nobody yet. */
export function isJoining(table: ReplicatedTable): boolean {
  return ownReplica(table)?.status === 'CREATING'
}

/** The same with this replica in the place of the one of the same table. */
export function withReplica(replication: Replication, replica: Replica): Replication {
  return { ...replication, replicas: replication.replicas.map((old) => (old.tableId === replica.tableId ? replica : old)) }
}

export function withoutReplica(replication: Replication, tableId: number): Replication {
  return { ...replication, replicas: replication.replicas.filter((replica) => replica.tableId !== tableId) }
}

/** Without a status that is over. */
export function settledReplica({ statusDueMs: _, statusSinceMs: _since, source: _source, ...replica }: Replica): Replica {
  return { ...replica, status: 'ACTIVE' }
}
