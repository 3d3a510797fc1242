/** Tables that hold something, and are not there for a day only: what rules on their safety look at. */

import type { Counts } from '../engine/changes/counts.ts'
import { readCounts } from '../engine/changes/counts.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { Table } from '../engine/schema/table.ts'
import { unsafeTable } from './limits.ts'
import type { Look } from './rule.ts'

export interface LastingTable extends Pick<Counts, 'itemCount' | 'sizeBytes'> {
  readonly table: Table
}

/** Without those that expire their items: what they hold is to go anyway. */
export async function lastingTables({ engine, nowMs }: Look, isUnsafe: (table: Table) => boolean): Promise<readonly LastingTable[]> {
  const tables = [...engine.catalog.tables()].filter(
    (table) => isUnsafe(table) && table.timeToLive?.enabled !== true && nowMs - table.creationMs >= unsafeTable.ageMsMin,
  )
  if (tables.length === 0) return []
  const counts = await readCounts(
    engine.store,
    tables.map((table) => spaceOf(table)),
  )
  return tables.flatMap((table, at) => {
    const { itemCount = 0, sizeBytes = 0 } = counts[at] ?? {}
    return itemCount < unsafeTable.itemsMin ? [] : [{ table, itemCount, sizeBytes }]
  })
}
