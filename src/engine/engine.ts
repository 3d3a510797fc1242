/** The database without its languages: a store, the catalog of tables, the one clock. Everything below `operations` starts here. */
import { unreachable } from '../base/assert.ts'
import { type Clock, MovableClock, systemClock } from '../base/clock.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { openMemoryStore } from '../storage/memory/open-memory-store.ts'
import { openSqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import { type Store, type StoreObserver, StoreOpenError } from '../storage/store.ts'
import { Alarms } from './alarms/alarms.ts'
import { Catalog, sharedRegion } from './catalog/catalog.ts'
import { PendingCounts } from './changes/counts.ts'
import { IndexQueues } from './changes/index-queue.ts'
import { ExpirySweeps } from './expiry/expiry-sweeps.ts'
import { Metrics } from './metrics/metrics.ts'
import { storeAllPoints } from './metrics/store-points.ts'
import { ControlPlane } from './partitions/control-plane.ts'
import { PartitionMaps } from './partitions/partition-maps.ts'
import { ThrottleCounts } from './partitions/throttle-counts.ts'
import { ThroughputMeters } from './partitions/throughput-meters.ts'
import { ScalableTargets } from './scaling/scalable-targets.ts'
import { type EngineSettings, type EngineSettingsOptions, engineSettings } from './settings.ts'
import { Streams } from './streams/streams.ts'
import { Traffic } from './traffic/traffic.ts'
import { TransactionFaults } from './transactions/transaction-faults.ts'
import { VectorCaches } from './vectors/vector-caches.ts'

export type StorageOptions =
  | { readonly kind: 'memory' }
  | { readonly kind: 'disk'; readonly folder: string }
  /** Any implementation of the contract; it must tell the observer. */
  | { readonly kind: 'custom'; readonly open: (observer: StoreObserver) => Store }

/** Shared: every region sees the same tables. Isolated: each has its own, as on AWS. */
export type Regions = 'shared' | 'isolated'

export interface EngineOptions extends EngineSettingsOptions {
  readonly storage: StorageOptions
  /** What the engine's own clock starts from and goes with. Default: the machine's. */
  readonly clock?: Clock
  /** What time it is at the start, in milliseconds since the epoch. Default: what the clock says. */
  readonly startMs?: number
  readonly random?: Random
  /** Twelve digits; part of every ARN. */
  readonly account?: string
  /** Part of every ARN while regions share their tables; otherwise the region of those who name none. */
  readonly region?: string
  /** Default shared. */
  readonly regions?: Regions
}

/** The database as one region sees it; `engineOf` (regions.ts) is the same database as another region sees it. */
export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly pendingCounts: PendingCounts
  readonly indexQueues: IndexQueues
  readonly streams: Streams
  readonly transactionFaults: TransactionFaults
  readonly expirySweeps: ExpirySweeps
  readonly vectorCaches: VectorCaches
  readonly metrics: Metrics
  readonly alarms: Alarms
  readonly partitionMaps: PartitionMaps
  /** What the throughput of tables and global indexes is measured and limited by. */
  readonly meters: ThroughputMeters
  readonly throttleCounts: ThrottleCounts
  readonly controlPlane: ControlPlane
  readonly traffic: Traffic
  readonly scaling: ScalableTargets
  /** The only source of time above the store. Control moves it. */
  readonly clock: MovableClock
  readonly random: Random
  readonly account: string
  readonly region: string
  readonly regions: Regions
  /** The one part that changes while the engine is open. */
  readonly settings: EngineSettings
  close(): Promise<void>
}

/** Opens the store and loads the catalog. Throws StoreOpenError (one clear sentence) when the data folder can't be used. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  let store: Store | undefined
  try {
    return await loadEngine(options, (observer) => {
      store = openStore(options.storage, observer)
      return store
    })
  } catch (error) {
    // Another attempt must find the folder free.
    await store?.close()
    throw notOpened(options.storage, error)
  }
}

/** What the store could not be read for, damage of its file for one, knows no folder: here it is named. */
function notOpened(storage: StorageOptions, error: unknown): unknown {
  if (storage.kind !== 'disk' || error instanceof StoreOpenError) return error
  return new StoreOpenError(`${storage.folder} cannot be opened: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
}

async function loadEngine(options: EngineOptions, open: (observer: StoreObserver) => Store): Promise<Engine> {
  const { region = 'us-east-1', regions = 'shared' } = options
  const catalog = new Catalog(regions === 'shared' ? sharedRegion : region)
  const pendingCounts = new PendingCounts()
  const clock = new MovableClock(options.clock ?? systemClock)
  if (options.startMs !== undefined) clock.set(options.startMs)
  const streams = new Streams(clock)
  const observer: StoreObserver = {
    beforeCommit: (turn) => {
      pendingCounts.flush(turn)
      streams.numbers.flush(turn)
    },
    rolledBack: () => {
      pendingCounts.forget()
      catalog.rolledBack()
      streams.rolledBack()
    },
  }
  const store = open(observer)
  await catalog.load(store)
  await streams.load(store)
  const indexQueues = new IndexQueues()
  await indexQueues.load(store)
  const partitionMaps = new PartitionMaps()
  await partitionMaps.load(store)
  const scaling = new ScalableTargets()
  await scaling.load(store)
  const transactionFaults = new TransactionFaults()
  const settings = engineSettings(options)
  const metrics = new Metrics()
  await metrics.load(store)
  const alarms = new Alarms()
  await alarms.load(store)
  const traffic = new Traffic()
  return {
    store,
    catalog,
    pendingCounts,
    indexQueues,
    streams,
    transactionFaults,
    expirySweeps: new ExpirySweeps(),
    vectorCaches: new VectorCaches(),
    metrics,
    alarms,
    partitionMaps,
    meters: new ThroughputMeters({ clock, settings, metrics, partitionMaps, traffic }),
    throttleCounts: new ThrottleCounts(),
    controlPlane: new ControlPlane(),
    traffic,
    scaling,
    clock,
    random: options.random ?? systemRandom,
    account: options.account ?? '123456789012',
    region,
    regions,
    settings,
    close: async () => {
      await transactionFaults.close()
      // A store that is out of order loses the points of the last minute, and is closed all the same.
      await storeAllPoints({ store, metrics }).catch(() => {})
      await store.close()
    },
  }
}

function openStore(storage: StorageOptions, observer: StoreObserver): Store {
  switch (storage.kind) {
    case 'memory':
      return openMemoryStore({ observer })
    case 'disk':
      return openSqliteStore({ folder: storage.folder, observer })
    case 'custom':
      return storage.open(observer)
    default:
      return unreachable(storage)
  }
}
