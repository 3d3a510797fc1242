/** Ends transient table states when their time has come: a created or updated table becomes ACTIVE, a deleted one goes. */
import { changeTables, type TableHolder } from '../catalog/change-tables.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'

/** Ends what is due at `nowMs`, durably. Resolves with the time at which the next state ends, undefined when none does. */
export async function stepTableStates(engine: TableHolder, nowMs: number): Promise<number | undefined> {
  const due = [...engine.catalog.durable.tables()].filter(({ statusDueMs }) => statusDueMs !== undefined && statusDueMs <= nowMs)
  if (due.length > 0) {
    const names = due.map((table) => table.name)
    await changeTables(engine, names, (tables) => {
      for (const name of names) {
        const table = tables.find(name)
        if (table?.statusDueMs === undefined || table.statusDueMs > nowMs) continue
        if (table.status === 'DELETING') tables.remove(table)
        else tables.replace(settledTable(table))
      }
    })
  }
  return nextDueMs(engine.catalog.durable.tables())
}

function nextDueMs(tables: Iterable<Table>): number | undefined {
  let next: number | undefined
  for (const { statusDueMs } of tables) {
    if (statusDueMs !== undefined && (next === undefined || statusDueMs < next)) next = statusDueMs
  }
  return next
}
