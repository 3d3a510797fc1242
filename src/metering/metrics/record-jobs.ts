/** What the metrics say of what the database does by itself. */

import type { Log } from '../../base/log.ts'
import type { DeliveryListener } from '../../engine/destinations/deliveries.ts'
import type { BackfillStep } from '../../engine/jobs/backfill-indexes.ts'
import type { ReplicaDelivery } from '../../engine/jobs/deliver-changes.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import { throughputModeOf } from '../../engine/settings.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { MetricName } from './metric-names.ts'
import type { Metrics } from './metrics.ts'
import type { Series } from './series.ts'

/** `engine` is that of the table's region. */
type Where = Pick<MeteredEngine, 'catalog' | 'clock'>

export function recordBackfill(metrics: Metrics, { catalog, clock }: Where, step: BackfillStep): void {
  const { tableName, indexName, entrySizesBytes, share } = step
  const dimensions = { region: catalog.region, TableName: tableName, GlobalSecondaryIndexName: indexName }
  const nowMs = clock.now()
  const units = entrySizesBytes.reduce((sum, sizeBytes) => sum + writeUnits(sizeBytes), 0)
  if (units > 0) metrics.series('OnlineIndexConsumedWriteCapacity', dimensions).add(units, nowMs)
  metrics.series('OnlineIndexPercentageProgress', dimensions).add(100 * share, nowMs)
}

export function recordExpired(metrics: Metrics, { catalog, clock }: Where, tableName: string, count: number): void {
  const nowMs = clock.now()
  const deleted = metrics.series('TimeToLiveDeletedItemCount', { region: catalog.region, TableName: tableName })
  for (let at = 0; at < count; at += 1) deleted.add(1, nowMs)
}

/** `engine` is that of the region. */
export function deliveryRecorder(metrics: Metrics, { catalog, clock }: Where, log: Log): DeliveryListener {
  const series = (name: MetricName, TableName: string): Series =>
    metrics.series(name, { region: catalog.region, TableName, DelegatedOperation: 'EnableKinesisStreamingDestination' })
  return {
    onSent: (tableName, { units, throttled }) => {
      if (units > 0) series('ConsumedChangeDataCaptureUnits', tableName).add(units, clock.now())
      if (throttled > 0) series('ThrottledPutRecordCount', tableName).add(throttled, clock.now())
    },
    onTrouble: (tableName, streamArn, trouble) =>
      log(`Changes of the table ${tableName} wait for the stream ${streamArn}, which does not take them: ${trouble}`),
    onRecovered: (tableName, streamArn) => log(`The stream ${streamArn} takes changes of the table ${tableName} again`),
    onGivenUp: (tableName, count) => series('FailedToReplicateRecordCount', tableName).add(count, clock.now()),
    onAge: (tableName, ageMs) => series('AgeOfOldestUnreplicatedRecord', tableName).add(ageMs, clock.now()),
  }
}

/** How late changes of a replica arrived at another one, in the region that they came from. */
export function recordReplicated(metrics: Metrics, { catalog, clock }: Where, { table, toRegion, latenciesMs }: ReplicaDelivery): void {
  const nowMs = clock.now()
  const latency = metrics.series('ReplicationLatency', { region: catalog.region, TableName: table.name, ReceivingRegion: toRegion })
  for (const latencyMs of latenciesMs) latency.add(latencyMs, nowMs)
}

/** What they took from the throughput of the table that received them. They wait for nobody, so nothing is refused. */
export function chargeReplicated({ metering, catalog, clock, settings }: MeteredEngine, { table, changes }: ReplicaDelivery): void {
  if (throughputModeOf(settings, table.tableId) === 'off') return
  const nowMs = clock.now()
  for (const { change, units } of changes) {
    const item = { index: undefined, key: change.key, units: units.tableUnits }
    for (const { index, key, units: taken } of [item, ...units.indexUnits]) {
      const meter = metering.meters.of(catalog.region, table, index?.kind === 'global' ? index : undefined)
      // What local indexes take, they take from the item's own partition.
      const taker = index?.kind === 'local' ? change.key : key
      meter.take('write', taker, taken, nowMs)
      meter.note('write', taker, taken, { nowMs, isPaid: true })
    }
  }
}
