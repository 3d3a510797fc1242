/** A store of one process, put together from its two halves: group commit, and reads of what is durable. */
import { assert } from '../../base/assert.ts'
import {
  type Amounts,
  type Chunk,
  type Guard,
  GuardChanged,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Store,
  type StoredValue,
  StoreUnavailable,
  type ValueChunk,
  type View,
  type WriteTurn,
} from '../store.ts'
import { decodeAmounts } from './counters.ts'
import type { GroupCommit } from './group-commit.ts'
import { lastNumberIn } from './logs.ts'

/** What is durable, at one moment that does not move. */
export interface DurableView {
  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[]
  scan(range: KeyRange, budget: ScanBudget): Chunk
  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk
  end(): void
}

export interface LocalStoreOptions {
  readonly commits: GroupCommit
  /** The values of these keys as they are durable now. */
  readonly getDurable: (keys: readonly KeyBytes[]) => readonly (StoredValue | undefined)[]
  readonly openView: () => DurableView
  /** What a read failed for, said so that whoever reads it knows where to look. */
  readonly explain?: (error: unknown) => unknown
  /** Why it does not take writes, or not all of them, in one sentence. */
  readonly trouble?: () => string | undefined
  /** Lets go of everything else when the last commit is over. */
  readonly release: () => Promise<void>
}

export class LocalStore implements Store {
  readonly #commits: GroupCommit
  readonly #getDurable: (keys: readonly KeyBytes[]) => readonly (StoredValue | undefined)[]
  readonly #openView: () => DurableView
  readonly #explain: (error: unknown) => unknown
  readonly #trouble: (() => string | undefined) | undefined
  readonly #release: () => Promise<void>
  #closing: Promise<void> | undefined

  constructor(options: LocalStoreOptions) {
    this.#commits = options.commits
    this.#getDurable = options.getDurable
    this.#openView = options.openView
    this.#explain = options.explain ?? ((error) => error)
    this.#trouble = options.trouble
    this.#release = options.release
  }

  /** Not async: the promise is made once, which GetItem notices. */
  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    try {
      this.#check(guards)
      return Promise.resolve(this.#getDurable(keys))
    } catch (error) {
      return Promise.reject(this.#explain(error))
    }
  }

  async sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    this.#check(undefined)
    return this.#getDurable(counters).map(decodeAmounts)
  }

  async view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    this.#check(guards)
    const view = new LocalView(this.#openView())
    try {
      return await read(view)
    } catch (error) {
      throw this.#explain(error)
    } finally {
      view.end()
    }
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return this.#commits.write(reads, decide, guards)
  }

  trouble(): string | undefined {
    return this.#trouble?.()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    this.#commits.close()
    return this.#release()
  }

  #check(guards: readonly Guard[] | undefined): void {
    if (this.#closing !== undefined) throw new StoreUnavailable('the store is closed')
    if (guards !== undefined && !this.#commits.holdDurably(guards)) throw new GuardChanged()
  }
}

class LocalView implements View {
  #view: DurableView | undefined

  constructor(view: DurableView) {
    this.#view = view
  }

  get(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    return this.#open().getAll(keys)
  }

  sums(counters: readonly KeyBytes[]): readonly Amounts[] {
    return this.#open().getAll(counters).map(decodeAmounts)
  }

  lasts(logs: readonly KeyBytes[]): readonly number[] {
    const rows = this.#open().getAll(logs)
    return logs.map((log, at) => lastNumberIn(log, rows[at]))
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    return this.#open().scan(range, budget)
  }

  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk {
    return this.#open().scanValues(range, budget)
  }

  end(): void {
    this.#view?.end()
    this.#view = undefined
  }

  #open(): DurableView {
    assert(this.#view !== undefined, 'view used after it was over')
    return this.#view
  }
}
