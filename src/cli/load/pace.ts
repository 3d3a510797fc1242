/**
 * When requests are due. With a rate the loop is open: request n is due n/rate after the start, whatever became of those before it,
 * and its latency counts from then, so that a server that stalls is charged for the requests that it made wait. Without a rate it is
 * closed: the next one is due when the last one was answered.
 */

/** Time as the runner sees it, so that a test can make it pass. */
export interface LoadTime {
  /** Milliseconds since some moment. */
  nowMs(): number
  /** Resolves after that time, or at once when `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export interface PaceLimits {
  readonly ratePerSecond?: number
  readonly durationMs?: number
  readonly requestsMax?: number
}

export class Pace {
  readonly #limits: PaceLimits
  readonly #startMs: number
  #taken = 0

  constructor(limits: PaceLimits, startMs: number) {
    this.#limits = limits
    this.#startMs = startMs
  }

  /** When the next request is due, which is taken by that; undefined when there is none any more. */
  take(nowMs: number): number | undefined {
    const { ratePerSecond, durationMs = Number.POSITIVE_INFINITY, requestsMax = Number.POSITIVE_INFINITY } = this.#limits
    const endMs = this.#startMs + durationMs
    const dueMs = ratePerSecond === undefined ? nowMs : this.#startMs + (this.#taken / ratePerSecond) * 1000
    if (this.#taken >= requestsMax || dueMs >= endMs || nowMs >= endMs) return undefined
    this.#taken += 1
    return dueMs
  }

  /** How many requests were due until now, or until the end, and not taken. */
  unsent(nowMs: number): number {
    const { ratePerSecond, durationMs = Number.POSITIVE_INFINITY, requestsMax = Number.POSITIVE_INFINITY } = this.#limits
    if (ratePerSecond === undefined) return 0
    const passedMs = Math.min(nowMs - this.#startMs, durationMs)
    return Math.max(0, Math.min(Math.ceil((passedMs / 1000) * ratePerSecond), requestsMax) - this.#taken)
  }
}
