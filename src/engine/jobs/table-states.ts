/**
 * Ends transient table states when their time has come: a created or updated table becomes ACTIVE, a deleted one goes, and what was
 * changed beside that comes true.
 */

import { removeTable } from '../backups/make-backup.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Schedule, waitUntil } from '../schedule.ts'
import { settledTable, withoutRunning } from '../schema/settle-table.ts'
import type { RunningChange, Table } from '../schema/table.ts'

/** Ends what is due at `nowMs`, durably. Resolves with whether there was anything. */
export async function stepTableStates(engine: CatalogHolder & { readonly schedule: Schedule }, nowMs: number): Promise<boolean> {
  const due = dueAt(engine.schedule, nowMs)
  const names = [...engine.catalog.tables()].filter((table) => due.status(table) || due.running(table)).map((table) => table.name)
  if (names.length === 0) return false
  await changeTables(engine, names, (tables) => {
    for (const name of names) {
      const table = tables.find(name)
      if (table === undefined) continue
      if (table.status === 'DELETING' && due.status(table)) removeTable(tables, table, { region: engine.catalog.region, nowMs })
      else if (due.status(table) || due.running(table)) {
        const quiet = withoutRunning(table, (change) => due.change(table, change))
        tables.replace(due.status(table) ? settledTable(quiet) : quiet)
      }
    }
  })
  return true
}

interface Due {
  status(table: Table): boolean
  running(table: Table): boolean
  change(table: Table, change: RunningChange): boolean
}

function dueAt(schedule: Schedule, nowMs: number): Due {
  const due: Due = {
    // A table that is being restored or imported becomes ACTIVE when all is there (fill-restored-tables.ts, transfers/run-imports.ts).
    status: ({ tableId, statusDueMs, statusSinceMs, restore, importId }) =>
      statusDueMs !== undefined &&
      restore?.source === undefined &&
      importId === undefined &&
      schedule.isOver(`table ${tableId}`, waitUntil(statusDueMs, statusSinceMs), nowMs),
    running: (table) => table.running?.some((change) => due.change(table, change)) ?? false,
    change: ({ tableId }, { kind, indexId, dueMs, sinceMs }) =>
      schedule.isOver(`table ${tableId} ${kind} ${indexId}`, waitUntil(dueMs, sinceMs), nowMs),
  }
  return due
}
