/** The feature level in force (nodes/feature-level.ts): one record of the catalog, decimal text, so that what is decided once it is raised knows of it. */
import { featureLevelKey } from '../keyspace/node-keys.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogHolder } from './catalog-holder.ts'

/** Undefined where a process has its store to itself: then it writes as it reads. */
export function storedLevel({ featureLevel }: Pick<Catalog, 'featureLevel'>): number | undefined {
  return featureLevel === undefined ? undefined : Number(featureLevel)
}

/** Resolves when the level is in force, or a higher one is. */
export async function raiseStoredLevel({ store, catalog }: Pick<CatalogHolder, 'store' | 'catalog'>, level: number): Promise<void> {
  await catalog.change(
    store,
    () => [],
    (turn) => {
      if (level > (storedLevel(catalog) ?? 0)) turn.put(featureLevelKey(), String(level))
    },
  )
}
