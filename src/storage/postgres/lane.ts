/**
 * The write half: turns that were asked for at the same time share a transaction, and the commit of one batch and the locks of the next
 * travel together.
 *
 *   write ──┐
 *   write ──┤ BEGIN, lock and read what is named, look at guards ── decide one after the other ── write, next number, COMMIT ── settle all
 *   write ──┘                                                                                      └─ conflict: decide again
 *                                                                                                  ├─ held by others: aside (turns-aside.ts)
 *                                                                                                  └─ answer lost: ask the lane's row
 */
import { setImmediate as nextMoment } from 'node:timers/promises'
import { assert } from '../../base/assert.ts'
import { stopwatchMs } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { conflictsBeforeSmaller, logsKnownMax, retryMsMax, turnsPerBatchMax } from '../limits.ts'
import type { PendingWrite } from '../local/pending-write.ts'
import { StoreContended, StoreUnavailable } from '../store.ts'
import { Batch } from './batch.ts'
import type { Connection } from './connection.ts'
import { isConflict, isLaneTaken, isLockTimeout, isLogClosed, isReadOnly } from './failures.ts'
import { LaneRow } from './lane-row.ts'
import { type Connect, Link, Patience } from './link.ts'
import { LogChanges } from './log-changes.ts'
import type { Answer, Call } from './row-query.ts'
import type { KeyText } from './rows.ts'
import { appendToLogs, commit, rollback } from './statements.ts'
import { TurnsAside } from './turns-aside.ts'

export interface LaneOptions {
  readonly connect: Connect
  readonly random: Random
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit: (() => void) | undefined
}

/** A batch on its way: its transaction has been asked to begin. */
interface Begun {
  readonly batch: Batch
  readonly answers: Promise<readonly Answer[]>
}

/** A batch with all that is to be written for it. */
interface Decided {
  readonly batch: Batch
  readonly row: LaneRow
  readonly calls: readonly Call[]
}

export class Lane {
  readonly #link: Link
  readonly #options: LaneOptions
  #queue: PendingWrite[] = []
  readonly #aside: TurnsAside
  #running: Promise<void> | undefined
  #row: LaneRow | undefined
  #turnsMax = turnsPerBatchMax
  #conflicts = 0
  /** Logs that a batch appended to and that may be closed: their heads are looked at from then on. */
  readonly #suspects = new Set<KeyText>()
  #isDeciding = false

  constructor(options: LaneOptions) {
    this.#link = new Link(options.connect)
    this.#options = options
    this.#aside = new TurnsAside({
      onDue: () => this.#start(),
      onBusy: (write) => this.#queue.push(write),
    })
  }

  /** Throws when it is called by a `decide`. */
  add(write: PendingWrite): void {
    assert(!this.#isDeciding, 'write inside a decide')
    write.askedAtMs = stopwatchMs()
    this.#queue.push(write)
    this.#start()
  }

  /** Waits for all that was asked for. */
  async close(): Promise<void> {
    for (let busy = this.#busy; busy !== undefined; busy = this.#busy) await busy
    const row = this.#row
    if (row !== undefined && !row.isLost)
      await this.#link
        .open()
        .then((connection) => row.free(connection))
        .catch(() => {})
    await this.#link.close()
  }

  get #busy(): Promise<void> | undefined {
    return this.#running ?? this.#aside.waiting
  }

  #start(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    await nextMoment()
    const patience = new Patience()
    while (this.#queue.length > 0 || this.#aside.isDue) {
      const connection = await this.#open()
      if (connection === undefined) await patience.wait()
      else await this.#serve(connection)
    }
    this.#running = undefined
  }

  /** A connection, and a row of our own. Undefined when the database is away: then it is to be tried again. */
  async #open(): Promise<Connection | undefined> {
    try {
      const connection = await this.#link.open()
      if (this.#row === undefined || this.#row.isLost) this.#row = await LaneRow.take(connection, this.#options.random)
      return connection
    } catch (error) {
      this.#redo(this.#queue.splice(0), error)
      return undefined
    }
  }

  async #serve(connection: Connection): Promise<void> {
    let begun = this.#begin(connection)
    while (begun !== undefined) begun = await this.#perform(connection, begun)
  }

  #begin(connection: Connection): Begun | undefined {
    if (!connection.isOpen || this.#row?.isLost !== false) return undefined
    const batch = this.#next()
    if (batch === undefined) return undefined
    const answers = connection.run(batch.beginCalls())
    answers.catch(() => {})
    return { batch, answers }
  }

  #next(): Batch | undefined {
    if (this.#aside.isDue) return new Batch(this.#aside.take(), true)
    while (this.#queue.length > 0) {
      const writes = this.#aside.without(this.#queue.splice(0, this.#turnsMax))
      if (writes.length > 0) return new Batch(writes)
    }
    return undefined
  }

  /** Brings a batch to its end. Returns the next one. */
  async #perform(connection: Connection, { batch, answers }: Begun): Promise<Begun | undefined> {
    const row = this.#row
    let calls: readonly Call[] = []
    try {
      assert(row !== undefined, 'a lane has a row of its own')
      this.#aside.held(batch.begun(await answers))
      await this.#decideAll(connection, batch)
      if (batch.isChanged) {
        this.#options.failCommit?.()
        calls = [...batch.calls(row.slot), row.next(), ...batch.logs.appendCalls(), [commit]]
      } else if (batch.isUnproved) await connection.run(batch.calls(row.slot))
    } catch (error) {
      await this.#undo(connection, batch, error)
      return this.#begin(connection)
    }
    if (batch.isChanged) return this.#commit(connection, { batch, row, calls })
    connection.run([[rollback]]).catch(() => {})
    const next = this.#begin(connection)
    this.#settle(batch)
    return next
  }

  #settle(batch: Batch): void {
    if (batch.isAside) this.#aside.succeeded(batch)
    for (const write of batch.writes) write.settle()
  }

  async #decideAll(connection: Connection, batch: Batch): Promise<void> {
    const known = { suspects: this.#suspects, isHeld: this.#aside.isHeld }
    for (const write of batch.writes) {
      for (;;) {
        this.#isDeciding = true
        const logs = batch.decide(write, known)
        this.#isDeciding = false
        if (logs.length === 0) break
        if (!write.again()) break
        batch.isAtHeads = true
        const [answer] = await connection.run([LogChanges.lock(logs)])
        batch.isAtHeads = false
        if (answer === undefined || !batch.hold(logs, answer)) throw new LogClosed()
      }
    }
    this.#aside.heldUp(batch.takeHeldUp(), batch)
  }

  async #commit(connection: Connection, { batch, row, calls }: Decided): Promise<Begun | undefined> {
    const asked = connection.ask(calls)
    // What is held is known when a batch of those aside is over: nobody is to wait for it before.
    const next = batch.isAside ? undefined : this.#begin(connection)
    const { answers, fault } = await asked
    batch.isAtHeads = calls[answers.indexOf(undefined)]?.[0] === appendToLogs
    const answered = answers.at(-1)?.command
    if (answered === 'COMMIT') this.#committed(batch)
    else if (answered === 'ROLLBACK') {
      row.rolledBack()
      row.isLost ||= isLaneTaken(fault)
      this.#dropped(connection, batch, fault)
    } else {
      connection.end()
      await this.#answerLost(row, batch, fault)
    }
    return next ?? this.#begin(connection)
  }

  #committed(batch: Batch): void {
    this.#conflicts = 0
    this.#turnsMax = Math.min(this.#turnsMax * 2, turnsPerBatchMax)
    this.#settle(batch)
  }

  async #answerLost(row: LaneRow, batch: Batch, error: unknown): Promise<void> {
    const wasCommitted = await row.wasCommitted(() => this.#link.open())
    if (wasCommitted === true) this.#committed(batch)
    else if (wasCommitted === false) this.#redo(batch.writes, error)
    else {
      const lost = new StoreUnavailable('the database is away, and nobody knows whether it committed', { cause: error })
      for (const write of batch.writes) write.lose(lost)
    }
  }

  /** Nothing of it was written, or can be committed. */
  async #undo(connection: Connection, batch: Batch, error: unknown): Promise<void> {
    if (connection.isOpen) await connection.run([[rollback]]).catch(() => {})
    this.#dropped(connection, batch, error)
  }

  #dropped(connection: Connection, batch: Batch, error: unknown): void {
    if (isReadOnly(error)) connection.end()
    if (error instanceof LogClosed || isLogClosed(error)) {
      if (this.#suspects.size > logsKnownMax) this.#suspects.clear()
      for (const log of batch.logs.appendedTo) this.#suspects.add(log)
    } else if (isLockTimeout(error)) {
      this.#aside.timedOut(batch, error)
      return
    } else if (isConflict(error)) {
      this.#conflicts += 1
      if (this.#conflicts >= conflictsBeforeSmaller) this.#turnsMax = Math.max(1, Math.floor(this.#turnsMax / 2))
    } else if (connection.isOpen && !isLaneTaken(error)) {
      for (const write of batch.writes) write.fail(new StoreUnavailable('the commit failed', { cause: error }))
      return
    }
    this.#redo(batch.writes, error)
  }

  /** Those that were asked for too long ago fail. */
  #redo(writes: readonly PendingWrite[], error: unknown): void {
    const nowMs = stopwatchMs()
    const left: PendingWrite[] = []
    for (const write of writes) {
      if (nowMs - write.askedAtMs >= retryMsMax) write.fail(failureOf(error))
      else if (write.again()) left.push(write)
    }
    this.#queue.unshift(...left)
  }
}

function failureOf(cause: unknown): Error {
  return isConflict(cause) ? new StoreContended([], { cause }) : new StoreUnavailable('the commit failed', { cause })
}

/** A turn of the batch has appended to a log that is closed, as became known when its head was read. */
class LogClosed extends Error {}
