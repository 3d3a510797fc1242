/**
 * Which tables there are, in memory, seen in two ways: *latest* holds what every turn so far decided and is what turns
 * decide on; *durable* holds what is on disk and is what reads and descriptions show (law 3: visible means durable).
 * `changeTables` is the only one who changes a catalog. Each region has a catalog of its own, and all of them are views of one
 * state: an empty region leaves no trace in it.
 */
import type { Store } from '../../storage/store.ts'
import { keyAfter, regionOfTableKey, tableKeyRange } from '../keyspace/keys.ts'
import type { Table } from './table.ts'
import { decodeTable } from './table-record.ts'

/** The name under which tables are kept that no region has for itself. */
export const sharedRegion = ''

/** One of the two views of a catalog. */
export interface TableView {
  find(name: string): Table | undefined
  /** All table names in byte order. */
  names(): readonly string[]
  /** All tables, in no particular order. */
  tables(): Iterable<Table>
  readonly size: number
}

/** The new state of some tables of a region, decided by one turn; undefined means gone. */
export type TableChange = ReadonlyMap<string, Table | undefined>

const loadBudget = { entries: 100, bytes: 1 << 20 }

export class Catalog {
  readonly region: string
  readonly latest: TableView
  readonly durable: TableView
  readonly #state: CatalogState

  constructor(region: string = sharedRegion, state: CatalogState = new CatalogState()) {
    this.region = region
    this.#state = state
    this.latest = new RegionView(state.latest, region)
    this.durable = new RegionView(state.durable, region)
  }

  /** The tables of another region. Cheap enough to be asked for by every request. */
  of(region: string): Catalog {
    return new Catalog(region, this.#state)
  }

  /** The regions that hold tables, `sharedRegion` among them. */
  regions(): readonly string[] {
    return this.#state.durable.regions()
  }

  /** Reads every table record of every region: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let { start, end } = tableKeyRange()
    for (;;) {
      const chunk = await snapshot.scan({ start, end }, loadBudget)
      for (const entry of chunk.entries) this.#state.loaded(regionOfTableKey(entry.key), decodeTable(entry.value))
      const last = chunk.entries.at(-1)
      if (chunk.exhausted || last === undefined) return
      start = keyAfter(last.key)
    }
  }

  /** A turn decided this. Called inside the turn, by `changeTables` only. */
  decided(change: TableChange): void {
    this.#state.decided({ region: this.region, change })
  }

  /**
   * A decided change is on disk, and with it every one decided before it. Called by `changeTables` only. The word may come
   * after a later commit failed and `rolledBack` undid this change in memory: then it is put back into both views.
   */
  becameDurable(change: TableChange): void {
    this.#state.becameDurable({ region: this.region, change })
  }

  /** The store undid every turn since its last durable commit: what they decided, in whatever region, is forgotten. */
  rolledBack(): void {
    this.#state.rolledBack()
  }
}

interface RegionChange {
  readonly region: string
  readonly change: TableChange
}

/** What the catalogs of all regions have in common. */
class CatalogState {
  readonly latest: TablesByRegion = new TablesByRegion()
  readonly durable: TablesByRegion = new TablesByRegion()
  /** What turns decided and no commit has made durable yet, in turn order. */
  #pending: RegionChange[] = []
  readonly #undone = new WeakSet<TableChange>()

  loaded(region: string, table: Table): void {
    const change = new Map([[table.name, table]])
    this.latest.apply({ region, change })
    this.durable.apply({ region, change })
  }

  decided(decision: RegionChange): void {
    this.#pending.push(decision)
    this.latest.apply(decision)
  }

  becameDurable(decision: RegionChange): void {
    const at = this.#pending.findIndex(({ change }) => change === decision.change)
    for (const earlier of this.#pending.splice(0, at + 1)) this.durable.apply(earlier)
    if (!this.#undone.delete(decision.change)) return
    this.durable.apply(decision)
    this.latest.apply(decision)
    for (const later of this.#pending) this.latest.apply(later)
  }

  rolledBack(): void {
    for (const { change } of this.#pending) this.#undone.add(change)
    this.#pending = []
    this.latest.replaceBy(this.durable)
  }
}

/** The tables of one region, whatever becomes of them. */
class RegionView implements TableView {
  readonly #all: TablesByRegion
  readonly #region: string

  constructor(all: TablesByRegion, region: string) {
    this.#all = all
    this.#region = region
  }

  get size(): number {
    return this.#all.of(this.#region).size
  }

  find(name: string): Table | undefined {
    return this.#all.of(this.#region).find(name)
  }

  names(): readonly string[] {
    return this.#all.of(this.#region).names()
  }

  tables(): Iterable<Table> {
    return this.#all.of(this.#region).tables()
  }
}

class TablesByRegion {
  readonly #byRegion = new Map<string, NamedTables>()

  of(region: string): NamedTables {
    return this.#byRegion.get(region) ?? noTables
  }

  regions(): readonly string[] {
    return [...this.#byRegion.keys()].sort()
  }

  apply({ region, change }: RegionChange): void {
    const tables = this.#byRegion.get(region) ?? new NamedTables()
    for (const [name, table] of change) tables.set(name, table)
    if (tables.size === 0) this.#byRegion.delete(region)
    else this.#byRegion.set(region, tables)
  }

  replaceBy(other: TablesByRegion): void {
    this.#byRegion.clear()
    for (const [region, tables] of other.#byRegion) this.#byRegion.set(region, tables.copy())
  }
}

class NamedTables implements TableView {
  readonly #byName = new Map<string, Table>()
  #names: readonly string[] | undefined

  get size(): number {
    return this.#byName.size
  }

  find(name: string): Table | undefined {
    return this.#byName.get(name)
  }

  names(): readonly string[] {
    // Table names are ASCII, so the order of code units is the order of bytes.
    this.#names ??= [...this.#byName.keys()].sort()
    return this.#names
  }

  tables(): Iterable<Table> {
    return this.#byName.values()
  }

  set(name: string, table: Table | undefined): void {
    if (table === undefined) this.#byName.delete(name)
    else this.#byName.set(name, table)
    this.#names = undefined
  }

  copy(): NamedTables {
    const copied = new NamedTables()
    for (const [name, table] of this.#byName) copied.set(name, table)
    return copied
  }
}

/** Of every region without tables. Nobody adds to it. */
const noTables = new NamedTables()
