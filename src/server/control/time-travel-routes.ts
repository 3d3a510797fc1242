/** Routes about what tables were: a table of any second beside the one that goes on. */
import { ServiceError } from '../../api/errors.ts'
import { branchTable } from '../../operations/backups/branch-table.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type ControlContext, type OfTable, type Route, region, table } from './route.ts'
import { timeMsOf } from './server-clock.ts'
import { regionalEngine, statisticsOf, type TableStatistics } from './table-statistics.ts'

export interface BranchInput extends OfTable {
  readonly as: string
  readonly at?: string | number
}

export interface NewBranch {
  readonly branch: TableStatistics
  /** The second that it is of. */
  readonly at: string
  /** Of the job that fills it. */
  readonly job: string
}

export const timeTravelRoutes: { readonly branch: Route<BranchInput, NewBranch> } = {
  branch: {
    method: 'POST',
    path: `${controlRoot}/tables/:table/branches`,
    does: 'Makes a table that is what this one was at the end of a second, ready at once. It needs point-in-time recovery, and is filled in the background.',
    answers: '`{ branch, at, job }`: the new table as above, the time in ISO 8601, the id of the job that fills it',
    members: {
      table,
      as: { kind: 'name', required: true, does: 'name of the new table' },
      at: { kind: 'time', does: 'a time in the period of recovery; now when it is left out' },
      region,
    },
    run: branch,
  },
}

async function branch({ engine }: ControlContext, { table: sourceName, as: name, at, region: asked }: BranchInput): Promise<NewBranch> {
  const regional = regionalEngine(engine, asked)
  const atMs = timeMsOf(at) ?? regional.clock.now()
  try {
    const made = await branchTable(regional, { sourceName, name, atMs })
    const { uuid, restore } = made
    return {
      branch: await statisticsOf(regional, made),
      at: new Date(restore?.dateTimeMs ?? atMs).toISOString(),
      job: `branch-${uuid}`,
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw new ControlError(error.name === 'TableNotFoundException' ? 404 : 400, error.message)
  }
}
