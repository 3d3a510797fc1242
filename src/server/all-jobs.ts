/** All jobs of a server in the order in which they are stepped. */
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import type { Wings } from '../services/wings.ts'

/** What happens by itself: first the database's own work, then what other services do with it. */
export function jobsOf(own: readonly Job[], wings: Wings, last: readonly Job[]): Iterable<Job> {
  return {
    *[Symbol.iterator]() {
      yield* own
      yield* wings.jobs
      yield* last
    },
  }
}
