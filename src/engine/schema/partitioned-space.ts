/** What has partitions and throughput of its own: a table, and each of its global indexes. Local indexes share those of the table. */

import type { DataSpace } from '../keyspace/keys.ts'
import type { GlobalIndex, Table } from './table.ts'

export interface PartitionedSpace {
  readonly table: Table
  /** Undefined: the table itself. */
  readonly index: GlobalIndex | undefined
}

/** The table, then its global indexes. */
export function partitionedSpaces(table: Table): readonly PartitionedSpace[] {
  const spaces: PartitionedSpace[] = [{ table, index: undefined }]
  for (const index of table.indexes) if (index.kind === 'global') spaces.push({ table, index })
  return spaces
}

/** Where the items of a table lie, or the entries of one of its indexes of any kind. */
export function spaceOf({ tableId }: Pick<Table, 'tableId'>, index?: { readonly indexId: number }): DataSpace {
  return { tableId, indexId: index?.indexId ?? 0 }
}

/** Then no item collection is divided: what local indexes order must stay together. */
export function hasLocalIndexes({ table, index }: PartitionedSpace): boolean {
  return index === undefined && table.indexes.some(({ kind }) => kind === 'local')
}
