/**
 * A log in which a store that is out of order has two lines, however many requests and jobs fail for it, and there may be thousands a
 * second: one when it begins, and one when it is over, with how long it was from the first that failed to the first that worked again, and
 * how many failed. The same goes for what another process holds.
 */
import { type Clock, stopwatchMs } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { heldUpQuietMs, outageQuietMs } from './limits.ts'
import { outsideReason, storeTrouble } from './outside-reason.ts'

interface Words {
  readonly began: string
  /** So long after the last failure it counts as over, when something has worked. */
  readonly quietMs: number
  /** `failed`: how many requests and jobs; `lasted`: how many seconds. */
  readonly over: (failed: string, lasted: string) => string
}

const words: { readonly [Kind in 'away' | 'held']: Words } = {
  away: {
    began: 'The store does not work, and what needs it fails until it does',
    quietMs: outageQuietMs,
    over: (failed, lasted) => `The store works again, ${lasted} s after the first failed for it; ${failed} did`,
  },
  held: {
    began: 'Another process holds what is needed of the store, and what waited for it in vain fails',
    quietMs: heldUpQuietMs,
    over: (failed, lasted) =>
      `Nothing waits in vain any more for what another process holds, ${lasted} s after the first did; ${failed} failed for it`,
  },
}

interface Trouble {
  readonly beganMs: number
  lastMs: number
  /** When something worked first since the last that failed. */
  workedMs: number | undefined
  failed: number
}

export class OutageLog {
  readonly #log: Log
  readonly #steady: Clock
  readonly #troubles = new Map<keyof typeof words, Trouble>()

  constructor(log: Log, steady: Clock = { now: stopwatchMs }) {
    this.#log = log
    this.#steady = steady
  }

  /** For all who tell what failed, and why. What is not the store's goes through as it is. */
  readonly log: Log = (text, cause) => {
    const kind = outsideReason(cause) === undefined ? undefined : storeTrouble(cause)
    if (kind === undefined) this.#log(text, cause)
    else this.#failed(kind, cause)
  }

  /** The store has committed something. */
  worked(): void {
    if (this.#troubles.size === 0) return
    const nowMs = this.#steady.now()
    for (const [kind, trouble] of this.#troubles) {
      const { beganMs, lastMs, failed } = trouble
      const { quietMs, over } = words[kind]
      trouble.workedMs ??= nowMs
      if (nowMs - lastMs < quietMs) continue
      this.#troubles.delete(kind)
      const count = failed === 1 ? '1 request or job' : `${failed.toLocaleString('en-US')} requests and jobs`
      this.#log(over(count, ((trouble.workedMs - beganMs) / 1000).toFixed(1)))
    }
  }

  #failed(kind: keyof typeof words, cause: unknown): void {
    const nowMs = this.#steady.now()
    const trouble = this.#troubles.get(kind)
    if (trouble === undefined) {
      this.#troubles.set(kind, { beganMs: nowMs, lastMs: nowMs, workedMs: undefined, failed: 1 })
      this.#log(words[kind].began, cause)
    } else {
      trouble.lastMs = nowMs
      trouble.workedMs = undefined
      trouble.failed += 1
    }
  }
}
