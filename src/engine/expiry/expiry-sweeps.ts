/** When expired items are swept: every so often by the engine's clock, and whenever somebody asks. One for all tables. */

export class ExpirySweeps {
  /** When the last sweep found nothing left, if nobody has asked since. */
  #sweptMs: number | undefined

  /** Whether a sweep is to begin, or to go on. A clock that was set back makes one due. */
  isDue(nowMs: number, intervalMs: number): boolean {
    if (this.#sweptMs === undefined) return true
    return nowMs < this.#sweptMs || nowMs >= this.#sweptMs + intervalMs
  }

  /** Makes one due now. */
  hasten(): void {
    this.#sweptMs = undefined
  }

  /** A sweep at `nowMs` found nothing left. */
  done(nowMs: number): void {
    this.#sweptMs = nowMs
  }
}
