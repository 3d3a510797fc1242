/** The database without its languages: a store, the catalog of tables, the one clock. Everything below `operations` starts here. */
import { unreachable } from '../base/assert.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { openMemoryStore } from '../storage/memory/open-memory-store.ts'
import { openSqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import type { Store, StoreObserver } from '../storage/store.ts'
import { Catalog } from './catalog/catalog.ts'
import { PendingCounts } from './changes/counts.ts'

export type StorageOptions =
  | { readonly kind: 'memory' }
  | { readonly kind: 'disk'; readonly folder: string }
  /** Any implementation of the contract; it must tell the observer. */
  | { readonly kind: 'custom'; readonly open: (observer: StoreObserver) => Store }

export interface EngineOptions {
  readonly storage: StorageOptions
  readonly clock?: Clock
  readonly random?: Random
  /** Twelve digits; part of every ARN. */
  readonly account?: string
  readonly region?: string
  /** How long CREATING and DELETING last. 0: the next request already sees the new state. */
  readonly tableStateDelayMs?: number
}

export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly pendingCounts: PendingCounts
  readonly clock: Clock
  readonly random: Random
  readonly account: string
  readonly region: string
  readonly tableStateDelayMs: number
  close(): Promise<void>
}

/** Opens the store and loads the catalog. Throws StoreOpenError (one clear sentence) when the data folder can't be used. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const catalog = new Catalog()
  const pendingCounts = new PendingCounts()
  const observer: StoreObserver = {
    beforeCommit: (turn) => pendingCounts.flush(turn),
    rolledBack: () => {
      pendingCounts.forget()
      catalog.rolledBack()
    },
  }
  const store = openStore(options.storage, observer)
  await catalog.load(store)
  return {
    store,
    catalog,
    pendingCounts,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    account: options.account ?? '123456789012',
    region: options.region ?? 'us-east-1',
    tableStateDelayMs: options.tableStateDelayMs ?? 0,
    close: () => store.close(),
  }
}

function openStore(storage: StorageOptions, observer: StoreObserver): Store {
  switch (storage.kind) {
    case 'memory':
      return openMemoryStore({ observer })
    case 'disk':
      return openSqliteStore({ folder: storage.folder, observer })
    case 'custom':
      return storage.open(observer)
    default:
      return unreachable(storage)
  }
}
