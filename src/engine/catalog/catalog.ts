/**
 * Which tables, streams and partitions there are, as everything durable says it (law 4): a cache of their records, true as of its
 * version (records/versioned-records.ts). `changeTables`, `changeStreams`, `changePartitionMap`, `changeStoredSettings`,
 * `changeStoredClock` and `raiseStoredLevel` are the only ones who change what is in the store. Each region has a catalog of its own, and
 * all of them are views of one cache: an empty region leaves no trace in it.
 */
import type { KeyBytes, Store, StoreDamaged, StoredValue } from '../../storage/store.ts'
import { collectionSizesId, type DataSpace, spaceNumber, versionedRecordsIds } from '../keyspace/keys.ts'
import type { GuardedStore } from '../records/guarded-store.ts'
import { type RecordTurn, VersionedRecords } from '../records/versioned-records.ts'
import type { PartitionMap } from '../schema/partition-map.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../schema/table.ts'
import { type CatalogChange, CatalogRecords, type StreamView, type TableView } from './catalog-records.ts'

/** The name under which tables are kept that no region has for itself. */
export const sharedRegion = ''

export class Catalog implements TableView {
  readonly region: string
  readonly #records: CatalogRecords
  readonly #versioned: VersionedRecords

  constructor(region: string = sharedRegion, records: CatalogRecords = new CatalogRecords(), versioned?: VersionedRecords) {
    this.region = region
    this.#records = records
    this.#versioned = versioned ?? new VersionedRecords(versionedRecordsIds.catalog, records)
  }

  /** The tables of another region. Cheap enough to be asked for by every request. */
  of(region: string): Catalog {
    return new Catalog(region, this.#records, this.#versioned)
  }

  /** The regions that hold tables, `sharedRegion` among them. */
  regions(): readonly string[] {
    return this.#records.regions()
  }

  get size(): number {
    return this.#records.tablesOf(this.region).size
  }

  /** Throws StoreDamaged for a table that is there and whose record is damaged. */
  find(name: string): Table | undefined {
    const found = this.#records.tablesOf(this.region).find(name)
    if (found === undefined) this.#records.requireSound(this.region, name)
    return found
  }

  /** The names of all tables in byte order, of those with a damaged record, too: they are there. */
  allNames(): readonly string[] {
    const damaged = this.#records.damagedNames(this.region)
    return damaged.length === 0 ? this.names() : [...this.names(), ...damaged].sort()
  }

  /** Records that were damaged when the catalog was loaded. */
  get damage(): readonly StoreDamaged[] {
    return this.#records.damage
  }

  names(): readonly string[] {
    return this.#records.tablesOf(this.region).names()
  }

  tables(): Iterable<Table> {
    return this.#records.tablesOf(this.region).tables()
  }

  /** Whether a table of any region has this id. */
  hasTable(tableId: number): boolean {
    return this.#records.hasTable(tableId)
  }

  /** The streams of all regions. */
  get streams(): StreamView {
    return this.#records.streams
  }

  /** The partitions of a table (index id 0) or of one of its global indexes; undefined when there is no such table or index. */
  partitionMap(space: DataSpace): PartitionMap | undefined {
    return this.#records.partitionMaps.get(spaceNumber(space))
  }

  /** The indexes of a table that have partitions of their own, and the table itself (0), by index id. */
  partitionedIds(tableId: number): readonly number[] {
    const ids: number[] = []
    for (let indexId = 0; indexId < collectionSizesId; indexId += 1) {
      if (this.partitionMap({ tableId, indexId }) !== undefined) ids.push(indexId)
    }
    return ids
  }

  /** What was set on a shared store, as it stands there (change-settings.ts). */
  get settings(): StoredValue | undefined {
    return this.#records.settings
  }

  /** How the clock of a cluster for tests was moved, as it stands there (change-clock.ts). */
  get movedClock(): StoredValue | undefined {
    return this.#records.movedClock
  }

  /** The feature level in force, as it stands there (change-level.ts). */
  get featureLevel(): StoredValue | undefined {
    return this.#records.featureLevel
  }

  /** Another number whenever anything of it is another. */
  get version(): number {
    return this.#versioned.version
  }

  /** For reads and turns that rest on it. The guarded store (records/guarded-store.ts) names it in all of them. */
  get records(): VersionedRecords {
    return this.#versioned
  }

  /** Reads every record of every region: once, when the engine opens. */
  load(store: Store): Promise<void> {
    return this.#versioned.load(store)
  }

  /** See VersionedRecords. Called by the change-….ts of this room only. */
  change<T>({ unguarded }: GuardedStore, readsOf: () => readonly KeyBytes[], decide: (turn: RecordTurn) => T): Promise<T> {
    return this.#versioned.change(unguarded, readsOf, decide)
  }

  /** `listener` is told of every change that is durable, synchronously, when the catalog shows it. */
  onChange(listener: (change: CatalogChange) => void): void {
    this.#records.listeners.push(listener)
  }
}

/** The partitions of a table, or of one of its global indexes. The same value until they change. Every such index has some. */
export function partitionMapOf(catalog: Catalog, table: Table, index: GlobalIndex | undefined): PartitionMap {
  const map = catalog.partitionMap(spaceOf(table, index))
  if (map === undefined) throw new RangeError(`${table.name} is not a table of the catalog any more`)
  return map
}
