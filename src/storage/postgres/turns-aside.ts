/**
 * Turns that waited in vain for what another process holds. They are asked again apart from those that come later, in batches that wait
 * for nothing that can be passed over, so that nobody else waits for them; and fail when they have nothing else to wait for, and
 * have waited long enough.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatchMs } from '../../base/clock.ts'
import { asideRetryMs, contendedMsMax, turnsPerBatchMax } from '../limits.ts'
import type { PendingWrite } from '../local/pending-write.ts'
import { type KeyBytes, StoreContended } from '../store.ts'

export class TurnsAside {
  readonly #askedAtMs: (write: PendingWrite) => number
  readonly #onDue: () => void
  #queue: PendingWrite[] = []
  #isDue = false
  #waiting: Promise<void> | undefined
  #turnsMax = turnsPerBatchMax

  constructor(askedAtMs: (write: PendingWrite) => number, onDue: () => void) {
    this.#askedAtMs = askedAtMs
    this.#onDue = onDue
  }

  /** Whether any of them is to be asked again now. */
  get isDue(): boolean {
    return this.#isDue && this.#queue.length > 0
  }

  /** Resolves when some of them are due; undefined when there are none, or they are due. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting
  }

  /** The next batch of those that are due. */
  take(): readonly PendingWrite[] {
    const taken = this.#queue.splice(0, this.#turnsMax)
    this.#isDue = this.#queue.length > 0
    return taken
  }

  /** Something that these wait for was not to be had in time: `isAside` when they were among these already. Smaller batches find out what. */
  timedOut(writes: readonly PendingWrite[], isAside: boolean, cause: unknown): void {
    const [write] = writes
    if (isAside && writes.length === 1 && write !== undefined) this.held(write, [], cause)
    else {
      if (isAside) this.#turnsMax = Math.max(1, Math.floor(writes.length / 2))
      this.#add(writes)
    }
  }

  /** A batch of them was committed. */
  succeeded(): void {
    this.#turnsMax = Math.min(this.#turnsMax * 2, turnsPerBatchMax)
  }

  /** It waits for nothing but another process. */
  held(write: PendingWrite, held: readonly KeyBytes[], cause?: unknown): void {
    if (stopwatchMs() - this.#askedAtMs(write) >= contendedMsMax) write.fail(new StoreContended(held, { cause }))
    else this.#add([write])
  }

  #add(writes: readonly PendingWrite[]): void {
    this.#queue.push(...writes.filter((write) => write.again()))
    this.#waiting ??= sleep(asideRetryMs).then(() => {
      this.#waiting = undefined
      this.#isDue = true
      this.#onDue()
    })
  }
}
