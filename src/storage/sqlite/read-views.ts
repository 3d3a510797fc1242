/**
 * Reads over SQLite. The durable state moves only at a commit, so all views taken between two commits are one: one connection in
 * one read transaction, begun by the first read. A commit retires it; one that somebody still holds stays as it is, on its
 * connection, until the last holder has ended.
 */
import type { DatabaseSync } from 'node:sqlite'
import { idleConnectionsMax } from '../limits.ts'
import type { DurableView } from '../local/local-store.ts'
import { type Chunk, type KeyBytes, type KeyRange, type ScanBudget, type StoredValue, type ValueChunk, ViewEnded } from '../store.ts'
import type { CheckedRows } from './checked-rows.ts'
import { ReadConnection } from './read-connection.ts'

export class ReadViews {
  readonly #open: () => DatabaseSync
  readonly #checked: CheckedRows
  readonly #idle: ReadConnection[] = []
  readonly #retired = new Set<ReadView>()
  #current: ReadView | undefined
  #closed = false

  /** `open` makes one more connection to the database. */
  constructor(open: () => DatabaseSync, checked: CheckedRows) {
    this.#open = open
    this.#checked = checked
  }

  /** The values of these keys as they are durable now. */
  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    return this.#view().getAll(keys)
  }

  openView(): DurableView {
    return new HeldView(this.#view(), this)
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Views that are held although a commit has passed: they keep the write-ahead log from starting afresh. */
  get retiredCount(): number {
    return this.#retired.size
  }

  /** To be called right before every commit: what is durable now is the last that views taken so far may see. */
  retire(): void {
    const view = this.#current
    if (view === undefined) return
    if (view.holders > 0) view.begin()
    this.#current = undefined
    if (view.holders > 0) this.#retired.add(view)
    else this.#recycle(view)
  }

  release(view: ReadView): void {
    view.holders -= 1
    if (view.holders > 0 || view === this.#current) return
    this.#retired.delete(view)
    this.#recycle(view)
  }

  close(): void {
    this.#closed = true
    for (const view of [...this.#retired, this.#current]) view?.connection.close()
    for (const connection of this.#idle) connection.close()
    this.#idle.length = 0
  }

  #view(): ReadView {
    this.#current ??= new ReadView(this.#idle.pop() ?? new ReadConnection(this.#open(), this.#checked))
    return this.#current
  }

  #recycle(view: ReadView): void {
    if (this.#closed) return
    const isClean = view.end()
    if (isClean && this.#idle.length < idleConnectionsMax) this.#idle.push(view.connection)
    else view.connection.close()
  }
}

class ReadView {
  readonly connection: ReadConnection
  holders = 0
  #begun = false

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  /** From here on the view does not move. */
  begin(): void {
    if (this.#begun) return
    this.connection.begin()
    try {
      this.connection.touch()
    } catch (error) {
      this.connection.end()
      throw error
    }
    this.#begun = true
  }

  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    this.begin()
    return keys.map((key) => this.connection.get(key))
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    this.begin()
    return this.connection.scan(range, budget)
  }

  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk {
    this.begin()
    return this.connection.scanValues(range, budget)
  }

  /** False when the connection is not fit for another view. */
  end(): boolean {
    if (!this.#begun) return true
    try {
      this.connection.end()
      return true
    } catch {
      return false
    }
  }
}

/** One holder's part in a view. */
class HeldView implements DurableView {
  readonly #view: ReadView
  readonly #views: ReadViews

  constructor(view: ReadView, views: ReadViews) {
    view.holders += 1
    this.#view = view
    this.#views = views
  }

  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    return this.#open().getAll(keys)
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    return this.#open().scan(range, budget)
  }

  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk {
    return this.#open().scanValues(range, budget)
  }

  /** To be called once. */
  end(): void {
    this.#views.release(this.#view)
  }

  #open(): ReadView {
    if (this.#views.isClosed) throw new ViewEnded()
    return this.#view
  }
}
