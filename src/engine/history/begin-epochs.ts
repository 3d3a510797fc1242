/**
 * Begins new epochs where the clock alone does not say any more what came after what: when the database is opened, since nobody knows
 * what the clock showed before, and when it was set back.
 */
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { currentEpoch, type History, isKept, withNewEpoch } from '../schema/history.ts'
import type { Table } from '../schema/table.ts'

/** Of those tables of the region that keep their past and are chosen. Resolves with whether there were any. */
export async function beginEpochs(engine: CatalogHolder, isChosen: (table: Table, history: History) => boolean): Promise<boolean> {
  const chosen = new Map<string, History>()
  for (const table of engine.catalog.tables()) {
    if (isKept(table.history) && isChosen(table, table.history)) chosen.set(table.name, table.history)
  }
  if (chosen.size === 0) return false
  await changeTables(engine, [...chosen.keys()], (tables) => {
    for (const [name, { epochs }] of chosen) {
      const table = tables.find(name)
      // Another node may have begun one.
      if (table === undefined || !isKept(table.history) || currentEpoch(table.history).number !== epochs.at(-1)?.number) continue
      tables.replace({ ...table, history: withNewEpoch(table.history, engine.clock.now()) })
    }
  })
  return true
}
