/** The store that forgets everything when the process ends. It keeps the laws and the timing of commits of the durable ones. */

import { systemClock } from '../../base/clock.ts'
import type { Change } from '../local/buffered-turn.ts'
import { type CommitTarget, GroupCommit } from '../local/group-commit.ts'
import { type DurableView, LocalStore } from '../local/local-store.ts'
import {
  type Chunk,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Store,
  type StoredValue,
  type ValueChunk,
  valuesOfChunk,
} from '../store.ts'
import { type FrozenTree, getFrom, OrderedTree, scanFrom } from './ordered-tree.ts'

export interface MemoryStoreOptions {
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit?: () => void
}

/** Several engines may have the same one open, as several machines have one database. */
export interface MemoryStore extends Store {
  /** A store of its own that holds what is durable in this one now. It costs nothing until one of them changes. */
  fork(): MemoryStore
}

export function openMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new ForkableStore(new MemoryTarget(new OrderedTree()), options)
}

class ForkableStore extends LocalStore implements MemoryStore {
  readonly #target: MemoryTarget

  constructor(target: MemoryTarget, options: MemoryStoreOptions) {
    const { failCommit } = options
    super({
      // Nothing but a hook of a test can make its commits fail, so there is nothing to wait for before the next one.
      commits: new GroupCommit({ target, failCommit, clock: systemClock, retryAfterMs: 0 }),
      getDurable: (keys) => getAllFrom(target.committed, keys),
      openView: () => new MemoryView(target.committed),
      release: async () => {},
    })
    this.#target = target
  }

  fork(): MemoryStore {
    return new ForkableStore(new MemoryTarget(new OrderedTree(this.#target.committed)), {})
  }
}

class MemoryTarget implements CommitTarget {
  readonly #tree: OrderedTree
  committed: FrozenTree

  constructor(tree: OrderedTree) {
    this.#tree = tree
    this.committed = tree.freeze()
  }

  hasForeignWrites(): boolean {
    return false
  }

  tightness(): undefined {}

  begin(): void {}

  get(key: KeyBytes): StoredValue | undefined {
    return this.#tree.get(key)
  }

  getDurable(key: KeyBytes): StoredValue | undefined {
    return getFrom(this.committed, key)
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

  rollback(): boolean {
    this.#tree.restore(this.committed)
    return false
  }

  probe(): void {}
}

class MemoryView implements DurableView {
  readonly #tree: FrozenTree

  constructor(tree: FrozenTree) {
    this.#tree = tree
  }

  getAll(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
    return getAllFrom(this.#tree, keys)
  }

  scan(range: KeyRange, budget: ScanBudget): Chunk {
    return scanFrom(this.#tree, range, budget)
  }

  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk {
    return valuesOfChunk(scanFrom(this.#tree, range, budget))
  }

  end(): void {}
}

function getAllFrom(tree: FrozenTree, keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] {
  return keys.map((key) => getFrom(tree, key))
}
