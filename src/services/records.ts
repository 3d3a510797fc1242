/**
 * What wings keep in the store, as they have it in memory: each kind once for an open database, loaded when it is first asked for,
 * whoever asks. A wing may so change what belongs to another (auto scaling makes alarms) and both see the same.
 */
import type { Store } from '../storage/store.ts'

/** Reads all records of one kind. */
export type LoadRecords<T> = (store: Store) => Promise<T>

export class Records {
  readonly #store: Store
  readonly #loaded = new Map<LoadRecords<unknown>, Promise<unknown>>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Rejects like the store; then they are read again the next time. */
  of<T>(load: LoadRecords<T>): Promise<T> {
    let loaded = this.#loaded.get(load) as Promise<T> | undefined
    if (loaded === undefined) {
      loaded = load(this.#store)
      this.#loaded.set(load, loaded)
      loaded.catch(() => this.#loaded.delete(load))
    }
    return loaded
  }
}
