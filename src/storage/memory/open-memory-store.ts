/** The store that forgets everything when the process ends. It keeps the laws and the timing of commits of the durable ones. */

import { assert } from '../../base/assert.ts'
import { systemClock } from '../../base/clock.ts'
import { type CommitTarget, GroupCommit } from '../local/group-commit.ts'
import type { Change } from '../local/write-turn.ts'
import {
  type Chunk,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Snapshot,
  type Store,
  type StoredValue,
  type StoreObserver,
  StoreUnavailable,
  type WriteTurn,
} from '../store.ts'
import { type FrozenTree, getFrom, OrderedTree, scanFrom } from './ordered-tree.ts'

export interface MemoryStoreOptions {
  readonly observer?: StoreObserver
}

export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options)
}

class MemoryStore implements Store {
  readonly #target = new MemoryTarget()
  readonly #commits: GroupCommit
  #closed = false

  constructor(options: MemoryStoreOptions) {
    // Only an observer can make its commits fail, so there is nothing to wait for before the next one.
    this.#commits = new GroupCommit({ target: this.#target, observer: options.observer, clock: systemClock, retryAfterMs: 0 })
  }

  snapshot(): Snapshot {
    if (this.#closed) throw new StoreUnavailable('the store is closed')
    return new MemorySnapshot(this.#target.committed)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T> {
    return this.#commits.write(reads, decide)
  }

  async close(): Promise<void> {
    this.#commits.close()
    this.#closed = true
  }
}

class MemoryTarget implements CommitTarget {
  readonly #tree = new OrderedTree()
  committed: FrozenTree = this.#tree.freeze()

  begin(): void {}

  get(key: KeyBytes): StoredValue | undefined {
    return this.#tree.get(key)
  }

  apply(changes: readonly Change[]): void {
    for (const { key, value } of changes) {
      if (value === undefined) this.#tree.delete(key)
      else this.#tree.put(key, value)
    }
  }

  commit(): void {
    this.committed = this.#tree.freeze()
  }

  rollback(): void {
    this.#tree.restore(this.committed)
  }

  probe(): void {}
}

class MemorySnapshot implements Snapshot {
  #tree: FrozenTree | undefined

  constructor(tree: FrozenTree) {
    this.#tree = tree
  }

  get(key: KeyBytes): StoredValue | undefined {
    return getFrom(this.#open(), key)
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    return scanFrom(this.#open(), range, budget)
  }

  [Symbol.dispose](): void {
    this.#tree = undefined
  }

  #open(): FrozenTree {
    assert(this.#tree !== undefined, 'snapshot used after it was closed')
    return this.#tree
  }
}
