/**
 * Event source mappings and registered functions as everything durable says it: a cache of these records, true as of their version
 * (engine/records). `change` is the one way to change them.
 */
import { versionedRecordsIds } from '../../../engine/keyspace/keys.ts'
import { type RecordCache, type RecordChange, VersionedRecords } from '../../../engine/records/versioned-records.ts'
import type { KeyBytes, KeyRange, Store, WriteTurn } from '../../../storage/store.ts'
import { lambdaRecordOf, lambdaRecordsRange, mappingKey, registrationKey } from './lambda-keys.ts'
import { decodeMapping, encodeMapping, type Mapping } from './mapping.ts'
import { decodeRegistration, encodeRegistration, type Registration } from './registration.ts'

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadLambdaRecords(store: Store): Promise<LambdaRecords> {
  const records = LambdaRecords.open(store)
  await records.load()
  return records
}

/** What one turn makes of records. */
export interface LambdaTurn {
  readonly turn: WriteTurn
  put(mapping: Mapping): void
  remove(uuid: string): void
  register(registration: Registration): void
}

export class LambdaRecords {
  readonly #store: Store
  readonly #cache: Cache
  readonly #versioned: VersionedRecords

  private constructor(store: Store, cache: Cache, versioned: VersionedRecords) {
    this.#store = store
    this.#cache = cache
    this.#versioned = versioned
  }

  static open(store: Store): LambdaRecords {
    const cache = new Cache()
    return new LambdaRecords(store, cache, new VersionedRecords(versionedRecordsIds.lambda, cache))
  }

  /** The same records, changed by another way to the store: one that adds something to what is asked of it. */
  by(store: Store): LambdaRecords {
    return new LambdaRecords(store, this.#cache, this.#versioned)
  }

  load(): Promise<void> {
    return this.#versioned.load(this.#store)
  }

  /** Others change them, too: when this resolves, memory is as the store was at a moment after the call. */
  async catchUp(): Promise<void> {
    await this.#versioned.catchUp(this.#store)
  }

  /** In the order of their ids. */
  mappings(): readonly Mapping[] {
    return [...this.#cache.mappings.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1))
  }

  mapping(uuid: string): Mapping | undefined {
    return this.#cache.mappings.get(uuid)
  }

  registration(name: string): Registration | undefined {
    return this.#cache.registrations.get(name)
  }

  /**
   * Calls `decide` in a turn of the store, with what every earlier change decided, whoever made it. It may be asked again. Resolves with
   * what it returned, when that is durable; rejects with what it throws. `readsOf` gives further keys that it looks at.
   */
  change<T>(decide: (turn: LambdaTurn) => T, readsOf: () => readonly KeyBytes[] = () => []): Promise<T> {
    return this.#versioned.change(this.#store, readsOf, (records) =>
      decide({
        turn: records.turn,
        put: (mapping) => records.put(mappingKey(mapping.uuid), encodeMapping(mapping)),
        remove: (uuid) => records.delete(mappingKey(uuid)),
        register: (registration) => records.put(registrationKey(registration.name), encodeRegistration(registration)),
      }),
    )
  }
}

class Cache implements RecordCache {
  readonly ranges: readonly KeyRange[] = [lambdaRecordsRange()]
  readonly mappings: Map<string, Mapping> = new Map()
  readonly registrations: Map<string, Registration> = new Map()

  apply(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      const { kind, name } = lambdaRecordOf(key)
      if (kind === 'mapping') setOrDelete(this.mappings, name, value && decodeMapping(value))
      else setOrDelete(this.registrations, name, value && decodeRegistration(value))
    }
  }

  replace(all: readonly RecordChange[]): void {
    this.mappings.clear()
    this.registrations.clear()
    this.apply(all)
  }
}

function setOrDelete<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name)
  else map.set(name, value)
}
