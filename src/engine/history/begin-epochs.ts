/**
 * Begins new epochs where the clock alone does not say any more what came after what: when the database is opened, since nobody knows
 * what the clock showed before, and when it was set back.
 */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { epochTablesMax } from '../limits.ts'
import { currentEpoch, type History, isKept, withNewEpoch } from '../schema/history.ts'
import type { Table } from '../schema/table.ts'
import type { HistoryClock } from './history-clock.ts'

/** Of those tables of the region that keep their past and are chosen, some in a turn. Resolves with whether there were any. */
export async function beginEpochs(engine: CatalogHolder, isChosen: (table: Table, history: History) => boolean): Promise<boolean> {
  const chosen: { readonly name: string; readonly epoch: number }[] = []
  for (const { table, history } of remembering(engine.catalog)) {
    if (isChosen(table, history)) chosen.push({ name: table.name, epoch: currentEpoch(history).number })
  }
  for (let from = 0; from < chosen.length; from += epochTablesMax) {
    const some = chosen.slice(from, from + epochTablesMax)
    const names = some.map(({ name }) => name)
    await changeTables(engine, names, (tables) => {
      for (const { name, epoch } of some) {
        const table = tables.find(name)
        // Another node may have begun one.
        if (table === undefined || !isKept(table.history) || currentEpoch(table.history).number !== epoch) continue
        tables.replace({ ...table, history: withNewEpoch(table.history, engine.clock.now()) })
      }
    })
  }
  return chosen.length > 0
}

/** Nothing is changed in the tables of any region that keep their past before new epochs have begun. */
export function endEpochs(catalog: Catalog, clock: HistoryClock): void {
  for (const region of catalog.regions()) {
    for (const { table, history } of remembering(catalog.of(region))) clock.endEpoch(table.tableId, history)
  }
}

function* remembering(catalog: Catalog): Iterable<{ readonly table: Table; readonly history: History }> {
  for (const table of catalog.tables()) if (isKept(table.history)) yield { table, history: table.history }
}
