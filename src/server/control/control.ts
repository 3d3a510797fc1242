/** The control endpoint without HTTP: the same functions, checks and words as methods, for programs that run Stator in process. */
import type { FaultsStatus } from '../../engine/transactions/transaction-faults.ts'
import { checkMembers } from './members.ts'
import type { ResetResult } from './reset-tables.ts'
import type {
  ControlContext,
  HowLongToHold,
  HowManyConflicts,
  HowToReset,
  InRegion,
  NewIndexLag,
  OfTable,
  ReleasedTransactions,
  Route,
  ServerInfo,
  TableList,
} from './routes.ts'
import { controlRoutes } from './routes.ts'
import type { IndexAddress, IndexLag, RunTimeSettings, SettingsChange } from './run-time-settings.ts'
import type { ClockAdvance, ClockReading, ClockSetting } from './server-clock.ts'
import type { ReplacedShards, ShardAddress } from './stream-shards.ts'
import type { TableStatistics } from './table-statistics.ts'

/** Every method rejects with an error of one clear sentence when it is asked for something that is not there or makes no sense. */
export interface Control {
  /** Which server this is and how it is set. */
  info(): Promise<ServerInfo>
  /** What time it is for the server. */
  clock(): Promise<ClockReading>
  /** Sets, stops or lets go on the clock. Resolves when everything that is due then is done. */
  setClock(input: ClockSetting): Promise<ClockReading>
  /** Lets time pass at once. Resolves when everything that is due then is done. */
  advanceClock(input: ClockAdvance): Promise<ClockReading>
  /** Lets the clock go with the machine's, or the one that was given, again. Resolves when everything that is due then is done. */
  resetClock(): Promise<ClockReading>
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
  /** Divides an open shard of a table's stream, or all of them: each has two children. */
  splitShards(input: ShardAddress): Promise<ReplacedShards>
  /** Rotates an open shard of a table's stream, or all of them: each has one child. */
  rotateShards(input: ShardAddress): Promise<ReplacedShards>
  /** Which transactions are held open, and what the next ones will meet. */
  transactions(): Promise<FaultsStatus>
  /** Holds the next transaction that writes open for a time of the clock. */
  holdNextTransaction(input: HowLongToHold): Promise<FaultsStatus>
  /** Lets all transactions that are held go on. Resolves when they are over. */
  releaseTransactions(): Promise<ReleasedTransactions>
  /** Cancels the next transactions for a conflict. */
  conflictNextTransactions(input: HowManyConflicts): Promise<FaultsStatus>
  /** Does the background work that is due. Resolves when none is any more. */
  runJobs(): Promise<ClockReading>
}

export function createControl(context: ControlContext): Control {
  const { setClock, advanceClock, resetClock } = controlRoutes
  const { transactions, holdNextTransaction, releaseTransactions, conflictNextTransactions } = controlRoutes
  const { info, clock, tables, table, reset, settings, changeSettings, indexLag, setIndexLag, clearIndexLag, runJobs } = controlRoutes
  const { splitShards, rotateShards } = controlRoutes
  return {
    info: () => runRoute(context, info, {}),
    clock: () => runRoute(context, clock, {}),
    setClock: (input) => runRoute(context, setClock, input),
    advanceClock: (input) => runRoute(context, advanceClock, input),
    resetClock: () => runRoute(context, resetClock, {}),
    tables: (input = {}) => runRoute(context, tables, input),
    table: (input) => runRoute(context, table, input),
    reset: (input = {}) => runRoute(context, reset, input),
    settings: () => runRoute(context, settings, {}),
    changeSettings: (input) => runRoute(context, changeSettings, input),
    indexLag: (input) => runRoute(context, indexLag, input),
    setIndexLag: (input) => runRoute(context, setIndexLag, input),
    clearIndexLag: (input) => runRoute(context, clearIndexLag, input),
    splitShards: (input) => runRoute(context, splitShards, input),
    rotateShards: (input) => runRoute(context, rotateShards, input),
    transactions: () => runRoute(context, transactions, {}),
    holdNextTransaction: (input) => runRoute(context, holdNextTransaction, input),
    releaseTransactions: () => runRoute(context, releaseTransactions, {}),
    conflictNextTransactions: (input) => runRoute(context, conflictNextTransactions, input),
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
