/**
 * The heartbeat that makes things happen by themselves, and the way to make them happen now. It holds nothing up: one round at
 * a time, a failed round is followed by the next, and a process with nothing else to do may end. The log is told of the first that fails, and
 * once a minute while they go on to fail: a damaged row fails ten rounds a second, for days.
 */
import { stopwatchMs } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { failedRoundsTellEveryMs, restMsMax } from './limits.ts'

export interface TickerOptions {
  /** Milliseconds from one round to the next. Left out: rounds come only when they are asked for. */
  readonly everyMs?: number
  /** Does some of what is due and says whether more of it is left. */
  readonly round: () => Promise<boolean>
  /**
   * For rounds that are asked for: what rounds began and did not wait for. Resolves with whether there was something of it, when nothing
   * is any more or so many milliseconds are over. Left out: there is nothing.
   */
  readonly rest?: (withinMs: number) => Promise<boolean>
  readonly log: Log
}

export interface Ticker {
  /**
   * Waits for the round under way, calls `prepare`, then does rounds until nothing is left and nothing is under way, for which it waits for no
   * longer than thirty seconds. Rejects when one of them fails.
   */
  runNow(prepare?: () => void): Promise<void>
  /** No further round starts; resolves when the one under way is done. */
  stop(): Promise<void>
}

/** Starts one round every `everyMs`, unless an earlier one is still going on. */
export function startTicker({ everyMs, round, rest, log }: TickerOptions): Ticker {
  let underWay: Promise<void> | undefined
  let stopped = false
  /** Since the last round that did well. */
  let failedRounds = 0
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const result = underWay === undefined ? work() : underWay.then(work)
    const done = result
      .catch(() => {})
      .then(() => {
        if (underWay === done) underWay = undefined
      })
    underWay = done
    return result
  }
  const beat = async (): Promise<void> => {
    await round()
    failedRounds = 0
  }
  const roundsToTheEnd = async (prepare?: () => void): Promise<void> => {
    prepare?.()
    const endMs = stopwatchMs() + restMsMax
    for (let isMore = true; isMore && !stopped; ) {
      isMore = await round()
      if (!isMore && rest !== undefined && stopwatchMs() < endMs) isMore = await rest(endMs - stopwatchMs())
    }
  }
  const failedRoundsPerLine = Math.ceil(failedRoundsTellEveryMs / (everyMs ?? failedRoundsTellEveryMs))
  const timer = everyMs === undefined ? undefined : setInterval(onTime, everyMs)
  timer?.unref()
  function onTime(): void {
    if (underWay === undefined) inTurn(beat).catch(onFailure)
  }
  function onFailure(error: unknown): void {
    if (failedRounds % failedRoundsPerLine === 0) log('A background job failed; it is tried again', error)
    failedRounds += 1
  }
  return {
    runNow: (prepare) => inTurn(() => roundsToTheEnd(prepare)),
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await underWay
    },
  }
}
