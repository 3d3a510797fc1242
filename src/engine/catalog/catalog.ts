/**
 * Which tables there are, in memory, seen in two ways: *latest* holds what every turn so far decided and is what turns
 * decide on; *durable* holds what is on disk and is what reads and descriptions show (law 3: visible means durable).
 * `changeTables` is the only one who changes a catalog.
 */
import type { Store } from '../../storage/store.ts'
import { keyAfter, tableKeyRange } from '../keyspace/keys.ts'
import type { Table } from './table.ts'
import { decodeTable } from './table-record.ts'

/** One of the two views of a catalog. */
export interface TableView {
  find(name: string): Table | undefined
  /** All table names in byte order. */
  names(): readonly string[]
  /** All tables, in no particular order. */
  tables(): Iterable<Table>
  readonly size: number
}

/** The new state of some tables, decided by one turn; undefined means gone. */
export type TableChange = ReadonlyMap<string, Table | undefined>

const loadBudget = { entries: 100, bytes: 1 << 20 }

export class Catalog {
  readonly #latest = new NamedTables()
  readonly #durable = new NamedTables()
  /** What turns decided and no commit has made durable yet, in turn order. */
  #pending: TableChange[] = []
  readonly #undone = new WeakSet<TableChange>()

  /** Reads every table record: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let { start, end } = tableKeyRange()
    for (;;) {
      const chunk = await snapshot.scan({ start, end }, loadBudget)
      for (const entry of chunk.entries) {
        const table = decodeTable(entry.value)
        this.#latest.set(table.name, table)
        this.#durable.set(table.name, table)
      }
      const last = chunk.entries.at(-1)
      if (chunk.exhausted || last === undefined) return
      start = keyAfter(last.key)
    }
  }

  get latest(): TableView {
    return this.#latest
  }

  get durable(): TableView {
    return this.#durable
  }

  /** A turn decided this. Called inside the turn, by `changeTables` only. */
  decided(change: TableChange): void {
    this.#pending.push(change)
    this.#latest.apply(change)
  }

  /**
   * A decided change is on disk, and with it every one decided before it. Called by `changeTables` only. The word may come
   * after a later commit failed and `rolledBack` undid this change in memory: then it is put back into both views.
   */
  becameDurable(change: TableChange): void {
    const at = this.#pending.indexOf(change)
    for (const earlier of this.#pending.splice(0, at + 1)) this.#durable.apply(earlier)
    if (!this.#undone.delete(change)) return
    this.#durable.apply(change)
    this.#latest.apply(change)
    for (const later of this.#pending) this.#latest.apply(later)
  }

  /** The store undid every turn since its last durable commit: what they decided is forgotten. */
  rolledBack(): void {
    for (const change of this.#pending) this.#undone.add(change)
    this.#pending = []
    this.#latest.replaceBy(this.#durable)
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

  apply(change: TableChange): void {
    for (const [name, table] of change) this.set(name, table)
  }

  replaceBy(other: NamedTables): void {
    this.#byName.clear()
    for (const table of other.tables()) this.set(table.name, table)
    this.#names = undefined
  }
}
