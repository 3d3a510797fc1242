/**
 * How the nodes of a cluster for tests do together what is due: who moves the clock, or only asks for what is due, begins a round
 * (catalog/change-clock.ts); each node does its part and says so in its record. When one of them had something to do, others may have
 * something to do because of that, and there is another round; so there is while a lease is on its way from one to another. The wait is
 * over when all the living have said that there was nothing, and it has no other end: a node that died is waited for until it is known.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { MovableClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { changeStoredClock, storedClock } from '../engine/catalog/change-clock.ts'
import { type Job, leaseNames } from '../engine/jobs/run-due-jobs.ts'
import { expirySweepJob } from '../engine/jobs/sweep-expired-items.ts'
import type { Leases } from '../engine/nodes/leases.ts'
import type { SeenNode } from '../engine/nodes/membership.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { openServicesJob } from '../services/wings.ts'
import { busyRoundsMax, clusterRoundsMax, roundsLookEveryMs } from './limits.ts'
import { startTicker, type Ticker } from './ticker.ts'

export interface ClusterRoundsParts {
  readonly engine: MeteredEngine
  readonly leases: Leases
  /** All of them, `stepped.job` the last. */
  readonly jobs: Iterable<Job>
  readonly stepped: StepWatch
  /** What does them. */
  readonly ticker: Ticker
  /** What says that the node is alive. */
  readonly heart: Ticker
  readonly log: Log
}

export class ClusterRounds {
  readonly #parts: ClusterRoundsParts
  readonly #follower: Ticker
  #doneRound: number
  #isStopped = false

  constructor(parts: ClusterRoundsParts) {
    this.#parts = parts
    this.#doneRound = storedClock(parts.engine.catalog).round
    this.#follower = startTicker({ everyMs: roundsLookEveryMs, round: () => this.#follow(), log: parts.log })
  }

  /** Resolves when the others know of this node, and it of what they did before. */
  async start(): Promise<void> {
    await this.#say({ isBusy: false })
    await this.#follower.runNow()
  }

  /** Moves the clock of all nodes, if it is to be moved. Resolves when nothing is due any more on any of them. */
  async run(move: (clock: MovableClock) => void = () => {}): Promise<void> {
    const { engine, leases, jobs } = this.#parts
    let round = await changeStoredClock(engine, move)
    for (let count = 0; count < clusterRoundsMax; count += 1) {
      const nodes = await this.#afterRound(round)
      for (const { id, done } of nodes) {
        if (done?.failure !== undefined) throw new Error(`The node ${id} could not do what was due: ${done.failure}`)
      }
      const isAtRest = count >= busyRoundsMax || nodes.every(({ done }) => !done?.isBusy)
      if (isAtRest && (await leases.areHeld(leaseNames(jobs)))) return
      round = await changeStoredClock(engine, () => {})
    }
    throw new Error('The nodes do not agree on who does what')
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#follower.stop()
  }

  /** The living, when all of them have done their part. */
  async #afterRound(round: number): Promise<readonly SeenNode[]> {
    const { membership } = this.#parts.leases
    for (;;) {
      await this.#follower.runNow()
      await membership.look()
      const { living } = membership
      if (living.every(({ done }) => done !== undefined && done.round >= round)) return living
      if (this.#isStopped) throw new Error('The server is closing')
      await sleep(roundsLookEveryMs)
    }
  }

  /** This node's part. */
  async #follow(): Promise<false> {
    const { engine, ticker, stepped, log } = this.#parts
    await engine.store.get([])
    const { round } = storedClock(engine.catalog)
    if (round <= this.#doneRound) return false
    await this.#beat()
    let failure: string | undefined
    await ticker
      .runNow(() => {
        engine.schedule.hasten(expirySweepJob)
        engine.schedule.hasten(openServicesJob)
      })
      .catch((error: unknown) => {
        log('A background job failed; it is tried again', error)
        failure = error instanceof Error ? error.message : String(error)
      })
    this.#doneRound = round
    await this.#say({ isBusy: stepped.takeWorked(), ...(failure !== undefined && { failure }) })
    return false
  }

  async #say(done: { readonly isBusy: boolean; readonly failure?: string }): Promise<void> {
    this.#parts.leases.membership.tell({ done: { round: this.#doneRound, ...done } })
    await this.#beat()
  }

  /** Now, with leases taken and given back. */
  async #beat(): Promise<void> {
    const { heart, leases } = this.#parts
    await heart.runNow(() => leases.hasten())
  }
}

/** Sees from among the jobs whether any of them had something to do: then there is more than one round of steps before they settle. */
export class StepWatch {
  readonly job: Job = {
    name: 'steps of the jobs',
    isPerNode: true,
    step: async () => {
      this.#steps += 1
      return false
    },
    settled: () => {
      if (this.#steps > 1) this.#hasWorked = true
      this.#steps = 0
    },
  }
  #steps = 0
  #hasWorked = false

  /** Something was done beside the jobs that may give others something to do. */
  noteWork(): void {
    this.#hasWorked = true
  }

  /** Whether there was something to do since the last time this was asked. */
  takeWorked(): boolean {
    const worked = this.#hasWorked || this.#steps > 1
    this.#hasWorked = false
    return worked
  }
}
