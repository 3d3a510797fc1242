/** Routes about what tables were: a table of any second beside the one that goes on. */
import { ServiceError } from '../../api/errors.ts'
import { branchTable } from '../../operations/backups/branch-table.ts'
import { diffTable, type ItemDifference, type TableDifferences } from '../../operations/backups/diff-table.ts'
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

export type { ItemDifference, TableDifferences }

export interface DiffInput extends OfTable {
  readonly from: string | number
  readonly to?: string | number
  readonly after?: string
}

export const timeTravelRoutes: {
  readonly branch: Route<BranchInput, NewBranch>
  readonly diff: Route<DiffInput, TableDifferences>
} = {
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
  diff: {
    method: 'GET',
    path: `${controlRoot}/tables/:table/diff`,
    does: 'What became of the items of a table between the ends of two seconds, a piece at a time, in the order of a Scan. It needs point-in-time recovery.',
    answers:
      '`{ differences: [{ change, key, item, attributes: { name: { before, after } } }], next }`; change is `added` or `removed`, with the item, or `changed`, with the attributes that differ, all as on the wire; `next` when there may be more',
    members: {
      table,
      from: { kind: 'time', required: true, does: 'a time in the period of recovery' },
      to: { kind: 'time', does: 'another one, before or after it; now when it is left out' },
      after: { kind: 'name', does: '`next` of the answer before' },
      region,
    },
    tellsItems: true,
    run: diff,
  },
}

async function diff(
  { engine }: ControlContext,
  { table: tableName, from, to, after, region: asked }: DiffInput,
): Promise<TableDifferences> {
  const regional = regionalEngine(engine, asked)
  const nowMs = regional.clock.now()
  return refusedHere(() => diffTable(regional, { tableName, fromMs: timeMsOf(from) ?? nowMs, toMs: timeMsOf(to) ?? nowMs, after }))
}

async function refusedHere<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw new ControlError(error.name === 'TableNotFoundException' ? 404 : 400, error.message)
  }
}

async function branch({ engine }: ControlContext, { table: sourceName, as: name, at, region: asked }: BranchInput): Promise<NewBranch> {
  const regional = regionalEngine(engine, asked)
  const atMs = timeMsOf(at) ?? regional.clock.now()
  const made = await refusedHere(() => branchTable(regional, { sourceName, name, atMs }))
  return {
    branch: await statisticsOf(regional, made),
    at: new Date(made.restore?.dateTimeMs ?? atMs).toISOString(),
    job: `branch-${made.uuid}`,
  }
}
