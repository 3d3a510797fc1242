/**
 * Turns that wait for what another process holds, because they waited in vain, or name a key or append to a log that is known to be held. They are asked
 * apart from the others, in batches that wait for nothing that can be passed over, so that nobody else waits for them; and fail when
 * they have nothing else to wait for, and have waited long enough.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatchMs } from '../../base/clock.ts'
import { asideBatchesSmallerBy, asideRetryMs, contendedMsMax, probeEveryMs, turnsPerBatchMax } from '../limits.ts'
import type { PendingWrite } from '../local/pending-write.ts'
import { type KeyBytes, StoreContended } from '../store.ts'
import type { Batch, HeldWrite } from './batch.ts'
import { HeldKeys, textOf } from './held-keys.ts'

export interface TurnsAsideOptions {
  readonly onDue: () => void
  /** Takes a turn that had better wait in line with all others. */
  readonly onBusy: (write: PendingWrite) => void
}

export class TurnsAside {
  readonly #options: TurnsAsideOptions
  readonly #held = new HeldKeys()
  /** By the keys of the logs. */
  readonly #heldHeads = new HeldKeys()
  /** The logs that a turn needs the heads of, as it was decided last. */
  readonly #logs = new WeakMap<PendingWrite, readonly KeyBytes[]>()
  /** To be asked now. */
  #due: PendingWrite[] = []
  /** To be asked later. */
  #later: PendingWrite[] = []
  /** Alone they waited in vain for what cannot be passed over: one of them at a time finds out whether that is over. */
  #stuck = new WeakSet<PendingWrite>()
  #probe: PendingWrite | undefined
  #probedAtMs = Number.NEGATIVE_INFINITY
  #waiting: Promise<void> | undefined
  #turnsMax = turnsPerBatchMax

  constructor(options: TurnsAsideOptions) {
    this.#options = options
  }

  /** Whether any of them is to be asked again now. */
  get isDue(): boolean {
    return this.#due.length > 0 || this.#probe !== undefined
  }

  /** Resolves when some more of them are due; undefined when there are none. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting
  }

  /** Whether the head of any of these logs is known to be held. */
  readonly isHeld = (logs: readonly KeyBytes[]): boolean => this.#heldHeads.hasAny(logs)

  /** Takes those that turned out to need a head that is known to be held, of which the batch has done nothing. */
  heldUp(writes: readonly PendingWrite[], batch: Batch): void {
    if (writes.length === 0) return
    this.#noteLogs(writes, batch)
    this.#add(writes)
  }

  /** Takes those that name a key that is known to be held, or are known to need such a head. Returns the others. */
  without(writes: readonly PendingWrite[]): readonly PendingWrite[] {
    const held = new Set(writes.filter((write) => this.#held.hasAny(write.reads) || this.#needsHeld(write)))
    if (held.size === 0) return writes
    this.#add([...held])
    return writes.filter((write) => !held.has(write))
  }

  /** The next batch of those that are due. */
  take(): readonly PendingWrite[] {
    if (this.#due.length > 0 || this.#probe === undefined) return this.#due.splice(0, this.#turnsMax)
    const probe = this.#probe
    this.#probe = undefined
    this.#probedAtMs = stopwatchMs()
    return [probe]
  }

  /** Something that the batch waits for was not to be had in time. Smaller batches find out what, before anybody else waits for it. */
  timedOut(batch: Batch, cause: unknown): void {
    const [write] = batch.writes
    this.#noteLogs(batch.writes, batch)
    if (batch.isAside && batch.writes.length === 1 && write !== undefined) {
      if (batch.isAtHeads) this.#heldHeads.foundUnseen(batch.logsOf(write))
      else this.#held.foundUnseen(batch.missing(write))
      this.#stuck.add(write)
      this.#probedAtMs = stopwatchMs()
      this.#wait(write, [], cause)
      this.#due = [...this.without(this.#due)]
      return
    }
    if (batch.isAside) this.#turnsMax = Math.max(1, Math.floor(batch.writes.length / asideBatchesSmallerBy))
    this.#due.unshift(...batch.writes.filter((each) => each.again()))
  }

  /** A batch of them was done. What it did not prove is not known to be free. */
  succeeded(batch: Batch): void {
    this.#turnsMax = Math.min(this.#turnsMax * 2, turnsPerBatchMax)
    if (batch.writes.some((write) => this.#isStuck(write))) {
      this.#stuck = new WeakSet()
      this.#probedAtMs = Number.NEGATIVE_INFINITY
    }
    const isProved = batch.isChanged || batch.isUnproved
    for (const write of batch.writes) {
      const missing = new Set(isProved ? [] : batch.missing(write))
      this.#held.free(write.reads.filter((key) => !missing.has(key)))
      if (isProved) this.#heldHeads.free(batch.logsOf(write))
    }
  }

  /** They wait for nothing but another process. */
  held(writes: readonly HeldWrite[]): void {
    const busy = this.#held.found(writes.flatMap(({ held }) => held))
    for (const { write, held } of writes) {
      const keys = held.map(({ key }) => key)
      if (!this.#isOver(write) && keys.every((key) => busy.has(textOf(key)))) {
        if (write.again()) this.#options.onBusy(write)
      } else this.#wait(write, keys)
    }
  }

  #isOver(write: PendingWrite): boolean {
    return stopwatchMs() - write.askedAtMs >= contendedMsMax
  }

  #isStuck(write: PendingWrite): boolean {
    return this.#stuck.has(write) || this.#held.hasUnseen(write.reads) || this.#needsHeld(write)
  }

  #needsHeld(write: PendingWrite): boolean {
    return this.#heldHeads.hasAny(this.#logs.get(write) ?? [])
  }

  #noteLogs(writes: readonly PendingWrite[], batch: Batch): void {
    for (const write of writes) this.#logs.set(write, batch.logsOf(write))
  }

  #wait(write: PendingWrite, held: readonly KeyBytes[], cause?: unknown): void {
    if (this.#isOver(write)) write.fail(new StoreContended(held, { cause }))
    else this.#add([write])
  }

  #add(writes: readonly PendingWrite[]): void {
    this.#later.push(...writes.filter((write) => write.again()))
    this.#startWaiting()
  }

  #startWaiting(): void {
    if (this.#later.length > 0) this.#waiting ??= sleep(asideRetryMs).then(() => this.#waited())
  }

  #waited(): void {
    this.#waiting = undefined
    for (const write of this.#later.splice(0)) {
      if (!this.#isStuck(write)) this.#due.push(write)
      else if (this.#isOver(write)) write.fail(new StoreContended([]))
      else if (this.#probe === undefined && stopwatchMs() - this.#probedAtMs >= probeEveryMs) this.#probe = write
      else this.#later.push(write)
    }
    this.#startWaiting()
    this.#options.onDue()
  }
}
