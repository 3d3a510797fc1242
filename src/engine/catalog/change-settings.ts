/**
 * What was set while nodes of a shared store run: one record of the catalog, JSON of an EngineSettingsChange, so that every node goes by
 * it from its next request on. What nobody has set is as each node was started.
 */
import { spaceNumbered } from '../keyspace/keys.ts'
import { settingsKey } from '../keyspace/node-keys.ts'
import { type EngineSettingsChange, joinedChanges } from '../settings.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogHolder } from './catalog-holder.ts'

/** Resolves when the change is durable and the catalog shows it. */
export async function changeStoredSettings({ store, catalog }: CatalogHolder, change: EngineSettingsChange): Promise<void> {
  await catalog.change(
    store,
    () => [],
    (turn) => turn.put(settingsKey(), JSON.stringify(withoutTheGone(catalog, joinedChanges(storedSettings(catalog), change)))),
  )
}

/** What has been set so far. */
export function storedSettings({ settings }: Pick<Catalog, 'settings'>): EngineSettingsChange {
  return settings === undefined ? {} : (JSON.parse(String(settings)) as EngineSettingsChange)
}

/** Ids of tables are not given twice, so what was set for tables that are gone is of no use. */
function withoutTheGone(catalog: Catalog, change: EngineSettingsChange): EngineSettingsChange {
  const { tableThroughput = {}, indexLagsMs = {} } = change
  const isThere = (tableId: number): boolean => catalog.hasTable(tableId)
  return {
    ...change,
    tableThroughput: kept(tableThroughput, isThere),
    indexLagsMs: kept(indexLagsMs, (space) => isThere(spaceNumbered(space).tableId)),
  }
}

function kept<Value>(entries: { readonly [number: string]: Value }, isKept: (number: number) => boolean): { [number: string]: Value } {
  return Object.fromEntries(Object.entries(entries).filter(([number]) => isKept(Number(number))))
}
