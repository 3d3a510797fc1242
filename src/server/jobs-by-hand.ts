/** What happens by itself, made to happen now: on all nodes of a cluster for tests, or on this one. */
import { expirySweepJob } from '../engine/jobs/sweep-expired-items.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { ClusterRounds } from './cluster-rounds.ts'
import type { ControlContext } from './control/route.ts'
import type { Ticker } from './ticker.ts'

interface Tickers {
  readonly engine: MeteredEngine
  readonly rounds: ClusterRounds | undefined
  readonly ticker: Ticker
  readonly heart: Ticker | undefined
}

/** Moves the clock and does what is due then. */
export function jobsByHand({ engine, rounds, ticker, heart }: Tickers): ControlContext['runJobs'] {
  return async (move) => {
    if (rounds !== undefined) return rounds.run(move)
    move?.(engine.clock)
    // Whoever runs them by hand may have let the leases lapse.
    await heart?.runNow()
    return ticker.runNow(() => engine.schedule.hasten(expirySweepJob))
  }
}
