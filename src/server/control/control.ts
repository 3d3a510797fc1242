/** The control endpoint without HTTP: the same functions, checks and words as methods, for programs that run Stator in process. */
import { checkMembers } from './members.ts'
import type { ResetResult } from './reset-tables.ts'
import type { ClockReading, ControlContext, HowToReset, InRegion, NewIndexLag, OfTable, Route, ServerInfo, TableList } from './routes.ts'
import { controlRoutes } from './routes.ts'
import type { IndexAddress, IndexLag, RunTimeSettings, SettingsChange } from './run-time-settings.ts'
import type { TableStatistics } from './table-statistics.ts'

/** Every method rejects with an error of one clear sentence when it is asked for something that is not there or makes no sense. */
export interface Control {
  /** Which server this is and how it is set. */
  info(): Promise<ServerInfo>
  /** What time it is for the server. */
  clock(): Promise<ClockReading>
  /** All tables with their sizes, or those of a region. */
  tables(input?: InRegion): Promise<TableList>
  /** One table with its sizes, exact at this moment. */
  table(input: OfTable): Promise<TableStatistics>
  /** Drops all tables at once, or makes all of them empty. Resolves when the next request sees the result. */
  reset(input?: HowToReset): Promise<ResetResult>
  /** What can be set while the server runs. */
  settings(): Promise<RunTimeSettings>
  /** Changes the settings that are given. */
  changeSettings(input: SettingsChange): Promise<RunTimeSettings>
  /** The lag of one global index. */
  indexLag(input: IndexAddress): Promise<IndexLag>
  /** Gives one global index a lag of its own. */
  setIndexLag(input: NewIndexLag): Promise<IndexLag>
  /** Lets one global index have the lag of all again. */
  clearIndexLag(input: IndexAddress): Promise<IndexLag>
  /** Does the background work that is due. Resolves when none is any more. */
  runJobs(): Promise<ClockReading>
}

export function createControl(context: ControlContext): Control {
  const { info, clock, tables, table, reset, settings, changeSettings, indexLag, setIndexLag, clearIndexLag, runJobs } = controlRoutes
  return {
    info: () => runRoute(context, info, {}),
    clock: () => runRoute(context, clock, {}),
    tables: (input = {}) => runRoute(context, tables, input),
    table: (input) => runRoute(context, table, input),
    reset: (input = {}) => runRoute(context, reset, input),
    settings: () => runRoute(context, settings, {}),
    changeSettings: (input) => runRoute(context, changeSettings, input),
    indexLag: (input) => runRoute(context, indexLag, input),
    setIndexLag: (input) => runRoute(context, setIndexLag, input),
    clearIndexLag: (input) => runRoute(context, clearIndexLag, input),
    runJobs: () => runRoute(context, runJobs, {}),
  }
}

/** Checks the input and does what the route does. Rejects with ControlError. */
export async function runRoute<Input, Output>(
  context: ControlContext,
  { members, run }: Pick<Route<Input, Output>, 'members' | 'run'>,
  input: unknown,
): Promise<Output> {
  return run(context, checkMembers<Input>(members, input))
}
