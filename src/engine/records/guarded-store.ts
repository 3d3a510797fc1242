/**
 * The store as everybody above the catalog uses it: every read and every turn rests on the catalog as it is in memory, and is asked
 * again when that turns out to be behind. What is decided is decided on the catalog that the turn itself sees.
 */
import {
  type Guard,
  GuardChanged,
  type KeyBytes,
  type Store,
  type StoredValue,
  type View,
  ViewEnded,
  type WriteTurn,
} from '../../storage/store.ts'
import { viewsMax } from '../limits.ts'
import type { VersionedRecords } from './versioned-records.ts'

/** What is read in a view is read anew in another when that ended early, a few times: `read` may be called again. */
export interface GuardedStore extends Store {
  /** The store itself: for who renews the records, and must not wait for that to be done. */
  readonly unguarded: Store
  /** Like `write`, for a turn whose reads depend on the catalog, too: they are asked for again whenever the turn is. */
  writeReading<T>(readsOf: () => readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T>
  /** The same, by another way to the store: one that adds something to what is asked of it. */
  by(way: (unguarded: Store) => Store): GuardedStore
}

/** `records` are those that all is held against. Guards of the caller's own are held besides, and are his to renew. */
export function openGuardedStore(store: Store, records: VersionedRecords): GuardedStore {
  return new StoreUnderGuard(store, records)
}

class StoreUnderGuard implements GuardedStore {
  readonly unguarded: Store
  readonly #records: VersionedRecords

  constructor(store: Store, records: VersionedRecords) {
    this.unguarded = store
    this.#records = records
  }

  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.unguarded.get(keys, this.#all(guards)).catch(async (error: unknown) => {
      await this.#renew(error, guards)
      return this.get(keys, guards)
    })
  }

  sums(counters: readonly KeyBytes[]): ReturnType<Store['sums']> {
    return this.unguarded.sums(counters)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#view(read, guards, viewsMax)
  }

  #view<T>(read: (view: View) => Promise<T>, guards: readonly Guard[] | undefined, viewsLeft: number): Promise<T> {
    return this.unguarded.view(read, this.#all(guards)).catch(async (error: unknown) => {
      if (error instanceof ViewEnded && viewsLeft > 1) return this.#view(read, guards, viewsLeft - 1)
      await this.#renew(error, guards)
      return this.#view(read, guards, viewsLeft)
    })
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return this.unguarded.write(reads, decide, this.#all(guards)).catch(async (error: unknown) => {
      await this.#renew(error, guards)
      return this.write(reads, decide, guards)
    })
  }

  writeReading<T>(readsOf: () => readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T> {
    return this.unguarded.write(readsOf(), decide, this.#records.guards).catch(async (error: unknown) => {
      await this.#renew(error, undefined)
      return this.writeReading(readsOf, decide)
    })
  }

  by(way: (unguarded: Store) => Store): GuardedStore {
    return new StoreUnderGuard(way(this.unguarded), this.#records)
  }

  close(): Promise<void> {
    return this.unguarded.close()
  }

  #all(guards: readonly Guard[] | undefined): readonly Guard[] {
    return guards === undefined ? this.#records.guards : [...this.#records.guards, ...guards]
  }

  /** Resolves when it is worth asking again. */
  async #renew(error: unknown, guards: readonly Guard[] | undefined): Promise<void> {
    if (!(error instanceof GuardChanged)) throw error
    const hasMoved = await this.#records.catchUp(this.unguarded)
    if (!hasMoved && guards !== undefined) throw error
  }
}
