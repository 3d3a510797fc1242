/** Runs everything the database does by itself, and what others have it do. The server calls it every so often, tests when they moved the clock. */
import type { Clock } from '../../base/clock.ts'
import type { Guard } from '../../storage/store.ts'
import { jobRoundsMax } from '../limits.ts'
import type { Leases } from '../nodes/leases.ts'
import { LeaseLost } from '../nodes/under-lease.ts'

export interface Job {
  /** Unique. Also the lease under which one of several nodes does it. */
  readonly name: string
  /** Every node does it for itself. Otherwise one node does it for all. */
  readonly isPerNode?: true
  /**
   * Does one bounded piece of what is due. Resolves with whether more of it may be. `lease`: what is to be guarded by it is all that
   * the step writes; undefined where a process has the store to itself.
   */
  step(nowMs: number, lease?: Guard): Promise<boolean>
  /** Told at the end of a round in which no job found anything to do. */
  settled?(nowMs: number): void
}

/**
 * Does what is due, or much of it, and resolves with whether some of it is left. Each step is a turn of its own, so that requests go
 * on in between, and every job has its step in every round; which jobs there are is asked anew in each. A job that fails keeps no
 * other from its steps; it is tried again in the next call, and when all is done this one rejects with what it met first.
 * With leases it does those jobs whose leases this node holds, and those that every node does for itself.
 */
export async function runDueJobs(jobs: Iterable<Job>, clock: Clock, leases?: Leases): Promise<boolean> {
  const failures = new Map<Job, unknown>()
  for (let round = 0; round < jobRoundsMax; round += 1) {
    let isBusy = false
    for (const job of jobs) {
      if (failures.has(job) || !isOurs(job, leases)) continue
      try {
        if (await job.step(clock.now(), leases?.of(job.name))) isBusy = true
      } catch (error) {
        if (error instanceof LeaseLost) leases?.lost(job.name)
        else failures.set(job, error)
      }
    }
    if (isBusy) continue
    for (const job of jobs) if (isOurs(job, leases)) job.settled?.(clock.now())
    return ended(failures, false)
  }
  return ended(failures, true)
}

function isOurs({ name, isPerNode }: Job, leases: Leases | undefined): boolean {
  return leases === undefined || isPerNode === true || leases.of(name) !== undefined
}

/** The leases under which these jobs are done. */
export function leaseNames(jobs: Iterable<Job>): readonly string[] {
  return [...jobs].filter(({ isPerNode }) => isPerNode !== true).map(({ name }) => name)
}

/** Steps one after the other until one of them has done something. One that fails keeps none of the others from theirs. */
export async function stepFirst<T>(items: Iterable<T>, step: (item: T) => Promise<boolean>): Promise<boolean> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      if (await step(item)) return true
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return false
}

function ended(failures: ReadonlyMap<Job, unknown>, isMore: boolean): boolean {
  for (const [{ name }, error] of failures) throw new Error(`The job ${name} failed`, { cause: error })
  return isMore
}
