/** What everybody needs of an engine who looks at the catalog, or changes it. */
import type { Clock } from '../../base/clock.ts'
import type { GuardedStore } from '../records/guarded-store.ts'
import type { EngineSettings } from '../settings.ts'
import type { Catalog } from './catalog.ts'

/** The part of an engine that holds tables, their partitions and their streams. */
export interface CatalogHolder {
  readonly store: GuardedStore
  readonly catalog: Catalog
  readonly clock: Clock
  readonly settings: EngineSettings
}
