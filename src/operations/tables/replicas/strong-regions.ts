/** The rules for who may be in a global table with strong consistency (global-tables-and-kinesis.md §1). The words are ours [I]. */
import { invalid } from '../../../api/errors.ts'
import { replicasOfStrongTableMax, strongRegionSets } from '../../../api/limits.ts'
import type { Replication } from '../../../engine/schema/replication.ts'
import type { Table } from '../../../engine/schema/table.ts'
import type { CheckedReplicaUpdates } from './check-replica-updates.ts'

/** All members are named in the request that makes it: three replicas, or two and a witness, of one set of regions. */
export function checkStrongCreation(region: string, table: Table, { creates, createdWitness }: CheckedReplicaUpdates): void {
  const regions = [region, ...creates.map(({ RegionName }) => RegionName), ...(createdWitness === undefined ? [] : [createdWitness])]
  if (regions.length !== replicasOfStrongTableMax) {
    throw invalid(`${P}A global table with MultiRegionConsistency STRONG has exactly three replicas, or two replicas and a witness`)
  }
  if (!strongRegionSets.some((set) => regions.every((name) => set.includes(name)))) {
    throw invalid(`${P}The Regions of a global table with MultiRegionConsistency STRONG must all be in one set of Regions`)
  }
  if (table.timeToLive?.enabled) throw invalid(`${P}Time to Live is not supported when MultiRegionConsistency is STRONG`)
  if (table.indexes.some(({ kind }) => kind === 'local')) {
    throw invalid(`${P}Local secondary indexes are not supported when MultiRegionConsistency is STRONG`)
  }
}

/** It is made of an empty table. */
export function checkEmpty(itemCount: number): void {
  if (itemCount > 0) throw invalid(`${P}A table must be empty to become a global table with MultiRegionConsistency STRONG`)
}

/** It shrinks to one table at once, or not at all. */
export function checkStrongDeletion({ replicas, witness }: Replication, { deletes, deletedWitness }: CheckedReplicaUpdates): void {
  const isWhole = deletes.length === replicas.length - 1 && deletedWitness === witness?.region
  if (!isWhole) {
    throw invalid(`${P}All other replicas and the witness must be deleted together when MultiRegionConsistency is STRONG`)
  }
}

const P = 'One or more parameter values were invalid: '
