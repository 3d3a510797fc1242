/** The database without its languages: a store, the catalog of tables, the one clock. Everything below `operations` starts here. */
import { unreachable } from '../base/assert.ts'
import { type Clock, MovableClock, stopwatchMs, systemClock } from '../base/clock.ts'
import { type Random, systemRandom, uuid } from '../base/random.ts'
import type { DataStreams } from '../outbound/data-stream.ts'
import { type DataStreamOptions, openDataStreams } from '../outbound/data-streams.ts'
import type { Buckets } from '../storage/buckets/buckets.ts'
import { type BucketOptions, openBuckets } from '../storage/buckets/open-buckets.ts'
import { type MemoryStore, openMemoryStore } from '../storage/memory/open-memory-store.ts'
import { openSqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import { takeSnapshot } from '../storage/sqlite/snapshot.ts'
import { type Store, StoreOpenError, StoreUnavailable } from '../storage/store.ts'
import { Catalog, sharedRegion } from './catalog/catalog.ts'
import type { CatalogHolder } from './catalog/catalog-holder.ts'
import type { CatalogChange } from './catalog/catalog-records.ts'
import { type ClockHolder, changeStoredClock, storedClock } from './catalog/change-clock.ts'
import { storedLevel } from './catalog/change-level.ts'
import { applyStoredSettings } from './catalog/change-settings.ts'
import type { CarryOver } from './format/carry-over.ts'
import { engineCarryOvers } from './format/carry-over-from-1.ts'
import { openFormat } from './format/open-format.ts'
import { beginEpochs, endEpochs } from './history/begin-epochs.ts'
import { HistoryClock } from './history/history-clock.ts'
import { spaceNumber } from './keyspace/keys.ts'
import { LevelGate, newestFeatureLevel } from './nodes/feature-level.ts'
import { agreeOnFirstStart, type FirstStart, type FirstStartOptions, firstStartOf } from './nodes/first-start.ts'
import { Leases } from './nodes/leases.ts'
import { Membership } from './nodes/membership.ts'
import { StoreClock } from './nodes/store-clock.ts'
import { RecentChanges } from './recent/recent-changes.ts'
import { type GuardedStore, openGuardedStore } from './records/guarded-store.ts'
import { Schedule } from './schedule.ts'
import { allIndexes } from './schema/table.ts'
import { type EngineSettings, type EngineSettingsOptions, engineSettings, startSettings } from './settings.ts'
import { TransactionFaults } from './transactions/transaction-faults.ts'
import { VectorCaches } from './vectors/vector-caches.ts'
import { vectorLogsName } from './vectors/vector-log.ts'

/** Copies the database of a folder that this process has open into a new file inside of it: for those above, who know no files. */
export const snapshotFolder: typeof takeSnapshot = takeSnapshot

export type { MemoryStore }
/** For those above who copy one; they know no stores. */
export const newMemoryStore: typeof openMemoryStore = openMemoryStore

export type StorageOptions =
  /** With a store that was made before, or a new one. */
  | { readonly kind: 'memory'; readonly store?: MemoryStore }
  | { readonly kind: 'disk'; readonly folder: string }
  /** A database that other processes may have open, too. */
  | { readonly kind: 'postgres'; readonly url: string }
  /** Any implementation of the contract. Shared: other processes may have the same store open. */
  | { readonly kind: 'custom'; readonly open: () => Store | Promise<Store>; readonly isShared?: boolean }

/** Account, region, regions and whether it is for tests are on a shared store what they were at the first start there. */
export interface EngineOptions extends EngineSettingsOptions, FirstStartOptions {
  readonly storage: StorageOptions
  /** What the engine's own clock starts from and goes with. Default: that of a shared store, if it has one, or else the machine's. */
  readonly clock?: Clock
  /** What time it is at the start, in milliseconds since the epoch. Default: what the clock says. */
  readonly startMs?: number
  readonly random?: Random
  /** What goes on evenly, for how long a node on a shared store counts as alive. Default: the machine's. */
  readonly steadyClock?: Clock
  /** Of Stator, for other nodes to see. */
  readonly version?: string
  /** The newest feature level that this node reads. Default: that of this version. */
  readonly newestLevel?: number
  /** Nothing is changed by it, and nothing is written into tables that keep their past. */
  readonly isLookedAt?: boolean
  /** What else is to be carried over from an older format: what those above the engine keep in its store. */
  readonly carryOvers?: readonly CarryOver[]
  /** Where exports go and imports come from. Default: the folder `./buckets`. */
  readonly buckets?: BucketOptions
  /** Where records of changes may go. Default: nowhere. */
  readonly dataStreams?: DataStreamOptions
  /** Is told what needs attention of a store on a disk, and harms nobody yet. */
  readonly warn?: (text: string) => void
  /** Is told that a store on a disk could not be written and cannot be opened again. It is tried all the same. */
  readonly storeLost?: (why: Error) => void
}

/** The database as one region sees it; `engineOf` (regions.ts) is the same database as another region sees it. */
export interface Engine extends FirstStart {
  /** Everything asked of it rests on the catalog, and is asked again when that was behind. */
  readonly store: GuardedStore
  readonly catalog: Catalog
  /** The only source of time above the store. Control moves it. */
  readonly clock: MovableClock
  readonly random: Random
  /** The one part that changes while the engine is open. */
  readonly settings: EngineSettings
  readonly schedule: Schedule
  readonly historyClock: HistoryClock
  /** For reads that are to see what was. */
  readonly recentChanges: RecentChanges
  readonly transactionFaults: TransactionFaults
  readonly vectorCaches: VectorCaches
  readonly buckets: Buckets
  readonly dataStreams: DataStreams
  /** Undefined while one process has the store to itself, and so does everything itself. */
  readonly leases: Leases | undefined
  /** What `clock` goes with, where a shared store has a clock of its own and no other was given. */
  readonly storeClock: StoreClock | undefined
  /** Whether this node reads what is written on a shared store. */
  readonly levelGate: LevelGate | undefined
  close(): Promise<void>
}

/** Opens the store and loads the catalog. Throws StoreOpenError (one clear sentence) when the data folder or the database can't be used. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const dataStreams = openDataStreams(options.dataStreams ?? {})
  const { store, catalog, firstStart, levelGate } = await openStore(options)
  const storeClock = storeClockOf(options, store.unguarded)
  const clock = new MovableClock(options.clock ?? storeClock ?? systemClock)
  const settings = engineSettings(options)
  const vectorCaches = new VectorCaches()
  const schedule = new Schedule()
  const historyClock = new HistoryClock(clock)
  catalog.onChange((change) => forgetWhatIsGone(change, { settings, schedule, vectorCaches, historyClock }))
  const transactionFaults = new TransactionFaults()
  const random = options.random ?? systemRandom
  if (isShared(options)) followStoredSettings(catalog, settings)
  await startClock({ store, catalog, clock, settings }, options, firstStart, storeClock)
  endEpochs(catalog, historyClock)
  if (options.isLookedAt !== true) await startEpochs({ store, catalog, clock, settings }, options)
  const leases = leasesOf(options, store.unguarded, { random, startedMs: clock.now() })
  return {
    store,
    catalog,
    clock,
    random,
    ...firstStart,
    settings,
    schedule,
    historyClock,
    recentChanges: new RecentChanges(),
    transactionFaults,
    vectorCaches,
    buckets: openBuckets(options.buckets ?? { kind: 'folder', folder: './buckets' }),
    dataStreams,
    leases,
    storeClock,
    levelGate,
    close: async () => {
      await transactionFaults.close()
      // The others find out by themselves if the store is out of order.
      await leases?.leave().catch(() => {})
      await store.close()
    },
  }
}

function isShared({ storage }: EngineOptions): boolean {
  return storage.kind === 'postgres' || (storage.kind === 'custom' && storage.isShared === true)
}

/** What any node sets, holds for this one, too. */
function followStoredSettings(catalog: Catalog, settings: EngineSettings): void {
  applyStoredSettings(settings, catalog)
  catalog.onChange(({ isSet }) => {
    if (isSet) applyStoredSettings(settings, catalog)
  })
}

function storeClockOf(options: EngineOptions, store: Store): StoreClock | undefined {
  if (!isShared(options) || options.clock !== undefined || store.now === undefined) return undefined
  return new StoreClock({ ask: store.now.bind(store), machine: systemClock, steady: steadyClockOf(options) })
}

/** On a shared store it is the clock of all, and starts where it is said to only if nobody has moved it yet. */
async function startClock(holder: ClockHolder, options: EngineOptions, firstStart: FirstStart, storeClock?: StoreClock): Promise<void> {
  const { startMs } = options
  const { catalog, clock, store } = holder
  if (!isShared(options)) {
    if (startMs !== undefined) clock.set(startMs)
    return
  }
  try {
    await storeClock?.look()
    if (!firstStart.isTestCluster) return
    catalog.onChange(() => clock.moveTo(storedClock(catalog)))
    clock.moveTo(storedClock(catalog))
    if (startMs === undefined || catalog.movedClock !== undefined) return
    await changeStoredClock(holder, (moved) => {
      if (catalog.movedClock === undefined) moved.set(startMs)
    })
  } catch (error) {
    await store.close()
    throw notOpened(options.storage, error)
  }
}

/** What a store without room does not take now, the jobs try again; until then these tables are read. */
async function startEpochs(holder: CatalogHolder, { storage }: EngineOptions): Promise<void> {
  try {
    for (const region of holder.catalog.regions()) await beginEpochs({ ...holder, catalog: holder.catalog.of(region) }, () => true)
  } catch (error) {
    if (error instanceof StoreUnavailable) return
    await holder.store.close()
    throw notOpened(storage, error)
  }
}

/** For how long something lasts, whatever time it is. */
function steadyClockOf({ steadyClock = { now: stopwatchMs } }: EngineOptions): Clock {
  return steadyClock
}

function leasesOf(
  options: EngineOptions,
  store: Store,
  { random, startedMs }: { readonly random: Random; readonly startedMs: number },
): Leases | undefined {
  if (!isShared(options)) return undefined
  const { version = '' } = options
  const steadyClock = steadyClockOf(options)
  return new Leases(
    store,
    steadyClock,
    new Membership(store, steadyClock, {
      id: uuid(random),
      startedMs,
      version,
      levelMax: newestLevelOf(options),
      settings: startSettings(options),
    }),
  )
}

/** What is remembered under the ids of tables and indexes, which may be another's later. */
function forgetWhatIsGone(
  { tables }: CatalogChange,
  { settings, schedule, vectorCaches, historyClock }: Pick<Engine, 'settings' | 'schedule' | 'vectorCaches' | 'historyClock'>,
): void {
  for (const { before, after } of tables) {
    if (before === undefined) continue
    const { tableId } = before
    const isThere = after?.tableId === tableId
    const kept = new Set(isThere ? allIndexes(after).map(({ indexId }) => indexId) : [])
    for (const { indexId } of allIndexes(before)) {
      if (kept.has(indexId)) continue
      settings.indexLagsMs.delete(spaceNumber({ tableId, indexId }))
    }
    for (const { indexId } of before.vectorIndexes) {
      if (kept.has(indexId)) continue
      vectorCaches.drop({ tableId, indexId })
      schedule.forget(vectorLogsName({ tableId, indexId }))
    }
    if (isThere) continue
    settings.tableThroughput.delete(tableId)
    historyClock.forget(tableId)
    for (const job of ['history', 'restore']) schedule.forgetOne(`${job} ${tableId}`)
  }
}

interface OpenedStore {
  readonly store: GuardedStore
  readonly catalog: Catalog
  readonly firstStart: FirstStart
  readonly levelGate: LevelGate | undefined
}

/** The store with the catalog loaded from it. A store that opened and cannot be read is closed: another attempt must find the folder free. */
async function openStore(options: EngineOptions): Promise<OpenedStore> {
  const { storage, carryOvers = [] } = options
  const bare = await bareStore(options)
  try {
    await openFormat(bare, [...engineCarryOvers, ...carryOvers])
    const newestLevel = newestLevelOf(options)
    const levelGate = isShared(options) ? new LevelGate(bare, newestLevel) : undefined
    const firstStart = levelGate
      ? await agreeOnFirstStart(bare, { options, newestLevel })
      : { ...firstStartOf(options), isTestCluster: false }
    const { region, regions } = firstStart
    const catalog = new Catalog(regions === 'shared' ? sharedRegion : region)
    catalog.onChange(() => levelGate?.note(storedLevel(catalog) ?? 0))
    await catalog.load(bare)
    return { store: openGuardedStore(levelGate?.store ?? bare, catalog.records), catalog, firstStart, levelGate }
  } catch (error) {
    await bare.close()
    throw notOpened(storage, error)
  }
}

function newestLevelOf({ newestLevel = newestFeatureLevel }: EngineOptions): number {
  return newestLevel
}

/** What the store could not be read for, damage of its file for one, knows no folder: here it is named. */
export function notOpened(storage: StorageOptions, error: unknown): unknown {
  if (error instanceof StoreOpenError || storage.kind === 'memory' || storage.kind === 'custom') return error
  const sentence = error instanceof Error ? error.message : String(error)
  return new StoreOpenError(`${storage.kind === 'disk' ? storage.folder : 'The database'} cannot be opened: ${sentence}`, { cause: error })
}

async function bareStore({ storage, warn, storeLost }: EngineOptions): Promise<Store> {
  switch (storage.kind) {
    case 'memory':
      return storage.store ?? openMemoryStore()
    case 'disk':
      return openSqliteStore({
        folder: storage.folder,
        ...(warn !== undefined && { warn }),
        ...(storeLost !== undefined && { lost: storeLost }),
      })
    case 'postgres': {
      const { openPostgresStore } = await import('../storage/postgres/open-postgres-store.ts')
      return openPostgresStore({ url: storage.url })
    }
    case 'custom':
      return storage.open()
    default:
      return unreachable(storage)
  }
}
