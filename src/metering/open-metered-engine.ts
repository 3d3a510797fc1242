/** Opens a database with its metering, and says what it all does by itself. */
import { type Log, silentLog } from '../base/log.ts'
import { type EngineOptions, notOpened, openEngine } from '../engine/engine.ts'
import { engineJobs } from '../engine/jobs/engine-jobs.ts'
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import { StoreDamaged } from '../storage/store.ts'
import { Insights } from './insights/insights.ts'
import { keepInsightsJobs, storeContributors } from './insights/keep-insights.ts'
import type { MeteredEngine } from './metered-engine.ts'
import { metricsCarryOver } from './metrics/carry-over-from-1.ts'
import { keepMetricsJobs } from './metrics/keep-metrics.ts'
import { Metrics } from './metrics/metrics.ts'
import { chargeReplicated, deliveryRecorder, recordBackfill, recordExpired, recordReplicated } from './metrics/record-jobs.ts'
import { storeAllPoints } from './metrics/store-points.ts'
import { SharedTraffic } from './reports/shared-traffic.ts'
import { sweepReportsJob } from './reports/sweep-reports.ts'
import { growOnDemandJob } from './splits/grow-on-demand.ts'
import { PartitionWatch } from './splits/partition-watch.ts'
import { splitPartitionsJob } from './splits/split-partitions.ts'
import { ScalingDoor } from './table-scaling.ts'
import { ControlPlane } from './throughput/control-plane.ts'
import { SharedUsage } from './throughput/shared-usage.ts'
import { ThrottleCounts } from './throughput/throttle-counts.ts'
import { ThroughputMeters } from './throughput/throughput-meters.ts'
import { Traffic } from './traffic/traffic.ts'

/** Opens the engine and its metering. Throws StoreOpenError (one clear sentence) when the data folder can't be used. */
export async function openMeteredEngine(options: EngineOptions): Promise<MeteredEngine> {
  const engine = await openEngine({ ...options, carryOvers: [metricsCarryOver, ...(options.carryOvers ?? [])] })
  const { clock, settings, catalog, store, leases } = engine
  const metrics = new Metrics()
  await metrics.load(store).catch(async (error: unknown) => {
    // Whoever asks for metrics is told, and so is the log when some are to be kept; all else is there.
    if (error instanceof StoreDamaged) return
    await engine.close()
    throw notOpened(options.storage, error)
  })
  const traffic = new Traffic()
  const insights = new Insights()
  const meters = new ThroughputMeters({ clock, settings, metrics, catalog, traffic, insights, isShared: leases !== undefined })
  const sharedUsage =
    leases && new SharedUsage({ store: store.unguarded, meters, nodeId: leases.membership.self.id, clock, steady: leases.steady })
  const watch = new PartitionWatch()
  const throttleCounts = new ThrottleCounts()
  const sharedTraffic =
    leases && new SharedTraffic({ store: store.unguarded, nodeId: leases.membership.self.id, clock, traffic, meters, throttleCounts })
  traffic.epoch = settings.trafficEpoch
  catalog.onChange((change) => {
    if (change.isSet) meters.limitsChanged()
    insights.catalogChanged(change)
    meters.catalogChanged(change)
    watch.catalogChanged(change, catalog)
    traffic.catalogChanged(change)
    if (settings.trafficEpoch !== traffic.epoch) traffic.forget(settings.trafficEpoch)
    sharedTraffic?.catalogChanged(change)
    throttleCounts.catalogChanged(change)
  })
  return {
    ...engine,
    metering: {
      metrics,
      meters,
      throttleCounts,
      controlPlane: new ControlPlane(),
      traffic,
      insights,
      watch,
      scaling: new ScalingDoor(),
      sharedUsage,
      sharedTraffic,
    },
    close: async () => {
      await engine.transactionFaults.close()
      // A store that is out of order loses the points of the last minute, and is closed all the same.
      await storeAllPoints({ store, metering: { metrics } }).catch(() => {})
      await storeContributors({ store, metering: { insights } }, Number.POSITIVE_INFINITY).catch(() => {})
      await sharedUsage?.leave().catch(() => {})
      await sharedTraffic?.leave().catch(() => {})
      await engine.close()
    },
  }
}

/** Everything the database and its metering do by themselves. */
export function meteredJobs(engine: MeteredEngine, log: Log = silentLog): readonly Job[] {
  const { metrics, sharedTraffic } = engine.metering
  const own = engineJobs(engine, {
    onBackfill: (region, step) => recordBackfill(metrics, region, step),
    deliveries: (region) => deliveryRecorder(metrics, region, log),
    onExpired: (region, tableName, count) => recordExpired(metrics, region, tableName, count),
    onReplicated: (from, to, delivery) => {
      recordReplicated(metrics, from, delivery)
      chargeReplicated({ ...to, metering: engine.metering }, delivery)
    },
  })
  const { store, catalog, schedule } = engine
  const shared = sharedTraffic === undefined ? [] : [sweepReportsJob({ store, catalog, schedule })]
  return [...own, splitPartitionsJob(engine), growOnDemandJob(engine), ...keepMetricsJobs(engine), ...keepInsightsJobs(engine), ...shared]
}
