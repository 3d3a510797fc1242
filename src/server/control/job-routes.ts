/** Routes about long works: what goes on, how far it has come, and to cancel it. */
import { ServiceError } from '../../api/errors.ts'
import type { WatchedWork } from '../works.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Route } from './route.ts'

export interface JobList {
  readonly jobs: readonly WatchedWork[]
}

export interface OfJob {
  readonly job: string
}

const jobAnswer =
  '`{ id, kind, region, table, makes, state, startedMs, endedMs, share, itemsDone, itemsTotal, bytesDone, bytesTotal, remainingMs, reason, canBeCancelled }`, without what nobody knows; ' +
  'kind is `backup`, `restore`, `branch`, `backfill`, `export`, `import` or `bulk put`, state is `running`, `waiting` (all is done but for a time that must pass), `cancelling`, `done`, `failed` or `cancelled`, share is from 0 to 1'

export const jobRoutes: {
  readonly jobs: Route<Readonly<Record<never, never>>, JobList>
  readonly cancelJob: Route<OfJob, WatchedWork>
} = {
  jobs: {
    method: 'GET',
    path: `${controlRoot}/jobs`,
    does: 'The long works that go on, in the order in which they began, with what is left of them. All of them go on after a restart.',
    answers: `\`{ jobs: [job] }\`, each ${jobAnswer}`,
    members: {},
    run: async ({ works }) => ({ jobs: await works.list() }),
  },
  cancelJob: {
    method: 'DELETE',
    path: `${controlRoot}/jobs/:job`,
    does: 'Cancels a long work where AWS has a way to, and a branch: a backfill by deleting the index, a branch by deleting the table.',
    answers: 'the job as it was, as above; 400 where it cannot be cancelled, 404 where there is none',
    members: { job: { kind: 'name', required: true, does: 'id of the job' } },
    run: async ({ works }, { job }) => {
      const found = (await works.list()).find(({ id }) => id === job)
      if (found === undefined) throw new ControlError(404, `There is no job ${JSON.stringify(job)}.`)
      if (!found.canBeCancelled) throw new ControlError(400, `Nothing cancels this ${found.kind}, on AWS neither.`)
      try {
        await works.cancel(job)
      } catch (error) {
        throw error instanceof ServiceError ? new ControlError(400, error.message) : error
      }
      return found
    },
  },
}
