/** Ends transient table states when their time has come: a created or updated table becomes ACTIVE, a deleted one goes. */

import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Schedule, waitUntil } from '../schedule.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'

/** Ends what is due at `nowMs`, durably. Resolves with whether there was anything. */
export async function stepTableStates(engine: CatalogHolder & { readonly schedule: Schedule }, nowMs: number): Promise<boolean> {
  const isDue = ({ tableId, statusDueMs, statusSinceMs }: Table): boolean =>
    statusDueMs !== undefined && engine.schedule.isOver(`table ${tableId}`, waitUntil(statusDueMs, statusSinceMs), nowMs)
  const names = [...engine.catalog.tables()].filter(isDue).map((table) => table.name)
  if (names.length === 0) return false
  await changeTables(engine, names, (tables) => {
    for (const name of names) {
      const table = tables.find(name)
      if (table === undefined || !isDue(table)) continue
      if (table.status === 'DELETING') tables.remove(table)
      else tables.replace(settledTable(table))
    }
  })
  return true
}
