/** The control endpoint without HTTP: the same functions, checks and words as methods, for programs that run Stator in process. */
import type { MutedFinding } from '../../advice/muted.ts'
import { Pace } from '../../base/pace.ts'
import type { FaultsStatus } from '../../engine/transactions/transaction-faults.ts'
import type { TableDifferences } from '../../operations/backups/diff-table.ts'
import type { CostEstimate } from '../../services/cost/estimate-cost.ts'
import type { HowToCheck } from '../checks.ts'
import type { FaultList, FaultReport, NewFault } from '../faults/fault.ts'
import type { WatchedWork } from '../works.ts'
import type { AccessExplanation, AccessQuestion, LeastPolicy, OfPrincipal, RecordAccess, SeenAccessReport } from './access-routes.ts'
import type { AdviceInput, AdviceReport, MutedList, NewMuted, OfFinding } from './advice-routes.ts'
import type { CheckAnswer, Snapshot } from './check-routes.ts'
import { ControlError } from './control-error.ts'
import type { CostInput, CostWithPricesInput } from './cost-routes.ts'
import type { ClearedFaults, OfFault } from './fault-routes.ts'
import type { FunctionLogs, OfFunction } from './function-routes.ts'
import type { ImportFaults, OfImport } from './import-routes.ts'
import type { JobList, OfJob } from './job-routes.ts'
import { checkMembers } from './members.ts'
import type { NewLevel, NodeList } from './node-routes.ts'
import type { NamedOrigin, NewOrigin, OriginList } from './origin-routes.ts'
import type { PartitionAddress, SplitPartitions, TablePartitions } from './partitions.ts'
import type { NewRegionLink, RegionLink, RegionLinkState } from './replication-routes.ts'
import type { RequestList, RequestsInput } from './request-routes.ts'
import type { ResetResult } from './reset-tables.ts'
import type { ControlContext, InRegion, OfTable, Route } from './route.ts'
import type {
  HowLongToHold,
  HowManyConflicts,
  HowToReset,
  NewIndexLag,
  ReleasedTransactions,
  ReloadedFiles,
  ServerInfo,
  TableList,
} from './routes.ts'
import { controlRoutes } from './routes.ts'
import type { IndexAddress, IndexLag, RunTimeSettings, SettingsChange } from './run-time-settings.ts'
import type { ClockAdvance, ClockReading, ClockSetting } from './server-clock.ts'
import type { DescribedSink, OfSink, SinkList } from './sink-routes.ts'
import type { StreamList, StreamsInput } from './stream-routes.ts'
import type { ReplacedShards, ShardAddress } from './stream-shards.ts'
import type { TableStatistics } from './table-statistics.ts'
import type { NewTableThroughput, TableThroughput, ThrottleList, WhichThrottles } from './throughput-routes.ts'
import type { BranchInput, DiffInput, NewBranch } from './time-travel-routes.ts'
import type { ForgottenTraffic, HeatInput, HotKeys, OfSpace, PatternList, PatternsInput, SpaceHeat } from './traffic-routes.ts'
import type { AppliedView, DescribedView, NewView, OfView, ViewList } from './view-routes.ts'

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
  /** Drops all tables at once, or makes all of them empty, and removes all faults. Resolves when the next request sees the result. */
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
  /** Reads the files again that the server goes by; a server in process goes by none. */
  reload(): Promise<ReloadedFiles>
  /** The partitions of a table and its global indexes, and what they did in the last whole minute. */
  partitions(input: OfTable): Promise<TablePartitions>
  /** Splits partitions now. Resolves when the parts are durable and the stream has followed. */
  splitPartitions(input: PartitionAddress): Promise<SplitPartitions>
  /** What was read, written and refused in each part of the hash space in each of the last minutes. */
  heat(input: HeatInput): Promise<SpaceHeat>
  /** The partition keys that stand for much of the traffic of the last minutes. */
  hotKeys(input: OfSpace): Promise<HotKeys>
  /** How clients ask, and what it came to. */
  patterns(input?: PatternsInput): Promise<PatternList>
  /** Forgets heat, hot keys and access patterns. */
  forgetTraffic(): Promise<ForgottenTraffic>
  /** What was throttled since the process started, or would have been, by reason. */
  throttles(input?: WhichThrottles): Promise<ThrottleList>
  /** What becomes of requests that are too much for one table. */
  tableThroughput(input: OfTable): Promise<TableThroughput>
  /** Gives one table a mode of its own. */
  setTableThroughput(input: NewTableThroughput): Promise<TableThroughput>
  /** Lets one table have the mode of all again. */
  clearTableThroughput(input: OfTable): Promise<TableThroughput>
  /** The nodes that have the same store open, and which of them does which background job. */
  nodes(): Promise<NodeList>
  /** Raises the feature level of what the nodes write. */
  raiseLevel(input: NewLevel): Promise<NodeList>
  /** What the last check of all that is stored found, or the one that is going on, and what scrubbing did. */
  check(): Promise<CheckAnswer>
  /** Copies the database of a data folder into a new file in its folder `snapshots`, while everything goes on. */
  snapshot(): Promise<Snapshot>
  /** Begins to look at all that is stored. */
  startCheck(input?: HowToCheck): Promise<CheckAnswer>
  /** Ends the check that is going on. */
  cancelCheck(): Promise<CheckAnswer>
  /** Makes a table that is what another was at the end of a second, ready at once (docs/time-travel.md). */
  branch(input: BranchInput): Promise<NewBranch>
  /** What became of the items of a table between two seconds. */
  diff(input: DiffInput): Promise<TableDifferences>
  /** The tables that infrastructure code has made. */
  origins(input?: InRegion): Promise<OriginList>
  /** Notes by which infrastructure code a table was made. */
  setOrigin(input: NewOrigin): Promise<NamedOrigin>
  /** The views: tables that follow from other tables (docs/views.md). */
  views(input?: InRegion): Promise<ViewList>
  /** Makes a view, or makes it anew when its definition is another. */
  applyView(input: NewView): Promise<AppliedView>
  /** Drops a view and its table. */
  dropView(input: OfView): Promise<DescribedView>
  /** Drops a view and leaves its table. */
  releaseView(input: OfView): Promise<DescribedView>
  /** The sinks: where changes of tables go (docs/sinks.md). */
  sinks(input?: InRegion): Promise<SinkList>
  /** Forgets a sink and what waits for it. */
  forgetSink(input: OfSink): Promise<DescribedSink>
  /** The requests that were answered last (docs/requests.md). */
  requests(input?: RequestsInput): Promise<RequestList>
  /** The streams that there are, and who reads them. */
  streams(input?: StreamsInput): Promise<StreamList>
  /** The faults that requests meet, with how often each has struck (docs/faults.md). */
  faults(): Promise<FaultList>
  /** Adds a fault behind the others. */
  addFault(input: NewFault): Promise<FaultReport>
  /** Removes a fault. Requests that it holds up go on. */
  removeFault(input: OfFault): Promise<FaultReport>
  /** Removes all faults. */
  clearFaults(): Promise<ClearedFaults>
  /** What the advisor has found (docs/advice.md). */
  advice(input?: AdviceInput): Promise<AdviceReport>
  /** What it is not to tell any more. */
  mutedAdvice(): Promise<MutedList>
  /** Has a finding not told any more. */
  muteAdvice(input: NewMuted): Promise<MutedFinding>
  /** Has a finding told again. */
  unmuteAdvice(input: OfFinding): Promise<MutedFinding>
  /** What a function printed last (docs/triggers.md). */
  functionLogs(input: OfFunction): Promise<FunctionLogs>
  /** What an import could not put. */
  importErrors(input: OfImport): Promise<ImportFaults>
  /** The long works that go on: backups, restores, backfills of indexes (docs/jobs.md). */
  jobs(): Promise<JobList>
  /** Cancels a long work, where AWS has a way to. Resolves with what it was. */
  cancelJob(input: OfJob): Promise<WatchedWork>
  /** What the tables would cost on AWS in a month (docs/cost.md). */
  cost(input?: CostInput): Promise<CostEstimate>
  /** The same with other prices. */
  costWithPrices(input: CostWithPricesInput): Promise<CostEstimate>
  /** How the changes of global tables go from one region to another (docs/global-tables.md). */
  replication(input: RegionLink): Promise<RegionLinkState>
  /** Makes them late, cuts them off, or gives the region another clock. */
  setReplication(input: NewRegionLink): Promise<RegionLinkState>
  /** Lets them go at once again, by the same clock as everything else. */
  healReplication(input: RegionLink): Promise<RegionLinkState>
  /** Why somebody may or may not do something. */
  authorize(input: AccessQuestion): Promise<AccessExplanation>
  /** Whose needs are remembered. */
  seenAccess(): Promise<SeenAccessReport>
  /** Records from now on what those who ask need, or no longer. */
  recordAccess(input: RecordAccess): Promise<SeenAccessReport>
  /** The least policy that allows what somebody was seen to need. */
  leastPolicy(input?: OfPrincipal): Promise<LeastPolicy>
}

export function createControl(context: ControlContext): Control {
  const { transactions, holdNextTransaction, releaseTransactions, conflictNextTransactions } = controlRoutes
  const { info, clock, tables, table, reset, settings, changeSettings, indexLag, setIndexLag, clearIndexLag, runJobs } = controlRoutes
  const { splitShards, rotateShards, cost, costWithPrices } = controlRoutes
  return {
    info: () => runRoute(context, info, {}),
    clock: () => runRoute(context, clock, {}),
    nodes: () => runRoute(context, controlRoutes.nodes, {}),
    raiseLevel: (input) => runRoute(context, controlRoutes.raiseLevel, input),
    setClock: (input) => runRoute(context, controlRoutes.setClock, input),
    advanceClock: (input) => runRoute(context, controlRoutes.advanceClock, input),
    resetClock: () => runRoute(context, controlRoutes.resetClock, {}),
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
    reload: () => runRoute(context, controlRoutes.reload, {}),
    partitions: (input) => runRoute(context, controlRoutes.partitions, input),
    splitPartitions: (input) => runRoute(context, controlRoutes.splitPartitions, input),
    heat: (input) => runRoute(context, controlRoutes.heat, input),
    hotKeys: (input) => runRoute(context, controlRoutes.hotKeys, input),
    patterns: (input = {}) => runRoute(context, controlRoutes.patterns, input),
    forgetTraffic: () => runRoute(context, controlRoutes.forgetTraffic, {}),
    throttles: (input = {}) => runRoute(context, controlRoutes.throttles, input),
    tableThroughput: (input) => runRoute(context, controlRoutes.tableThroughput, input),
    setTableThroughput: (input) => runRoute(context, controlRoutes.setTableThroughput, input),
    clearTableThroughput: (input) => runRoute(context, controlRoutes.clearTableThroughput, input),
    check: () => runRoute(context, controlRoutes.check, {}),
    snapshot: () => runRoute(context, controlRoutes.snapshot, {}),
    startCheck: (input = {}) => runRoute(context, controlRoutes.startCheck, input),
    cancelCheck: () => runRoute(context, controlRoutes.cancelCheck, {}),
    requests: (input = {}) => runRoute(context, controlRoutes.requests, input),
    streams: (input = {}) => runRoute(context, controlRoutes.streams, input),
    ...replicationControl(context),
    faults: () => runRoute(context, controlRoutes.faults, {}),
    addFault: (input) => runRoute(context, controlRoutes.addFault, input),
    removeFault: (input) => runRoute(context, controlRoutes.removeFault, input),
    clearFaults: () => runRoute(context, controlRoutes.clearFaults, {}),
    advice: (input = {}) => runRoute(context, controlRoutes.advice, input),
    mutedAdvice: () => runRoute(context, controlRoutes.muted, {}),
    muteAdvice: (input) => runRoute(context, controlRoutes.mute, input),
    unmuteAdvice: (input) => runRoute(context, controlRoutes.unmute, input),
    functionLogs: (input) => runRoute(context, controlRoutes.functionLogs, input),
    importErrors: (input) => runRoute(context, controlRoutes.importErrors, input),
    branch: (input) => runRoute(context, controlRoutes.branch, input),
    diff: (input) => runRoute(context, controlRoutes.diff, input),
    origins: (input = {}) => runRoute(context, controlRoutes.origins, input),
    setOrigin: (input) => runRoute(context, controlRoutes.setOrigin, input),
    ...followingMethods(context),
    jobs: () => runRoute(context, controlRoutes.jobs, {}),
    cancelJob: (input) => runRoute(context, controlRoutes.cancelJob, input),
    cost: (input = {}) => runRoute(context, cost, input),
    costWithPrices: (input) => runRoute(context, costWithPrices, input),
    authorize: (input) => runRoute(context, controlRoutes.authorize, input),
    seenAccess: () => runRoute(context, controlRoutes.seenAccess, {}),
    recordAccess: (input) => runRoute(context, controlRoutes.recordAccess, input),
    leastPolicy: (input = {}) => runRoute(context, controlRoutes.leastPolicy, input),
  }
}

function followingMethods(
  context: ControlContext,
): Pick<Control, 'views' | 'applyView' | 'dropView' | 'releaseView' | 'sinks' | 'forgetSink'> {
  return {
    views: (input = {}) => runRoute(context, controlRoutes.views, input),
    applyView: (input) => runRoute(context, controlRoutes.applyView, input),
    dropView: (input) => runRoute(context, controlRoutes.dropView, input),
    releaseView: (input) => runRoute(context, controlRoutes.releaseView, input),
    sinks: (input = {}) => runRoute(context, controlRoutes.sinks, input),
    forgetSink: (input) => runRoute(context, controlRoutes.forgetSink, input),
  }
}

function replicationControl(context: ControlContext): Pick<Control, 'replication' | 'setReplication' | 'healReplication'> {
  const { replication, setReplication, healReplication } = controlRoutes
  return {
    replication: (input) => runRoute(context, replication, input),
    setReplication: (input) => runRoute(context, setReplication, input),
    healReplication: (input) => runRoute(context, healReplication, input),
  }
}

/** Checks the input and does what the route does, by a catalog as it is now: others change tables, too. Rejects with ControlError. */
export async function runRoute<Input, Output>(
  context: ControlContext,
  { path, members, isForTests, run }: Pick<Route<Input, Output>, 'path' | 'members' | 'isForTests' | 'run'>,
  input: unknown,
  pace: Pace = new Pace(),
): Promise<Output> {
  const { leases, isTestCluster } = context.engine
  if (isForTests && leases !== undefined && !isTestCluster) {
    throw new ControlError(
      403,
      `${path} is not available on a store that several servers may share, unless its first start said --test-cluster.`,
    )
  }
  const checked = checkMembers<Input>(members, input)
  await context.engine.store.get([])
  return run(context, checked, pace)
}
