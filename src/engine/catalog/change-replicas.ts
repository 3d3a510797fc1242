/** The one way to change what the replicas of a global table know of each other: a turn in which the records of all of them change alike. */
import type { KeyBytes } from '../../storage/store.ts'
import { isJoining, ownReplica, type Replica, type Replication } from '../schema/replication.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import type { CatalogHolder } from './catalog-holder.ts'
import { changeTablesOfRegions, type TablePlace, type TableTurn } from './change-tables.ts'

export interface ReplicaTurn {
  readonly tablesOf: (region: string) => TableTurn
  /** As the turn sees it. */
  readonly replication: Replication
  /** The table of a replica as the turn makes it; undefined when it is gone. */
  tableOf(replica: Replica): Table | undefined
}

/**
 * Calls `decide` in a turn with the global table that this table is a replica of, if it still is; otherwise resolves with undefined.
 * `reads` are further logs and keys that it looks at.
 */
export function changeReplicas<T>(
  holder: CatalogHolder,
  { region, name, tableId }: TablePlace & Pick<Table, 'tableId'>,
  decide: (turn: ReplicaTurn) => T,
  reads: readonly KeyBytes[] = [],
): Promise<T | undefined> {
  const replicationNow = (): Replication | undefined => {
    const table = holder.catalog.of(region).find(name)
    return table?.tableId === tableId ? table.replication : undefined
  }
  return changeTablesOfRegions(
    holder,
    () => placesOfReplicas(name, replicationNow()),
    (tablesOf) => {
      const replication = replicationNow()
      if (replication === undefined) return undefined
      const tableOf = (replica: Replica): Table | undefined => sameTable(tablesOf, name, replica)
      return decide({ tablesOf, replication, tableOf })
    },
    () => reads,
  )
}

/** Where the tables of the replicas are, for who changes them. */
export function placesOfReplicas(name: string, replication: Replication | undefined): readonly TablePlace[] {
  return (replication?.replicas ?? []).map(({ region }) => ({ region, name }))
}

/** All replicas know this from now on. A table that was UPDATING for the sake of others is ACTIVE when none of them changes any more. */
export function putReplication(tablesOf: (region: string) => TableTurn, name: string, replication: Replication): void {
  for (const replica of replication.replicas) {
    const table = sameTable(tablesOf, name, replica)
    if (table !== undefined) tablesOf(replica.region).replace(settledUpdate({ ...table, replication }))
  }
}

function settledUpdate(table: Table): Table {
  if (table.update !== 'replicas' || isJoining(table)) return table
  const { replicas, witness } = table.replication ?? { replicas: [] }
  const isQuiet = replicas.every(({ status, isLeaving }) => status === 'ACTIVE' && isLeaving !== true)
  return isQuiet && (witness === undefined || witness.status === 'ACTIVE') ? settledTable(table) : table
}

function sameTable(tablesOf: (region: string) => TableTurn, name: string, { region, tableId }: Replica): Table | undefined {
  const table = tablesOf(region).find(name)
  return table?.tableId === tableId ? table : undefined
}

/** A table that is a replica no more: what was kept for that is still to be deleted (jobs/settle-replicas.ts). */
export function withoutOthers(table: Table): Table {
  const own = ownReplica(table)
  const { replication } = table
  if (own === undefined || replication === undefined) return table
  const { isLeaving: _, ...stays } = own
  const leftIds = [...(replication.leftIds ?? []), ...replication.replicas.map(({ tableId }) => tableId)].filter(
    (id) => id !== table.tableId,
  )
  return { ...table, replication: { consistency: replication.consistency, replicas: [{ ...stays, status: 'ACTIVE' }], leftIds } }
}
