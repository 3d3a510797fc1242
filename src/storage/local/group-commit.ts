/**
 * Group commit, the write half of every local store: turns are decided and applied at once, one after the other; one commit
 * makes all of them durable after the input that is already there has been handled; then all their promises settle.
 *
 *   write ── decide ── apply ──┐
 *   write ── decide ── apply ──┤ setImmediate ── observer's turn ── commit ── settle all
 *   write ── decide (throws) ──┘                        └─ failed: roll back, reject all, refuse writes until a probe succeeds
 */
import { assert } from '../../base/assert.ts'
import type { Clock } from '../../base/clock.ts'
import { type KeyBytes, type StoredValue, type StoreObserver, StoreUnavailable, type WriteTurn } from '../store.ts'
import { BufferedTurn, type Change } from './write-turn.ts'

/** The storage under a GroupCommit. Every member is synchronous; any but `rollback` may throw, and then the commit has failed. */
export interface CommitTarget {
  begin(): void
  /** Sees what was applied since `begin`. */
  get(key: KeyBytes): StoredValue | undefined
  /** Applies the changes of one turn, in order. */
  apply(changes: readonly Change[]): void
  /** Durable and visible to new snapshots when it returns. */
  commit(): void
  /** Undoes everything since `begin`. */
  rollback(): void
  /** Makes a commit of its own that changes nothing anybody reads; throws while commits fail. */
  probe(): void
}

export interface GroupCommitOptions {
  readonly target: CommitTarget
  readonly observer: StoreObserver | undefined
  readonly clock: Clock
  /** After a failed commit, how long writes are refused before the next one tries a probe. */
  readonly retryAfterMs: number
}

interface Settlement {
  settle(): void
  reject(error: Error): void
}

export class GroupCommit {
  readonly #target: CommitTarget
  readonly #observer: StoreObserver | undefined
  readonly #clock: Clock
  readonly #retryAfterMs: number
  readonly #read: (key: KeyBytes) => StoredValue | undefined
  /** The turns of the open commit; undefined when none is open. */
  #open: Settlement[] | undefined
  #immediate: NodeJS.Immediate | undefined
  /** The writes that wait while the store is paused. */
  #waiting: (() => void)[] | undefined
  #deciding = false
  #failure: { readonly error: unknown; readonly atMs: number } | undefined
  #closed = false

  constructor(options: GroupCommitOptions) {
    this.#target = options.target
    this.#observer = options.observer
    this.#clock = options.clock
    this.#retryAfterMs = options.retryAfterMs
    this.#read = (key) => this.#target.get(key)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting === undefined) this.#run(reads, decide, resolve, reject)
      else this.#waiting.push(() => this.#run(reads, decide, resolve, reject))
    })
  }

  /** Commits what is open; from here to `resume` writes wait undecided. */
  pause(): void {
    this.#commit()
    this.#waiting ??= []
  }

  resume(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const run of waiting) run()
  }

  /** Decides and commits everything under way, then refuses writes. */
  close(): void {
    this.resume()
    this.#commit()
    this.#closed = true
  }

  #run<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    try {
      assert(!this.#deciding, 'write inside a decide')
      this.#admit()
    } catch (error) {
      reject(error)
      return
    }
    const turn = new BufferedTurn(reads, this.#read)
    let settle: () => void
    let changes: readonly Change[] = []
    try {
      const result = this.#decide(turn, decide)
      changes = turn.end()
      settle = () => resolve(result)
    } catch (error) {
      turn.end()
      settle = () => reject(error)
    }
    if (changes.length === 0 && this.#open === undefined) settle()
    else this.#join(changes, { settle, reject })
  }

  /** Throws StoreUnavailable while the store is closed or unhealthy. The first write after a while finds out whether it is healthy again. */
  #admit(): void {
    if (this.#closed) throw new StoreUnavailable('the store is closed')
    if (this.#failure === undefined) return
    const nowMs = this.#clock.now()
    const sinceMs = Math.abs(nowMs - this.#failure.atMs)
    if (sinceMs < this.#retryAfterMs)
      throw new StoreUnavailable('the store refuses writes after a failed commit', { cause: this.#failure.error })
    try {
      this.#target.probe()
    } catch (error) {
      this.#failure = { error, atMs: nowMs }
      throw new StoreUnavailable('the store still cannot commit', { cause: error })
    }
    this.#failure = undefined
  }

  #decide<T>(turn: BufferedTurn, decide: (turn: WriteTurn) => T): T {
    this.#deciding = true
    try {
      const result = decide(turn)
      if (isThenable(result)) {
        result.then(ignore, ignore)
        assert(false, 'decide returned a promise')
      }
      return result
    } finally {
      this.#deciding = false
    }
  }

  #join(changes: readonly Change[], settlement: Settlement): void {
    if (this.#open === undefined) {
      this.#open = []
      this.#immediate = setImmediate(() => this.#commit())
      this.#open.push(settlement)
      this.#attempt(() => {
        this.#target.begin()
        this.#target.apply(changes)
      })
      return
    }
    this.#open.push(settlement)
    if (changes.length > 0) this.#attempt(() => this.#target.apply(changes))
  }

  #commit(): void {
    const settlements = this.#open
    if (settlements === undefined) return
    const committed = this.#attempt(() => {
      this.#observe()
      this.#target.commit()
    })
    if (!committed) return
    this.#end()
    for (const settlement of settlements) settlement.settle()
  }

  #observe(): void {
    const observer = this.#observer
    if (observer === undefined) return
    const turn = new BufferedTurn(undefined, this.#read)
    this.#decide(turn, (open) => observer.beforeCommit(open))
    const changes = turn.end()
    if (changes.length > 0) this.#target.apply(changes)
  }

  /** Runs a step of the open commit. When it throws, the whole commit has failed. */
  #attempt(step: () => void): boolean {
    try {
      step()
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #fail(error: unknown): void {
    const settlements = this.#open ?? []
    this.#end()
    this.#target.rollback()
    this.#failure = { error, atMs: this.#clock.now() }
    for (const settlement of settlements) settlement.reject(new StoreUnavailable('the commit failed', { cause: error }))
    this.#observer?.rolledBack()
  }

  #end(): void {
    clearImmediate(this.#immediate)
    this.#open = undefined
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function ignore(): void {}
