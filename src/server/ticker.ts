/**
 * The heartbeat that makes things happen by themselves. It holds nothing up: one round at a time, a failed round is logged and the
 * next one comes, and a process with nothing else to do may end.
 */
import type { Log } from './log.ts'

export interface Ticker {
  /** No further round starts; resolves when the one under way is done. */
  stop(): Promise<void>
}

/** Calls `round` every `everyMs` milliseconds, unless the one before is still going on. */
export function startTicker({ everyMs, round, log }: { everyMs: number; round: () => Promise<void>; log: Log }): Ticker {
  let underWay: Promise<void> | undefined
  const timer = setInterval(() => {
    underWay ??= round()
      .catch((error: unknown) => log('A background job failed; it is tried again', error))
      .finally(() => {
        underWay = undefined
      })
  }, everyMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}
