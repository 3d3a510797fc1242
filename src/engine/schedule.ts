/**
 * When what happens by itself happened last, and whether what waits has waited long enough: one object for all jobs, in memory alone.
 * A clock may be set back. Then a job runs at once, and what began to wait in what is the future now waits anew from the moment in
 * which that is noticed, so that nothing waits longer than its own delay; or, when its beginning comes round again before that, its
 * delay from there on, which is less than twice as long.
 */

export class Schedule {
  readonly #runs = new Map<string, { readonly ranMs: number; readonly nextMs: number }>()
  /** When it was noticed that the beginning of a wait lies in the future. */
  readonly #noticedMs = new Map<string, number>()

  /** Whether the job is to run: never so far, at least `everyMs` ago and not before it asked to, or at a time that has not come yet. */
  isDue(job: string, nowMs: number, everyMs = 0): boolean {
    const run = this.#runs.get(job)
    return run === undefined || nowMs < run.ranMs || nowMs >= Math.max(run.nextMs, run.ranMs + everyMs)
  }

  /** The job ran, and needs not run again before `nextMs`. */
  ran(job: string, nowMs: number, nextMs: number = nowMs): void {
    this.#runs.set(job, { ranMs: nowMs, nextMs })
  }

  /** When the job ran last; undefined when it never did, or not before a time that is still to come. */
  lastRunMs(job: string, nowMs: number): number | undefined {
    const ranMs = this.#runs.get(job)?.ranMs
    return ranMs === undefined || ranMs > nowMs ? undefined : ranMs
  }

  /** Makes the job due now. */
  hasten(job: string): void {
    this.#runs.delete(job)
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
    for (const names of [this.#runs, this.#noticedMs]) for (const name of names.keys()) if (name.startsWith(prefix)) names.delete(name)
  }
}

/** A wait that ends at `dueMs`; of records of format 1 it is not known when it began. */
export function waitUntil(dueMs: number, sinceMs: number | undefined): Wait {
  return sinceMs === undefined ? { sinceMs: 0, delayMs: dueMs } : { sinceMs, delayMs: dueMs - sinceMs }
}

export interface Wait {
  readonly sinceMs: number
  readonly delayMs: number
}
