/**
 * The contract of a store: bytes in order, and turns that are decided in one synchronous step. It knows nothing of DynamoDB.
 * The laws below are tests (test/contract/), run for every implementation:
 * - keys are ordered as unsigned bytes;
 * - a turn sees what every earlier turn wrote, durable or not; a snapshot sees only what is durable, and does not move;
 * - a `decide` that throws leaves nothing and disturbs no neighbour; `decide` returns no promise;
 * - many turns share one commit; a resolved write survives a crash, an unresolved one is whole or absent.
 */

declare const keyBytes: unique symbol

/** A key of the store. Made by the engine's keyspace and by nothing else. */
export type KeyBytes = Uint8Array & { readonly [keyBytes]: true }

/** Text (well-formed, without NUL) or bytes; it comes back as it was put. Keys and values are shared, not copied: nobody changes one in place. */
export type StoredValue = string | Uint8Array

export interface Store {
  /** A stable view of everything durable at this moment. Close it (`using`). */
  snapshot(): Snapshot
  /**
   * Calls `decide` once the values of `reads` are at hand; its puts and deletes become visible and durable together, or
   * none does. Resolves with what `decide` returned, or rejects with what it threw, when everything it saw is durable: a
   * refusal may quote what an earlier turn wrote. Rejects with StoreUnavailable when the commit failed, the store refuses
   * writes, or it is closed. No write from inside a `decide`.
   */
  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T>
  /** Waits for the writes under way, then releases everything. Idempotent. */
  close(): Promise<void>
}

export interface StoreObserver {
  /**
   * Called once before each commit, as one more turn of it, so that what many turns share (counters) is written once. Its
   * turn may get any key, for it names no reads. Turns that change nothing make no commit. A throw fails the commit.
   */
  beforeCommit(turn: WriteTurn): void
  /** A commit failed: every turn since the last durable commit is undone. What was remembered of them must be forgotten. */
  rolledBack(): void
}

export interface Snapshot extends Disposable {
  get(key: KeyBytes): StoredValue | undefined | Promise<StoredValue | undefined>
  /** The next entries of a range, as many as the budget allows, in unsigned byte order or its reverse. */
  scan(range: KeyRange, budget: ScanBudget): Chunk | Promise<Chunk>
}

/** Keys from `start` (inclusive) to `end` (exclusive). */
export interface KeyRange {
  readonly start: KeyBytes
  readonly end: KeyBytes
  readonly reverse?: boolean
}

/** A chunk holds at least one entry of a non-empty range, and ends with the entry that reaches either number. */
export interface ScanBudget {
  readonly entries: number
  /** Sum of the lengths of the values. */
  readonly bytes: number
}

export interface Chunk {
  readonly entries: readonly Entry[]
  /** True when the range has no entry after these. */
  readonly exhausted: boolean
}

export interface Entry {
  readonly key: KeyBytes
  readonly value: StoredValue
}

export interface WriteTurn {
  /** The value before this turn. Only keys named in `reads`; any other is a programmer's error, in every implementation. */
  get(key: KeyBytes): StoredValue | undefined
  put(key: KeyBytes, value: StoredValue): void
  delete(key: KeyBytes): void
}

/** A store could not be opened. The message is one sentence for the person who started it. */
export class StoreOpenError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'StoreOpenError'
  }
}

/** The store could not commit, or refuses writes until it is healthy again. Nothing of the turn was kept. */
export class StoreUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'StoreUnavailable'
  }
}
