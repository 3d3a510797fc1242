/**
 * The contract of a store: bytes in order, and turns that are decided in one synchronous step. It knows nothing of
 * DynamoDB, and is the same for one process on one file and for many processes on one database.
 *
 * The laws, each a test (test/contract/) that is run for every implementation:
 * - keys are ordered as unsigned bytes;
 * - a turn sees every write that resolved before it was asked for; those under way at the same time come in some serial order;
 * - `get` and `view` see only what is durable; a view does not move;
 * - `decide` may be called more than once and has no effect but through its turn; one that throws leaves nothing and disturbs no
 *   neighbour; it returns no promise;
 * - many turns share one commit; a resolved write survives a crash, an unresolved one is whole or absent;
 * - numbers of a log are given at commit: who has seen n never later meets a number below n that it had not seen.
 */

import { compareBytes } from '../base/bytes.ts'

declare const keyBytes: unique symbol

/** A key of the store. Made by the engine's keyspace and by nothing else. */
export type KeyBytes = Uint8Array & { readonly [keyBytes]: true }

/** Text (well-formed, without NUL) or bytes; it comes back as it was put. Keys and values are shared, not copied: nobody changes one in place. */
export type StoredValue = string | Uint8Array

/** Whether two values, or their absence, are the same: text is never bytes. */
export function isSameValue(a: StoredValue | undefined, b: StoredValue | undefined): boolean {
  return a === b || (a instanceof Uint8Array && b instanceof Uint8Array && compareBytes(a, b) === 0)
}

/** What a caller believes a key to hold, because something it remembers depends on it. Compared, never locked. */
export interface Guard {
  readonly key: KeyBytes
  readonly value: StoredValue | undefined
}

export interface Store {
  /** The values of these keys as they are durable now, all of one moment. Rejects with GuardChanged, StoreUnavailable. */
  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]>
  /** The sums of these counters, as `get` reads values. */
  sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]>
  /**
   * Calls `read` with a stable view of everything durable at this moment; the view is over when the promise of `read` settles. Views
   * are bounded in number and time: one that has to end early rejects its reads with ViewEnded. Rejects with GuardChanged when the
   * guards do not hold in the view, StoreUnavailable, or as `read` does.
   */
  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T>
  /**
   * Calls `decide` once the values of `reads` are at hand; its changes become visible and durable together, or none does. Resolves
   * with what `decide` returned, or rejects with what it threw, when everything it saw is durable: a refusal may quote what an
   * earlier turn wrote. Rejects with GuardChanged when a guard does not hold in the turn (what changed it is durable then), with
   * StoreContended when another process has had what the turn reads or writes for too long, with StoreUnavailable when the commit
   * failed, the store refuses writes, or it is closed. No write from inside a `decide`.
   */
  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T>
  /**
   * What time it is where the store is kept, in milliseconds since the epoch, with fractions: for those that have a clock of their own
   * beside that of the process. Rejects with StoreUnavailable.
   */
  now?(): Promise<number>
  /** Why it does not take writes for the time being, or not all of them, in one sentence; undefined while all is well. */
  trouble?(): string | undefined
  /** Waits for the writes under way, then releases everything. Idempotent. */
  close(): Promise<void>
}

export interface View {
  get(keys: readonly KeyBytes[]): readonly (StoredValue | undefined)[] | Promise<readonly (StoredValue | undefined)[]>
  sums(counters: readonly KeyBytes[]): readonly Amounts[] | Promise<readonly Amounts[]>
  /** The numbers of the last entries of these logs, deleted or not; 0 for one that nobody opened. */
  lasts(logs: readonly KeyBytes[]): readonly number[] | Promise<readonly number[]>
  /** The next entries of a range, as many as the budget allows, in unsigned byte order or its reverse. */
  scan(range: KeyRange, budget: ScanBudget): Chunk | Promise<Chunk>
  /** As `scan`, for those who need no keys, or few: reading them is half the work of many a store. */
  scanValues(range: KeyRange, budget: ScanBudget): ValueChunk | Promise<ValueChunk>
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

export interface ValueChunk {
  readonly values: readonly StoredValue[]
  readonly exhausted: boolean
  /** The key that the value at this position belongs to; to be asked for while the view lasts. */
  keyAt(position: number): KeyBytes
}

export interface Entry {
  readonly key: KeyBytes
  readonly value: StoredValue
}

/** For stores whose scans bring the keys along anyway. */
export function valuesOfChunk({ entries, exhausted }: Chunk): ValueChunk {
  return {
    values: entries.map(({ value }) => value),
    exhausted,
    keyAt: (position) => {
      const entry = entries[position]
      if (entry === undefined) throw new RangeError(`the chunk has ${entries.length} values, none at ${position}`)
      return entry.key
    },
  }
}

/** What a counter counts: three safe integers, as its users see fit. */
export type Amounts = readonly [number, number, number]

export interface WriteTurn {
  /** The value before this turn. Only keys named in `reads`; any other is a programmer's error, in every implementation. */
  get(key: KeyBytes): StoredValue | undefined
  put(key: KeyBytes, value: StoredValue): void
  delete(key: KeyBytes): void
  /** Adds to a counter. It commutes: no turn reads what it, or a neighbour, added. Counters are no entries: only `sums` shows them. */
  add(counter: KeyBytes, amounts: Amounts): void
  /** The counter is as if nobody had ever added to it. */
  clear(counter: KeyBytes): void
  /**
   * Puts an entry at the end of a log, under `logEntryKey` of the number that follows the log's last one when this turn commits.
   * To a closed log nothing is appended: then `write` rejects with GuardChanged.
   */
  append(log: KeyBytes, value: StoredValue): void
  /** A new log whose first entry will have the number after this one. A log that nobody opened begins with 1. */
  open(log: KeyBytes, lastNumber: number): void
  /** The number of the log's last entry, of those that earlier turns appended, too. The log must be among the turn's reads. */
  last(log: KeyBytes): number
  /** No entry is appended any more. Returns the last number, which stays. The log must be among the turn's reads. */
  close(log: KeyBytes): number
  /** Forgets the log and its last number. Its entries are deleted like any others. */
  drop(log: KeyBytes): void
  /** What this turn does makes room in the end, though it may put something: a store that has no room for others takes it. */
  makesRoom(): void
  /** Hears what becomes of this attempt at the turn. */
  follow(follower: TurnFollower): void
}

/**
 * What became of one attempt at a turn: exactly one of the three is called, once, synchronously, before `write` settles, in the order
 * in which turns were decided; but an attempt that is decided again hears so before it is. They must not throw. When a commit's
 * answer was lost and cannot be found out, none is.
 */
export interface TurnFollower {
  /** It is durable, or changed nothing and everything it saw is durable. */
  durable?(): void
  /** `decide` threw, and everything it saw is durable. */
  refused?(): void
  /** It never was: `decide` is called again, a guard did not hold, or the commit failed. */
  dropped?(): void
}

/** Where a log keeps the entry of this number, 1 … 2^48 − 1: behind the log's own key, in the order of numbers. */
export function logEntryKey(log: KeyBytes, number: number): KeyBytes {
  const bytes = new Uint8Array(log.length + logNumberBytes)
  bytes.set(log)
  writeUint32(bytes, bytes.length - 4, number >>> 0)
  const high = Math.floor(number / 2 ** 32)
  bytes[log.length] = high >>> 8
  bytes[log.length + 1] = high
  return bytes as KeyBytes
}

function writeUint32(bytes: Uint8Array, at: number, number: number): void {
  bytes[at] = number >>> 24
  bytes[at + 1] = number >>> 16
  bytes[at + 2] = number >>> 8
  bytes[at + 3] = number
}

/** The number in a key made by `logEntryKey`. */
export function logEntryNumber(entry: KeyBytes): number {
  let number = 0
  for (let at = entry.length - logNumberBytes; at < entry.length; at += 1) number = number * 256 + (entry[at] ?? 0)
  return number
}

const logNumberBytes = 6
/** The last number that a log can give. */
export const logNumberMax: number = 2 ** 48 - 1

/** All entries of a log, or those from one number (inclusive) on. The log's own key, where some stores keep its last number and others nothing, is not among them. */
export function logRange(log: KeyBytes, fromNumber = 0): KeyRange {
  return { start: logEntryKey(log, fromNumber), end: logEntryKey(log, logNumberMax) }
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

/** Another process had what the turn needs, and kept it for too long. Nothing of the turn was kept; it may be asked for again. */
export class StoreContended extends Error {
  /** Those of the turn's reads that are known to be held; none when it is something else that the turn waited for. */
  readonly held: readonly KeyBytes[]

  constructor(held: readonly KeyBytes[], options?: ErrorOptions) {
    super('another process holds what the turn needs', options)
    this.name = 'StoreContended'
    this.held = held
  }
}

/** What the caller remembers is out of date: it has to look again, and then ask again. Nothing of the turn was kept. */
export class GuardChanged extends Error {
  constructor() {
    super('a guard has another value')
    this.name = 'GuardChanged'
  }
}

/** A view had to end before its reader did. What was read of it is right; the rest is to be read in another. */
export class ViewEnded extends Error {
  constructor() {
    super('the view ended early')
    this.name = 'ViewEnded'
  }
}

/** A row of the store is not what was written: a disk, a file system or a person changed it. Whoever reads it is told, and nothing else. */
export class StoreDamaged extends Error {
  readonly key: KeyBytes
  /** The same in hexadecimal digits. */
  readonly keyHex: string

  constructor(key: KeyBytes) {
    const keyHex = Buffer.from(key).toString('hex')
    super(`a row of the store is damaged, its key is ${keyHex}`)
    this.name = 'StoreDamaged'
    this.key = key
    this.keyHex = keyHex
  }
}
