/**
 * The table of everything the control endpoint can do. Routing, the checks of what is asked, the methods that programs call in
 * process (control.ts) and docs/control.md derive from it; what comes later is added here.
 */
import type { MovableClock } from '../../base/clock.ts'
import type { StorageOptions } from '../../engine/engine.ts'
import type { FaultsStatus } from '../../engine/transactions/transaction-faults.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { version } from '../version.ts'
import { accessRoutes } from './access-routes.ts'
import { adviceRoutes } from './advice-routes.ts'
import { checkRoutes } from './check-routes.ts'
import { controlRoot } from './control-address.ts'
import { costRoutes } from './cost-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { followingRoutes } from './following-routes.ts'
import { functionRoutes } from './function-routes.ts'
import { importRoutes } from './import-routes.ts'
import { jobRoutes } from './job-routes.ts'
import type { Member } from './members.ts'
import { nodeRoutes } from './node-routes.ts'
import { originRoutes } from './origin-routes.ts'
import { partitionRoutes } from './partition-routes.ts'
import { replicationRoutes } from './replication-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { type ResetResult, resetTables } from './reset-tables.ts'
import { type ControlContext, type ControlMethod, type InRegion, type OfTable, type Reloaded, type Route, region, table } from './route.ts'
import type { IndexAddress, IndexLag, RunTimeSettings, SettingsChange } from './run-time-settings.ts'
import { changeSettings, indexLagOf, runTimeSettings, setIndexLag } from './run-time-settings.ts'
import { advanceClock, type ClockAdvance, type ClockReading, type ClockSetting, clockReading, setClock } from './server-clock.ts'
import { streamRoutes } from './stream-routes.ts'
import { type ReplacedShards, rotateShards, type ShardAddress, splitShards } from './stream-shards.ts'
import type { TableStatistics } from './table-statistics.ts'
import { regionalEngine, regionalEngines, statisticsOf, tableNamed, tableStatistics } from './table-statistics.ts'
import { partitionLimitMembers, throughputMember, throughputRoutes } from './throughput-routes.ts'
import { timeTravelRoutes } from './time-travel-routes.ts'
import { trafficRoutes } from './traffic-routes.ts'

export interface ServerInfo {
  readonly name: 'Stator'
  readonly version: string
  readonly account: string
  readonly region: string
  readonly regions: MeteredEngine['regions']
  readonly storage: StorageOptions['kind']
  readonly settings: RunTimeSettings
}

export interface RouteDescription {
  readonly method: ControlMethod
  readonly path: string
  readonly does: string
}

export interface TableList {
  readonly tables: readonly TableStatistics[]
}

export interface ReloadedFiles {
  readonly reloaded: readonly Reloaded[]
}

interface RouteList {
  readonly routes: readonly RouteDescription[]
}

export interface HowToReset extends InRegion {
  readonly recreate?: boolean
}

export interface NewIndexLag extends IndexAddress {
  readonly indexLagMs: number
}

export interface HowLongToHold {
  readonly forMs: number
}

export interface HowManyConflicts {
  readonly count: number
}

export interface ReleasedTransactions {
  readonly released: number
}

type Nothing = Readonly<Record<never, never>>

const index: Member = { kind: 'name', required: true, does: 'name of the global index' }
const tableStateDelayMs: Member = { kind: 'milliseconds', does: 'how long tables stay CREATING, UPDATING or DELETING' }
const indexLagMs: Member = { kind: 'milliseconds', does: 'how long writes take to show in global indexes' }
const itemCollectionSizeBytesMax: Member = {
  kind: 'collection size',
  does: 'how large the item collections of tables with local indexes may grow (10 GB on AWS)',
}
const shardRotationMs: Member = { kind: 'milliseconds', does: 'how long shards of streams stay open before they are rotated; 0: for ever' }
const shard: Member = { kind: 'name', does: 'id of an open shard; all of them when it is left out' }
const ttlSweepIntervalMs: Member = { kind: 'milliseconds', does: 'how long expired items may stay before they are swept' }
const now: Member = { kind: 'time', does: 'what time it is from now on, in ISO 8601 or in milliseconds since the Unix epoch' }
const frozen: Member = { kind: 'boolean', does: 'true: the clock stands still until it is moved; false: it goes on' }
const byMs: Member = { kind: 'time span', required: true, does: 'how far the clock is set forward' }
const recreate: Member = { kind: 'boolean', does: 'true: leave an empty table with the same definition in the place of each' }
const lagPath = `${controlRoot}/tables/:table/indexes/:index/lag`

/** In the order in which they are documented. */
export const controlRoutes: typeof accessRoutes &
  typeof costRoutes &
  typeof adviceRoutes &
  typeof faultRoutes &
  typeof functionRoutes &
  typeof checkRoutes &
  typeof importRoutes &
  typeof jobRoutes &
  typeof requestRoutes &
  typeof streamRoutes &
  typeof timeTravelRoutes &
  typeof originRoutes &
  typeof followingRoutes &
  typeof replicationRoutes &
  typeof throughputRoutes &
  typeof partitionRoutes &
  typeof trafficRoutes &
  typeof nodeRoutes & {
    readonly routes: Route<Nothing, RouteList>
    readonly info: Route<Nothing, ServerInfo>
    readonly clock: Route<Nothing, ClockReading>
    readonly setClock: Route<ClockSetting, ClockReading>
    readonly advanceClock: Route<ClockAdvance, ClockReading>
    readonly resetClock: Route<Nothing, ClockReading>
    readonly tables: Route<InRegion, TableList>
    readonly table: Route<OfTable, TableStatistics>
    readonly reset: Route<HowToReset, ResetResult>
    readonly settings: Route<Nothing, RunTimeSettings>
    readonly changeSettings: Route<SettingsChange, RunTimeSettings>
    readonly indexLag: Route<IndexAddress, IndexLag>
    readonly setIndexLag: Route<NewIndexLag, IndexLag>
    readonly clearIndexLag: Route<IndexAddress, IndexLag>
    readonly splitShards: Route<ShardAddress, ReplacedShards>
    readonly rotateShards: Route<ShardAddress, ReplacedShards>
    readonly transactions: Route<Nothing, FaultsStatus>
    readonly holdNextTransaction: Route<HowLongToHold, FaultsStatus>
    readonly releaseTransactions: Route<Nothing, ReleasedTransactions>
    readonly conflictNextTransactions: Route<HowManyConflicts, FaultsStatus>
    readonly runJobs: Route<Nothing, ClockReading>
    readonly reload: Route<Nothing, ReloadedFiles>
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
    answers:
      '`{ name, version, account, region, regions, storage, settings }`; storage is `memory`, `disk` or `postgres`, settings as below',
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
    answers: '`{ nowMs, now, frozen }`: milliseconds since the Unix epoch, the same in ISO 8601, and whether the clock stands still',
    members: {},
    run: ({ engine }) => clockReading(engine),
  },
  setClock: {
    method: 'PUT',
    path: `${controlRoot}/clock`,
    does: 'Sets the clock, stops it or lets it go on, then does the background work that is due.',
    answers:
      'the clock, as above, when none is any more; or, with what goes on as `underWay`, when functions that it had invoked have not answered after 30 seconds',
    members: { now, frozen },
    isForTests: true,
    run: (context, input) => clockMoved(context, (moved) => setClock(moved, input)),
  },
  advanceClock: {
    method: 'POST',
    path: `${controlRoot}/clock/advance`,
    does: 'Lets so much time pass at once, then does the background work that is due: `{ "byMs": 86400000 }` is a day later.',
    answers: 'the clock, as above, when none is any more',
    members: { byMs },
    isForTests: true,
    run: (context, input) => clockMoved(context, (moved) => advanceClock(moved, input)),
  },
  resetClock: {
    method: 'DELETE',
    path: `${controlRoot}/clock`,
    does: "Lets the clock go with the machine's again, whatever was set, then does the background work that is due.",
    answers: 'the clock, as above, when none is any more',
    members: {},
    isForTests: true,
    run: (context) => clockMoved(context, (moved) => moved.reset()),
  },
  tables: {
    method: 'GET',
    path: `${controlRoot}/tables`,
    does: 'All tables with their sizes, in the order of regions and names.',
    answers: '`{ tables: [table] }`, each as below',
    members: { region },
    run: async ({ engine }, input, pace) => ({ tables: await tableStatistics(engine, input.region, pace) }),
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
    does: 'Drops all tables, so many at a time that others have their turn, whatever their state and protection, and removes all faults. The next request sees the result; the data is swept in the background.',
    answers: '`{ dropped, recreated }`: how many tables are gone, and how many are empty now',
    members: { recreate, region },
    isForTests: true,
    run: ({ engine, faults }, input) => {
      faults.clear()
      return resetTables(regionalEngines(engine, input.region), { recreate: input.recreate ?? false })
    },
  },
  settings: {
    method: 'GET',
    path: `${controlRoot}/settings`,
    does: 'What can be set while the server runs.',
    answers:
      '`{ throughput, partitionReadUnitsPerSecondMax, partitionWriteUnitsPerSecondMax, partitionSizeBytesMax, tableStateDelayMs, indexLagMs, itemCollectionSizeBytesMax, ttlSweepIntervalMs, shardRotationMs, indexLags: [{ region, table, index, indexLagMs }] }`; in `indexLags` are the indexes with a lag of their own',
    members: {},
    run: ({ engine }) => runTimeSettings(engine),
  },
  changeSettings: {
    method: 'PUT',
    path: `${controlRoot}/settings`,
    does: 'Changes the settings that are given, until the process ends; on a shared store for all its servers, until they are changed again. What is under way keeps its time.',
    answers: 'the settings, as above',
    members: {
      throughput: throughputMember,
      ...partitionLimitMembers,
      tableStateDelayMs,
      indexLagMs,
      itemCollectionSizeBytesMax,
      ttlSweepIntervalMs,
      shardRotationMs,
    },
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
    does: 'Gives one global index a lag of its own, until the process ends; on a shared store for all its servers.',
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
  splitShards: {
    method: 'POST',
    path: `${controlRoot}/tables/:table/stream/split`,
    does: "Divides open shards of the table's stream: each closes and has two children, as when a partition splits.",
    answers: '`{ shards: [{ closed, opened: [shard id] }] }`',
    members: { table, shard, region },
    run: ({ engine }, input) => splitShards(engine, input),
  },
  rotateShards: {
    method: 'POST',
    path: `${controlRoot}/tables/:table/stream/rotate`,
    does: "Rotates open shards of the table's stream: each closes and has one child, as happens by itself every four hours.",
    answers: '`{ shards: [{ closed, opened: [shard id] }] }`',
    members: { table, shard, region },
    run: ({ engine }, input) => rotateShards(engine, input),
  },
  transactions: {
    method: 'GET',
    path: `${controlRoot}/transactions`,
    does: 'Which transactions are held open, and what the next ones will meet.',
    answers:
      '`{ holdNextMs, conflictsLeft, held: [{ untilMs, itemCount }] }`; `holdNextMs` is there while a transaction is waited for to be held',
    members: {},
    run: ({ engine }) => engine.transactionFaults.status,
  },
  holdNextTransaction: {
    method: 'POST',
    path: `${controlRoot}/transactions/hold-next`,
    does: 'Holds the next transaction that writes open for a time of the clock: its request waits, nothing of it is visible, other writes of its items meet TransactionConflictException (a batch: UnprocessedItems), transactions with its items are cancelled with TransactionConflict, its token meets TransactionInProgressException.',
    answers: 'what GET tells',
    members: { forMs: { kind: 'milliseconds', required: true, does: 'how long it is held unless it is released' } },
    isForTests: true,
    run: ({ engine }, { forMs }) => {
      engine.transactionFaults.holdNext(forMs)
      return engine.transactionFaults.status
    },
  },
  releaseTransactions: {
    method: 'POST',
    path: `${controlRoot}/transactions/release`,
    does: 'Lets all transactions that are held go on, and answers when they are over. A next one is not held any more.',
    answers: '`{ released }`: how many there were',
    members: {},
    isForTests: true,
    run: async ({ engine }) => ({ released: await engine.transactionFaults.release() }),
  },
  conflictNextTransactions: {
    method: 'POST',
    path: `${controlRoot}/transactions/conflict-next`,
    does: 'Cancels the next transactions, reading or writing, with the reason TransactionConflict for their first item.',
    answers: 'what GET tells',
    members: { count: { kind: 'count', required: true, does: 'how many; 0 for none any more' } },
    isForTests: true,
    run: ({ engine }, { count }) => {
      engine.transactionFaults.conflictNext(count)
      return engine.transactionFaults.status
    },
  },
  reload: {
    method: 'POST',
    path: `${controlRoot}/reload`,
    does: 'Reads the files again that the server goes by: keys, certificates.',
    answers: '`{ "reloaded": [{ "files", "error"? }] }`; what cannot be used changes nothing',
    members: {},
    run: async ({ reload }) => ({ reloaded: await reload() }),
  },
  runJobs: {
    method: 'POST',
    path: `${controlRoot}/jobs/run`,
    does: 'Does the background work that is due, and answers when none is any more.',
    answers: 'the clock, as above',
    members: {},
    run: (context) => clockMoved(context),
  },
  ...throughputRoutes,
  ...accessRoutes,
  ...costRoutes,
  ...partitionRoutes,
  ...trafficRoutes,
  ...nodeRoutes,
  ...checkRoutes,
  ...importRoutes,
  ...jobRoutes,
  ...requestRoutes,
  ...streamRoutes,
  ...faultRoutes,
  ...functionRoutes,
  ...adviceRoutes,
  ...timeTravelRoutes,
  ...originRoutes,
  ...followingRoutes,
  ...replicationRoutes,
}

/** A route of whatever input: `runRoute` checks it before the route sees it. */
export interface AnyRoute extends Omit<Route<Nothing, object>, 'members'> {
  readonly members: { readonly [name: string]: Member }
}

export function allRoutes(): readonly AnyRoute[] {
  return Object.values(controlRoutes) as unknown as readonly AnyRoute[]
}

/** What a route is called in policies, behind `stator:`: `ReadTables`, `WriteSetClock`. */
export function actionOfRoute(route: AnyRoute): string {
  const [name = ''] = Object.entries(controlRoutes).find(([, each]) => each.path === route.path && each.method === route.method) ?? []
  const kind = route.method === 'GET' || route.isRead === true ? 'Read' : 'Write'
  return `${kind}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}

async function clockMoved({ engine, runJobs, underWay }: ControlContext, move?: (clock: MovableClock) => void): Promise<ClockReading> {
  await runJobs(move)
  return clockReading(engine, underWay())
}
