/** What has done, again and again, what happens by itself: the jobs; on a shared store also that this node says that it lives. */
import { type Job, leaseNames, runDueJobs } from '../engine/jobs/run-due-jobs.ts'
import type { Leases } from '../engine/nodes/leases.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { ClockWarning } from './clock-warning.ts'
import { ClusterRounds, type StepWatch } from './cluster-rounds.ts'
import { heartEveryMs, jobsEveryMs } from './limits.ts'
import { SettingsWarning } from './other-settings.ts'
import type { OutageLog } from './outage-log.ts'
import { startTicker, type Ticker } from './ticker.ts'

interface Ticking {
  readonly engine: MeteredEngine
  readonly jobs: Iterable<Job>
  readonly isTimed: boolean
  /** What jobs began and did not wait for (ticker.ts). */
  readonly rest: (withinMs: number) => Promise<boolean>
  readonly stepped: StepWatch
  readonly outages: OutageLog
}

/** What has the jobs done. The heart and rounds of all nodes are of a shared store. */
export function tickersOf({ engine, jobs, isTimed, rest, stepped, outages }: Ticking): {
  readonly ticker: Ticker
  readonly heart: Ticker | undefined
  readonly rounds: ClusterRounds | undefined
} {
  const { log } = outages
  const { leases } = engine
  const ticker = startTicker({ round: () => runDueJobs(jobs, engine.clock, leases), rest, log, ...(isTimed && { everyMs: jobsEveryMs }) })
  const told = { outages, clock: new ClockWarning(log), settings: new SettingsWarning(engine, log) }
  // However long a round of jobs takes, a node that lives says so.
  const heart = leases && startTicker({ round: () => beat(engine, leases, jobs, told), log, ...(isTimed && { everyMs: heartEveryMs }) })
  const rounds = heart && engine.isTestCluster ? new ClusterRounds({ engine, leases, jobs, stepped, ticker, heart, log }) : undefined
  return { ticker, heart, rounds }
}

interface Told {
  readonly outages: OutageLog
  readonly clock: ClockWarning
  readonly settings: SettingsWarning
}

async function beat(engine: MeteredEngine, leases: Leases, jobs: Iterable<Job>, told: Told): Promise<boolean> {
  const { storeClock, metering } = engine
  if (storeClock !== undefined) {
    await storeClock.look()
    const { machineAheadMs } = storeClock
    leases.membership.tell({ machineAheadMs })
    told.clock.tell(machineAheadMs)
  }
  if (await leases.renew(leaseNames(jobs))) {
    told.outages.worked()
    told.settings.look()
  }
  await metering.sharedUsage?.exchange()
  await metering.sharedTraffic?.exchange()
  return false
}
