/** The jobs of the database itself, in the order in which they have their steps. */
import { Deliveries, type DeliveryListener } from '../destinations/deliveries.ts'
import type { Engine } from '../engine.ts'
import { beginEpochs } from '../history/begin-epochs.ts'
import { enginesWithWork } from '../regions.ts'
import { followIndexLags, stepIndexQueues } from './apply-index-queues.ts'
import { type BackfillStep, stepBackfill } from './backfill-indexes.ts'
import { stepExpiryOrders } from './build-expiry-orders.ts'
import { stepBackups, stepExpiredBackups } from './copy-backups.ts'
import { sweepInPieces } from './delete-leftovers.ts'
import type { ReplicaListener } from './deliver-changes.ts'
import { stepRestores } from './fill-restored-tables.ts'
import { leasedEngine } from './leased-engine.ts'
import { raiseLevelJob } from './raise-feature-level.ts'
import { type Job, stepFirst } from './run-due-jobs.ts'
import { stepTokenSweep } from './sweep-client-tokens.ts'
import { stepIndexSweep } from './sweep-deleted-indexes.ts'
import { stepSweep } from './sweep-deleted-tables.ts'
import { stepOutboxSweep } from './sweep-dropped-outboxes.ts'
import { endExpirySweep, stepExpirySweep } from './sweep-expired-items.ts'
import { stepTableStates } from './table-states.ts'
import { stepHistories, type TrimProgress } from './trim-histories.ts'
import { stepStreams } from './trim-streams.ts'
import { type TransferTrim, trimTransfers } from './trim-transfers.ts'
import { stepVectorLogs } from './trim-vector-logs.ts'

/** Who wants to know what the jobs did: for metrics. */
export interface JobListener extends ReplicaListener {
  onBackfill?(engine: Engine, step: BackfillStep): void
  onExpired?(engine: Engine, tableName: string, count: number): void
  /** What is told of deliveries in a region. */
  deliveries?(engine: Engine): DeliveryListener
}

export function engineJobs(engine: Engine, listener: JobListener = {}): readonly Job[] {
  const once = (name: string, step: (engine: Engine, nowMs: number) => Promise<boolean>): Job => ({
    name,
    step: (nowMs, lease) => step(leasedEngine(engine, lease), nowMs),
  })
  const perRegion = (name: string, step: (region: Engine, nowMs: number) => Promise<boolean>): Job =>
    once(name, (all, nowMs) => everyRegion(all, (region) => step(region, nowMs)))
  const expire = (region: Engine, nowMs: number): Promise<boolean> =>
    stepExpirySweep(region, nowMs, { onDeleted: (tableName, count) => listener.onExpired?.(region, tableName, count) })
  const trimmed: TrimProgress = new Map()
  const forgotten: TransferTrim = { rest: undefined }
  const deliveries = new Deliveries()
  return [
    // First: what the others write is of the new epoch. Also where none could begin when the database was opened.
    {
      ...perRegion('set-back clocks', (region, nowMs) =>
        beginEpochs(
          region,
          ({ tableId }, history) =>
            engine.historyClock.isEpochEnded(tableId, history) || engine.historyClock.isSetBack(tableId, history, nowMs),
        ),
      ),
      isPerNode: true,
    },
    { name: 'held transactions', isPerNode: true, step: (nowMs) => engine.transactionFaults.releaseDue(nowMs) },
    once('client tokens', stepTokenSweep),
    perRegion('table states', stepTableStates),
    perRegion('deleted indexes', (region) => sweepInPieces((budget) => stepIndexSweep(region, budget))),
    perRegion('dropped outboxes', (region) => sweepInPieces((budget) => stepOutboxSweep(region, budget))),
    perRegion('backfills', (region, nowMs) => stepBackfill(region, nowMs, { onStep: (step) => listener.onBackfill?.(region, step) })),
    perRegion('index lags', async (region) => {
      await followIndexLags(region)
      return false
    }),
    perRegion('index queues', stepIndexQueues),
    perRegion('expiry orders', (region) => stepExpiryOrders(region)),
    { ...perRegion('expiry', expire), settled: (nowMs) => endExpirySweep(engine, nowMs) },
    perRegion('vector logs', (region, nowMs) => stepVectorLogs(region, nowMs)),
    once('backups', stepBackups),
    once('expired backups', stepExpiredBackups),
    perRegion('restores', (region, nowMs) => stepRestores(region, nowMs)),
    once('replicas', async (all, nowMs) => hasReplicas(all) && (await import('./step-replicas.ts')).stepReplicas(all, nowMs, listener)),
    perRegion('histories', (region, nowMs) => stepHistories(region, nowMs, trimmed)),
    // After the tables: one that went just now is swept now.
    once('deleted tables', (all) => sweepInPieces((budget) => stepSweep(all, budget))),
    once('streams', stepStreams),
    perRegion('kinesis destinations', (region, nowMs) => deliveries.step(region, nowMs, listener.deliveries?.(region))),
    once('old transfers', (all, nowMs) => trimTransfers(all, forgotten, nowMs)),
    ...(engine.leases === undefined ? [] : [raiseLevelJob(engine, engine.leases)]),
  ]
}

function hasReplicas(engine: Engine): boolean {
  for (const { catalog } of enginesWithWork(engine))
    for (const { replication } of catalog.tables()) if (replication !== undefined) return true
  return false
}

/** One step in each region, for tables that cannot be seen in this mode, too. */
async function everyRegion(engine: Engine, step: (region: Engine) => Promise<boolean>): Promise<boolean> {
  let isBusy = false
  await stepFirst(enginesWithWork(engine), async (region) => {
    if (await step(region)) isBusy = true
    return false
  })
  return isBusy
}
