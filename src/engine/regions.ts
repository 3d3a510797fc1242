/**
 * The same database as different regions see it. Store, settings and table ids are one; the names of tables, and so the tables
 * that are found, are a region's own. Operations and jobs get the engine of a region and need not know.
 */
import { sharedRegion } from './catalog/catalog.ts'
import type { Engine } from './engine.ts'

/** The engine for requests of this region: the engine itself as long as regions share their tables. */
export function engineOf<Kind extends Engine>(engine: Kind, region: string): Kind {
  if (engine.regions === 'shared' || region === engine.region) return engine
  return { ...engine, region, catalog: engine.catalog.of(region) }
}

/** The engine of the region that the catalog knows by this name, `sharedRegion` among them. */
export function engineOfCatalog<Kind extends Engine>(engine: Kind, name: string): Kind {
  return name === engine.catalog.region ? engine : { ...engine, region: name || engine.region, catalog: engine.catalog.of(name) }
}

/** One engine for every region that can be asked for and holds tables, in the order of their names. */
export function enginesWithTables<Kind extends Engine>(engine: Kind): readonly Kind[] {
  if (engine.regions === 'shared') return [engine]
  return engine.catalog
    .regions()
    .filter((region) => region !== sharedRegion)
    .map((region) => engineOf(engine, region))
}

/**
 * One engine for everything that may have work to do: tables that cannot be seen in this mode go on with theirs. The engine
 * itself comes first, for what belongs to no table any more.
 */
export function enginesWithWork<Kind extends Engine>(engine: Kind): readonly Kind[] {
  const others = engine.catalog.regions().filter((region) => region !== engine.catalog.region)
  return [engine, ...others.map((region) => engineOfCatalog(engine, region))]
}
