/**
 * Group commit, the write half of every local store: turns are decided and applied at once, one after the other; one commit
 * makes all of them durable after the input that is already there has been handled; then all their followers hear of it and all
 * their promises settle.
 *
 *   write ── decide ── apply ──┐
 *   write ── decide ── apply ──┤ setImmediate ── counters, heads of logs ── commit ── settle all
 *   write ── decide (throws) ──┤                        └─ failed: roll back, reject all, refuse writes until a probe succeeds
 *   write ── guard changed ────┘
 */
import { assert } from '../../base/assert.ts'
import type { Clock } from '../../base/clock.ts'
import { type Guard, type KeyBytes, type StoredValue, StoreUnavailable, type WriteTurn } from '../store.ts'
import { BufferedTurn, type Change, type TurnSource } from './buffered-turn.ts'
import { callDecide } from './call-decide.ts'
import { Counters } from './counters.ts'
import { Guards } from './guards.ts'
import { Logs } from './logs.ts'
import { PendingWrite } from './pending-write.ts'

/** The storage under a GroupCommit. Every member is synchronous; any but `rollback` may throw, and then the commit has failed. */
export interface CommitTarget {
  /** Whether somebody else has written since this was asked last; then nothing that is remembered of what is stored holds. */
  hasForeignWrites(): boolean
  /** Why nothing can be written at all, though it can be read, in one sentence. */
  writeRefusal?(): string | undefined
  /** Why there is room for nothing but what makes room, in one sentence. */
  tightness(): string | undefined
  begin(): void
  /** Sees what was applied since `begin`. */
  get(key: KeyBytes): StoredValue | undefined
  getDurable(key: KeyBytes): StoredValue | undefined
  /** Applies changes, in order. */
  apply(changes: readonly Change[]): void
  /** Durable and visible to new views when it returns. */
  commit(): void
  /** Undoes everything since `begin`, because of this error. Returns whether the next write may succeed. */
  rollback(error: unknown): boolean
  /** Makes a commit of its own that changes nothing anybody reads; throws while commits fail. */
  probe(): void
}

export interface GroupCommitOptions {
  readonly target: CommitTarget
  readonly clock: Clock
  /** After a failed commit, how long writes are refused before the next one tries a probe. */
  readonly retryAfterMs: number
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit: (() => void) | undefined
}

export class GroupCommit {
  readonly #target: CommitTarget
  readonly #clock: Clock
  readonly #retryAfterMs: number
  readonly #failCommit: (() => void) | undefined
  readonly #read: (key: KeyBytes) => StoredValue | undefined
  readonly #guards: Guards
  readonly #counters: Counters
  readonly #logs: Logs
  readonly #source: TurnSource
  /** The writes of the open commit; undefined when none is open. */
  #open: PendingWrite[] | undefined
  #immediate: NodeJS.Immediate | undefined
  /** The writes that wait while the store is paused. */
  #waiting: PendingWrite[] | undefined
  #deciding = false
  #failure: { readonly error: unknown; readonly atMs: number } | undefined
  #closed = false

  constructor(options: GroupCommitOptions) {
    this.#target = options.target
    this.#clock = options.clock
    this.#retryAfterMs = options.retryAfterMs
    this.#failCommit = options.failCommit
    this.#read = (key) => this.#target.get(key)
    this.#guards = new Guards(this.#target)
    this.#counters = new Counters(this.#read)
    this.#logs = new Logs(this.#read)
    this.#source = { get: this.#read, heads: () => this.#logs.heads() }
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const write = new PendingWrite(reads, decide, guards, resolve, reject) as PendingWrite
      this.#runOrWait(write)
    })
  }

  /** Whether these guards hold in what is durable now. */
  holdDurably(guards: readonly Guard[]): boolean {
    return this.#guards.holdDurably(guards)
  }

  /** Commits what is open; from here to `resume` writes wait undecided. */
  pause(): void {
    this.#waiting ??= []
    this.#commit()
  }

  resume(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const write of waiting) this.#runOrWait(write)
  }

  /** Drops what is open, and refuses writes as after a commit that failed. */
  refuse(why: unknown): void {
    this.#fail(why)
  }

  /** Has something done to the target in the commit that is open, or in one of its own. False when there can be none now. */
  maintain(work: () => void): Promise<boolean> {
    if (this.#waiting !== undefined || this.#failure !== undefined || this.#closed) return Promise.resolve(false)
    return new Promise((resolve) => {
      const write = new PendingWrite(
        [],
        () => {},
        undefined,
        () => resolve(true),
        () => resolve(false),
      ) as PendingWrite
      write.decided(undefined)
      this.#join(undefined, write, work)
    })
  }

  /** Why writes are refused for the time being. */
  get refusal(): unknown {
    return this.#failure?.error
  }

  /** Finds out, if it is time for that, whether writes that are refused would succeed again. */
  heal(): void {
    try {
      if (!this.#closed) this.#admit()
    } catch {
      // It stays as it is.
    }
  }

  /** Decides and commits everything under way, then refuses writes. */
  close(): void {
    while (this.#waiting !== undefined) this.resume()
    this.#closed = true
    this.#commit()
  }

  /** A pause may begin with any write, also with one of those that have waited for the end of another. */
  #runOrWait(write: PendingWrite): void {
    if (this.#waiting === undefined) this.#run(write)
    else this.#waiting.push(write)
  }

  #run(write: PendingWrite): void {
    try {
      assert(!this.#deciding, 'write inside a decide')
      this.#admit()
      if (this.#open === undefined && this.#target.hasForeignWrites()) this.#forget()
    } catch (error) {
      write.fail(error)
      return
    }
    const changes = this.#decide(write)
    if (changes === undefined && this.#open === undefined) write.settle()
    else this.#join(changes, write)
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

  /** Decides a write. Returns what is to be applied; undefined when it changes nothing. */
  #decide(write: PendingWrite): readonly Change[] | undefined {
    let turn: BufferedTurn | undefined
    try {
      if (write.guards !== undefined && !this.#guards.holdInTurn(write.guards)) return undefined
      turn = new BufferedTurn(write.reads, this.#source)
      const result = this.#call(write.decide, turn)
      turn.end()
      write.followers = turn.followers
      const { changes } = turn
      const refusal = this.#whyNot(turn)
      if (refusal !== undefined) {
        write.turnedAway(new StoreUnavailable(refusal))
        return undefined
      }
      if (turn.verbs !== undefined && !this.#take(turn)) return undefined
      write.decided(result)
      return changes.length > 0 || turn.verbs !== undefined ? changes : undefined
    } catch (error) {
      turn?.end()
      write.followers = turn?.followers
      write.refused(error)
      return undefined
    }
  }

  #whyNot(turn: BufferedTurn): string | undefined {
    const refusal = this.#target.writeRefusal?.()
    if (refusal !== undefined && (turn.changes.length > 0 || turn.verbs !== undefined)) return refusal
    const tightness = this.#target.tightness()
    return tightness !== undefined && !turn.isMakingRoom ? tightness : undefined
  }

  #call<T>(decide: (turn: WriteTurn) => T, turn: BufferedTurn): T {
    this.#deciding = true
    try {
      return callDecide(decide, turn)
    } finally {
      this.#deciding = false
    }
  }

  /** Takes what a turn does to counters and logs into the open commit, or the one that it opens. False when it appends to a closed log. */
  #take({ verbs = [], changes }: BufferedTurn): boolean {
    this.#counters.look(verbs)
    if (!this.#logs.take(verbs, changes)) return false
    this.#counters.take(verbs)
    return true
  }

  #join(changes: readonly Change[] | undefined, write: PendingWrite, work?: () => void): void {
    const isFirst = this.#open === undefined
    if (this.#open === undefined) {
      this.#open = []
      this.#immediate = setImmediate(() => this.#commit())
    }
    this.#open.push(write)
    try {
      if (isFirst) this.#target.begin()
      if (changes !== undefined) this.#apply(changes)
      work?.()
    } catch (error) {
      this.#fail(error)
    }
  }

  #apply(changes: readonly Change[]): void {
    if (changes.length === 0) return
    this.#target.apply(changes)
    this.#guards.applied(changes)
  }

  #commit(): void {
    const writes = this.#open
    if (writes === undefined) return
    try {
      this.#flush()
      this.#failCommit?.()
      this.#target.commit()
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#end()
    this.#guards.committed()
    this.#settle(writes, (write) => write.settle())
  }

  /** Writes what the turns of the commit share. */
  #flush(): void {
    const changes: Change[] = []
    this.#counters.flush(changes)
    this.#logs.flush(changes)
    this.#apply(changes)
  }

  #fail(error: unknown): void {
    const writes = this.#open ?? []
    this.#end()
    const mayGoOn = this.#target.rollback(error)
    this.#forget()
    if (!mayGoOn) this.#failure = { error, atMs: this.#clock.now() }
    this.#settle(writes, (write) => write.fail(new StoreUnavailable('the commit failed', { cause: error })))
  }

  #forget(): void {
    this.#guards.forget()
    this.#logs.rolledBack()
    this.#counters.forget()
  }

  #end(): void {
    clearImmediate(this.#immediate)
    this.#open = undefined
  }

  /** In the order in which they were decided. What followers write meanwhile waits, so that it is decided after all of them. */
  #settle(writes: readonly PendingWrite[], settle: (write: PendingWrite) => void): void {
    const isPaused = this.#waiting !== undefined
    this.#waiting ??= []
    for (const write of writes) settle(write)
    if (!isPaused) this.resume()
  }
}
