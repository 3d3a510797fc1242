/**
 * What nodes of different versions write for one another. Each version reads all levels up to its newest; what is written is of the level
 * in force, a record of the catalog (catalog/change-level.ts) which is raised when all living nodes read a newer one. So nodes are
 * replaced one after the other, and new ones write as old ones read until the last of these is gone. The level never goes down.
 *
 * | level | what is written that versions before could not read                      |
 * | ----- | ------------------------------------------------------------------------ |
 * | 1     | format 2 with what the first start fixes, the clock of all, and this level |
 * | 2     | tables that keep their past, backups, and tables that are being restored |
 * | 3     | tables with outboxes, branches that are still being filled, and tables that are replicas of a global table |
 */
import { type Store, StoreUnavailable } from '../../storage/store.ts'

/** The newest one that this version reads. Whoever writes something new looks whether `storedLevel` (catalog/change-level.ts) is as high. */
export const newestFeatureLevel = 3

/** From here on tables may keep their past: every node leaves behind what it changes. */
export const historyLevel = 2

/** From here on tables may be branches: every node reads what they do not have yet where it is. */
export const branchLevel = 3

/** From here on tables may have outboxes: every node appends to them what it changes. */
export const outboxLevel = 3

/** From here on tables may be replicas: every node tells the others what it changes. */
export const replicaLevel = 3

/** One sentence for whoever starts, or runs, a version that cannot read what is there. */
export function outdated(level: number, newest: number): string {
  return `The data is written at feature level ${level}, and this version of Stator reads up to ${newest}: start a newer version`
}

/** Keeps a node from a store that it cannot read any more: one that was thought dead when the level was raised. */
export class LevelGate {
  /** The store, as long as its level is one that this node reads; then it rejects with StoreUnavailable. */
  readonly store: Store
  readonly newest: number
  #refusal: string | undefined

  constructor(store: Store, newest: number) {
    this.newest = newest
    this.store = {
      get: (...asked) => this.#refused() ?? store.get(...asked),
      sums: (counters) => this.#refused() ?? store.sums(counters),
      view: (...asked) => this.#refused() ?? store.view(...asked),
      write: (...asked) => this.#refused() ?? store.write(...asked),
      ...(store.now !== undefined && { now: store.now.bind(store) }),
      close: () => store.close(),
    }
  }

  /** Why this node does nothing any more, in one sentence. */
  get refusal(): string | undefined {
    return this.#refusal
  }

  /** This is the level in force. */
  note(level: number): void {
    if (level > this.newest) this.#refusal = outdated(level, this.newest)
  }

  #refused(): Promise<never> | undefined {
    return this.#refusal === undefined ? undefined : Promise.reject(new StoreUnavailable(this.#refusal))
  }
}
