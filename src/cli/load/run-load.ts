/** The loop: as many requests under way as there may be, each sent when it is due, tried again when that is wanted, and counted. */
import { lostServerPauseMs, retryPauseMsMax, retryPauseMsMin } from '../limits.ts'
import type { LoadStatistics, Outcome } from './load-statistics.ts'
import type { LoadTime, Pace } from './pace.ts'
import type { LoadRequest } from './request-maker.ts'
import type { SeededNumbers } from './seeded-numbers.ts'

export interface Run {
  readonly pace: Pace
  readonly time: LoadTime
  readonly concurrency: number
  /** How often a request that was throttled, or failed in a way that may pass, is tried again. */
  readonly retries: number
  /** For the jitter between tries. */
  readonly jitter: SeededNumbers
  readonly statistics: LoadStatistics
  /** Ends the run: nothing more is sent, and what is under way is not counted. */
  readonly stop: AbortSignal
  next(): LoadRequest
  /** Never rejects. */
  send(request: LoadRequest): Promise<Outcome>
}

/** Resolves when the last request is answered, or the run was stopped. */
export async function runLoad(run: Run): Promise<void> {
  await Promise.all(Array.from({ length: run.concurrency }, () => work(run)))
}

async function work(run: Run): Promise<void> {
  const { pace, time, stop, statistics } = run
  for (;;) {
    const dueMs = stop.aborted ? undefined : pace.take(time.nowMs())
    if (dueMs === undefined) return
    const waitMs = dueMs - time.nowMs()
    if (waitMs > 0) await time.wait(waitMs, stop)
    if (stop.aborted) return
    // A timer that rings late is ours, a request that had to wait for its turn is the server's.
    const fromMs = waitMs > 0 ? time.nowMs() : dueMs
    const request = run.next()
    const outcome = await sendWithRetries(run, request)
    if (stop.aborted) return
    statistics.addRequest(request, outcome, time.nowMs() - fromMs)
    if (outcome.kind === 'failed' && !outcome.answered) await time.wait(lostServerPauseMs, stop)
  }
}

async function sendWithRetries(run: Run, request: LoadRequest): Promise<Outcome> {
  for (let tries = 0; ; tries += 1) {
    const outcome = await run.send(request)
    const mayPass = outcome.kind === 'throttled' || (outcome.kind === 'failed' && outcome.mayPass)
    if (!mayPass || tries >= run.retries || run.stop.aborted) return outcome
    run.statistics.addRetry(request, outcome)
    await run.time.wait(run.jitter.fraction() * Math.min(retryPauseMsMax, retryPauseMsMin * 2 ** tries), run.stop)
  }
}
