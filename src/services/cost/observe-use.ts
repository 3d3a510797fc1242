/** What the metrics and counts of a database say of its tables: the only part of the estimate that reads anything. */
import { setImmediate } from 'node:timers/promises'
import { hourMs, minuteMs } from '../../base/clock.ts'
import type { Counts } from '../../engine/changes/counts.ts'
import type { Table } from '../../engine/schema/table.ts'
import { metricPointAgeMsMax } from '../../metering/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Dimensions, MetricName } from '../../metering/metrics/metric-names.ts'
import { readPoints } from '../../metering/metrics/read-points.ts'
import { countsByIndex } from '../../operations/tables/describe-table.ts'
import type { ThroughputUse } from './capacity-over-time.ts'
import { type ObservedWindow, windowMinutes } from './estimate-cost.ts'
import type { TableUse } from './table-cost.ts'

/** How far back an estimate may look: as long as minutes are kept. */
export const windowHoursMax: number = metricPointAgeMsMax / hourMs

/** Series with a price: what was consumed, and how often GetRecords was answered, which its latency tells. */
interface PricedSeries {
  readonly name: MetricName
  readonly dimensions: Dimensions
}

/** By table name. GetRecords has a series for each stream that the table ever had. */
export type SeriesByTable = ReadonlyMap<string, readonly PricedSeries[]>

export async function pricedSeries({ metering: { metrics }, catalog, store }: MeteredEngine): Promise<SeriesByTable> {
  await metrics.refresh(store)
  const priced = [...metrics.known()].filter(({ name, dimensions: { region, Operation, StreamLabel } }) => {
    if (region !== catalog.region) return false
    if (name === 'SuccessfulRequestLatency') return Operation === 'GetRecords' && StreamLabel !== undefined
    return name === 'ConsumedReadCapacityUnits' || name === 'ConsumedWriteCapacityUnits'
  })
  return Map.groupBy(priced, ({ dimensions }) => dimensions.TableName ?? '')
}

/** The last hours that are asked for, up to the end of this minute. */
export function lastHours({ clock }: MeteredEngine, hours: number): ObservedWindow {
  const toMs = (Math.floor(clock.now() / minuteMs) + 1) * minuteMs
  return { fromMs: toMs - hours * hourMs, toMs }
}

/**
 * From the first to the last minute of those that are kept in which anything was consumed, so that the figures do not fall while
 * nobody asks anything. The last hour when nothing was.
 */
export async function windowWithUse(
  engine: MeteredEngine,
  tables: readonly Table[],
  seriesByTable: SeriesByTable,
): Promise<ObservedWindow> {
  const kept = lastHours(engine, windowHoursMax)
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { name: tableName } of tables) {
    for (const { name, dimensions } of seriesByTable.get(tableName) ?? []) {
      const points = await readPoints(engine, name, dimensions, kept.fromMs, kept.toMs)
      firstMs = Math.min(firstMs, points[0]?.minuteMs ?? firstMs)
      lastMs = Math.max(lastMs, points.at(-1)?.minuteMs ?? lastMs)
    }
    await setImmediate()
  }
  return firstMs > lastMs ? lastHours(engine, 1) : { fromMs: firstMs, toMs: lastMs + minuteMs }
}

/** One table at a time: the minutes of all are too many to hold. */
export async function observeTable(
  engine: MeteredEngine,
  table: Table,
  window: ObservedWindow,
  seriesByTable: SeriesByTable,
): Promise<TableUse> {
  const countsOf = await countsByIndex(engine, table)
  const sharing = { region: engine.catalog.region, TableName: table.name }
  const counts = new Map<number, Counts>([[0, countsOf(0)]])
  const throughput = new Map([[0, await throughputUse(engine, sharing, window)]])
  for (const { kind, indexId, name } of table.indexes) {
    counts.set(indexId, countsOf(indexId))
    if (kind === 'global') throughput.set(indexId, await throughputUse(engine, { ...sharing, GlobalSecondaryIndexName: name }, window))
  }
  let streamReads = 0
  for (const { name, dimensions } of seriesByTable.get(table.name) ?? []) {
    if (name !== 'SuccessfulRequestLatency') continue
    for (const { sampleCount } of await readPoints(engine, name, dimensions, window.fromMs, window.toMs)) streamReads += sampleCount
  }
  await setImmediate()
  return { region: engine.region, table, counts, throughput, streamReads }
}

async function throughputUse(engine: MeteredEngine, dimensions: Dimensions, window: ObservedWindow): Promise<ThroughputUse> {
  const unitsOf = async (name: MetricName): Promise<Float64Array> => {
    const units = new Float64Array(windowMinutes(window))
    for (const point of await readPoints(engine, name, dimensions, window.fromMs, window.toMs)) {
      const minute = (point.minuteMs - window.fromMs) / minuteMs
      units[minute] = point.sum
    }
    return units
  }
  return {
    startMs: window.fromMs,
    reads: await unitsOf('ConsumedReadCapacityUnits'),
    writes: await unitsOf('ConsumedWriteCapacityUnits'),
  }
}
