/**
 * What was set while nodes of a shared store run: one record of the catalog, JSON of an EngineSettingsChange, so that every node goes by
 * it from its next request on. What nobody has set is as each node was started.
 */
import { type DataSpace, spaceNumber, spaceNumbered } from '../keyspace/keys.ts'
import { settingsKey } from '../keyspace/node-keys.ts'
import { applySettings, type EngineSettings, type EngineSettingsChange, joinedChanges } from '../settings.ts'
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

/**
 * What is set when these indexes are gone and their ids may be another's: undefined when it says nothing of them. For the turn that
 * frees the ids.
 */
export function settingsWithoutLags(catalog: Catalog, gone: readonly DataSpace[]): string | undefined {
  const set = storedSettings(catalog)
  const { indexLagsMs = {} } = set
  const numbers = new Set(gone.map(spaceNumber))
  const left = kept(indexLagsMs, (number) => !numbers.has(number))
  return Object.keys(left).length === Object.keys(indexLagsMs).length ? undefined : JSON.stringify({ ...set, indexLagsMs: left })
}

/** Goes by what is set: of tables and indexes by that alone. */
export function applyStoredSettings(settings: EngineSettings, catalog: Catalog): void {
  settings.tableThroughput.clear()
  settings.indexLagsMs.clear()
  settings.replicaLinks.clear()
  settings.clockOffsetsMs.clear()
  applySettings(settings, storedSettings(catalog))
}

/** What has been set so far. */
function storedSettings({ settings }: Pick<Catalog, 'settings'>): EngineSettingsChange {
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
