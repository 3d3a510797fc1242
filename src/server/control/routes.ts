/**
 * The table of everything the control endpoint can do. Routing, the checks of what is asked, the methods that programs call in
 * process (control.ts) and docs/control.md derive from it; what comes later is added here.
 */
import type { Engine, StorageOptions } from '../../engine/engine.ts'
import { version } from '../version.ts'
import { controlRoot } from './control-address.ts'
import type { Member, MembersOf } from './members.ts'
import { type ResetResult, resetTables } from './reset-tables.ts'
import type { IndexAddress, IndexLag, RunTimeSettings, SettingsChange } from './run-time-settings.ts'
import { changeSettings, indexLagOf, runTimeSettings, setIndexLag } from './run-time-settings.ts'
import type { TableStatistics } from './table-statistics.ts'
import { regionalEngine, regionalEngines, statisticsOf, tableNamed, tableStatistics } from './table-statistics.ts'

/** What routes work on. One for the life of a server. */
export interface ControlContext {
  readonly engine: Engine
  readonly storage: StorageOptions['kind']
  /** Resolves when nothing is due any more. */
  runJobs(): Promise<void>
}

export type ControlMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Route<Input, Output> {
  readonly method: ControlMethod
  /** Segments after `:` are members of the input. */
  readonly path: string
  /** A sentence for the documentation. */
  readonly does: string
  /** What the answer is, for the documentation. */
  readonly answers: string
  /** From the path; then from the body, or with GET and DELETE from the query. */
  readonly members: MembersOf<Input>
  run(context: ControlContext, input: Input): Output | Promise<Output>
}

export interface ServerInfo {
  readonly name: 'Stator'
  readonly version: string
  readonly account: string
  readonly region: string
  readonly regions: Engine['regions']
  readonly storage: StorageOptions['kind']
  readonly settings: RunTimeSettings
}

export interface ClockReading {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number
  /** The same in ISO 8601. */
  readonly now: string
}

export interface RouteDescription {
  readonly method: ControlMethod
  readonly path: string
  readonly does: string
}

export interface TableList {
  readonly tables: readonly TableStatistics[]
}

interface RouteList {
  readonly routes: readonly RouteDescription[]
}

export interface InRegion {
  readonly region?: string
}

export interface OfTable extends InRegion {
  readonly table: string
}

export interface HowToReset extends InRegion {
  readonly recreate?: boolean
}

export interface NewIndexLag extends IndexAddress {
  readonly indexLagMs: number
}

type Nothing = Readonly<Record<never, never>>

const region: Member = { kind: 'region', does: 'with `--regions isolated`, which region is meant' }
const table: Member = { kind: 'name', required: true, does: 'name of the table' }
const index: Member = { kind: 'name', required: true, does: 'name of the global index' }
const tableStateDelayMs: Member = { kind: 'milliseconds', does: 'how long tables stay CREATING, UPDATING or DELETING' }
const indexLagMs: Member = { kind: 'milliseconds', does: 'how long writes take to show in global indexes' }
const itemCollectionSizeBytesMax: Member = {
  kind: 'collection size',
  does: 'how large the item collections of tables with local indexes may grow (10 GB on AWS)',
}
const recreate: Member = { kind: 'boolean', does: 'true: leave an empty table with the same definition in the place of each' }
const lagPath = `${controlRoot}/tables/:table/indexes/:index/lag`

/** In the order in which they are documented. */
export const controlRoutes: {
  readonly routes: Route<Nothing, RouteList>
  readonly info: Route<Nothing, ServerInfo>
  readonly clock: Route<Nothing, ClockReading>
  readonly tables: Route<InRegion, TableList>
  readonly table: Route<OfTable, TableStatistics>
  readonly reset: Route<HowToReset, ResetResult>
  readonly settings: Route<Nothing, RunTimeSettings>
  readonly changeSettings: Route<SettingsChange, RunTimeSettings>
  readonly indexLag: Route<IndexAddress, IndexLag>
  readonly setIndexLag: Route<NewIndexLag, IndexLag>
  readonly clearIndexLag: Route<IndexAddress, IndexLag>
  readonly runJobs: Route<Nothing, ClockReading>
} = {
  routes: {
    method: 'GET',
    path: `${controlRoot}/`,
    does: 'Lists these routes.',
    answers: '`{ routes: [{ method, path, does }] }`',
    members: {},
    run: () => ({ routes: allRoutes().map(({ method, path, does }) => ({ method, path, does })) }),
  },
  info: {
    method: 'GET',
    path: `${controlRoot}/info`,
    does: 'Which server this is and how it is set.',
    answers: '`{ name, version, account, region, regions, storage, settings }`; storage is `memory` or `disk`, settings as below',
    members: {},
    run: ({ engine, storage }) => {
      const { account, region: ownRegion, regions } = engine
      return { name: 'Stator', version, account, region: ownRegion, regions, storage, settings: runTimeSettings(engine) }
    },
  },
  clock: {
    method: 'GET',
    path: `${controlRoot}/clock`,
    does: 'What time it is for the server.',
    answers: '`{ nowMs, now }`: milliseconds since the Unix epoch, and the same in ISO 8601',
    members: {},
    run: ({ engine }) => clockReading(engine),
  },
  tables: {
    method: 'GET',
    path: `${controlRoot}/tables`,
    does: 'All tables with their sizes, in the order of regions and names.',
    answers: '`{ tables: [table] }`, each as below',
    members: { region },
    run: async ({ engine }, input) => ({ tables: await tableStatistics(engine, input.region) }),
  },
  table: {
    method: 'GET',
    path: `${controlRoot}/tables/:table`,
    does: 'One table with its sizes, exact at this moment.',
    answers:
      '`{ region, name, arn, status, itemCount, sizeBytes, indexes: [{ name, kind, status, itemCount, sizeBytes }] }`; kind is `global`, `local` or `vector`',
    members: { table, region },
    run: ({ engine }, input) => {
      const regional = regionalEngine(engine, input.region)
      return statisticsOf(regional, tableNamed(regional, input.table))
    },
  },
  reset: {
    method: 'POST',
    path: `${controlRoot}/reset`,
    does: 'Drops all tables at once, whatever their state and protection. The next request sees the result; the data is swept in the background.',
    answers: '`{ dropped, recreated }`: how many tables are gone, and how many are empty now',
    members: { recreate, region },
    run: ({ engine }, input) => resetTables(regionalEngines(engine, input.region), { recreate: input.recreate ?? false }),
  },
  settings: {
    method: 'GET',
    path: `${controlRoot}/settings`,
    does: 'What can be set while the server runs.',
    answers:
      '`{ tableStateDelayMs, indexLagMs, itemCollectionSizeBytesMax, indexLags: [{ region, table, index, indexLagMs }] }`; in `indexLags` are the indexes with a lag of their own',
    members: {},
    run: ({ engine }) => runTimeSettings(engine),
  },
  changeSettings: {
    method: 'PUT',
    path: `${controlRoot}/settings`,
    does: 'Changes the settings that are given, until the process ends. What is under way keeps its time.',
    answers: 'the settings, as above',
    members: { tableStateDelayMs, indexLagMs, itemCollectionSizeBytesMax },
    run: ({ engine }, input) => changeSettings(engine, input),
  },
  indexLag: {
    method: 'GET',
    path: lagPath,
    does: 'The lag of one global index.',
    answers: '`{ indexLagMs, own }`; own says whether it is its own, not the one of all',
    members: { table, index, region },
    run: ({ engine }, input) => indexLagOf(engine, input),
  },
  setIndexLag: {
    method: 'PUT',
    path: lagPath,
    does: 'Gives one global index a lag of its own, until the process ends.',
    answers: 'the lag, as above',
    members: { table, index, indexLagMs: { ...indexLagMs, required: true }, region },
    run: ({ engine }, input) => setIndexLag(engine, input, input.indexLagMs),
  },
  clearIndexLag: {
    method: 'DELETE',
    path: lagPath,
    does: 'Lets one global index have the lag of all again.',
    answers: 'the lag, as above',
    members: { table, index, region },
    run: ({ engine }, input) => setIndexLag(engine, input, undefined),
  },
  runJobs: {
    method: 'POST',
    path: `${controlRoot}/jobs/run`,
    does: 'Does the background work that is due, and answers when none is any more.',
    answers: 'the clock, as above',
    members: {},
    run: async ({ engine, runJobs }) => {
      await runJobs()
      return clockReading(engine)
    },
  },
}

/** A route of whatever input: `runRoute` checks it before the route sees it. */
export interface AnyRoute extends Omit<Route<Nothing, unknown>, 'members'> {
  readonly members: { readonly [name: string]: Member }
}

export function allRoutes(): readonly AnyRoute[] {
  return Object.values(controlRoutes) as unknown as readonly AnyRoute[]
}

function clockReading({ clock }: Engine): ClockReading {
  const nowMs = clock.now()
  return { nowMs, now: new Date(nowMs).toISOString() }
}
