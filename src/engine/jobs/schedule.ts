/**
 * When what happens by itself happened last, and whether what waits has waited long enough: one object for all jobs, in memory alone.
 * A clock may be set back. Then a job runs at once, and what began to wait in what is the future now waits anew from the moment in
 * which that is noticed, so that nothing waits longer than its own delay.
 */

export class Schedule {
  readonly #ranMs = new Map<string, number>()
  /** When it was noticed that the beginning of a wait lies in the future. */
  readonly #noticedMs = new Map<string, number>()

  /** Whether the job is to run: never so far, at least `everyMs` ago, or at a time that has not come yet. */
  isDue(job: string, everyMs: number, nowMs: number): boolean {
    const ranMs = this.#ranMs.get(job)
    return ranMs === undefined || nowMs < ranMs || nowMs >= ranMs + everyMs
  }

  /** The job ran, and needs not run again for a while. */
  ran(job: string, nowMs: number): void {
    this.#ranMs.set(job, nowMs)
  }

  /** Makes the job due now. */
  hasten(job: string): void {
    this.#ranMs.delete(job)
  }

  /** Whether `delayMs` have passed since. `what` names it, and all that waits in line with it. */
  isOver(what: string, { sinceMs, delayMs }: Wait, nowMs: number): boolean {
    if (sinceMs <= nowMs) {
      if (this.#noticedMs.size > 0) this.#noticedMs.delete(what)
      return nowMs - sinceMs >= delayMs
    }
    const noticedMs = this.#noticedMs.get(what)
    if (noticedMs === undefined || noticedMs > nowMs) {
      this.#noticedMs.set(what, nowMs)
      return delayMs <= 0
    }
    return nowMs - noticedMs >= delayMs
  }

  /** What began with this will not be asked for any more. */
  forget(prefix: string): void {
    for (const names of [this.#ranMs, this.#noticedMs]) for (const name of names.keys()) if (name.startsWith(prefix)) names.delete(name)
  }
}

export interface Wait {
  readonly sinceMs: number
  readonly delayMs: number
}
