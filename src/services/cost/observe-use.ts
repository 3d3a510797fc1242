/**
 * What the metrics and counts of a database say of its tables: the only part of the estimate that reads anything. What nobody used is
 * not read, and looked at once for all; and it gives way, however many tables and minutes there are.
 */
import { hourMs, minuteMs } from '../../base/clock.ts'
import type { Pace } from '../../base/pace.ts'
import type { Counts } from '../../engine/changes/counts.ts'
import type { Table } from '../../engine/schema/table.ts'
import { metricPointAgeMsMax } from '../../metering/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Dimensions, MetricName } from '../../metering/metrics/metric-names.ts'
import { readEndPoints, readPoints } from '../../metering/metrics/read-points.ts'
import { countsByIndex } from '../../operations/tables/describe-table.ts'
import { costMinutesAtOnceMax, costTablesAtOnceMax } from '../limits.ts'
import type { ThroughputUse } from './capacity-over-time.ts'
import { type ObservedWindow, windowMinutes } from './estimate-cost.ts'
import { type LineSetting, type LineUse, lineUse } from './line-use.ts'
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
  pace: Pace,
): Promise<ObservedWindow> {
  const kept = lastHours(engine, windowHoursMax)
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { name: tableName } of tables) {
    for (const { name, dimensions } of seriesByTable.get(tableName) ?? []) {
      const { first, last } = await readEndPoints(engine, name, dimensions, kept.fromMs, kept.toMs)
      firstMs = Math.min(firstMs, first?.minuteMs ?? firstMs)
      lastMs = Math.max(lastMs, last?.minuteMs ?? lastMs)
    }
    if (seriesByTable.has(tableName)) await pace.pause()
  }
  return firstMs > lastMs ? lastHours(engine, 1) : { fromMs: firstMs, toMs: lastMs + minuteMs }
}

interface Observing {
  readonly engine: MeteredEngine
  readonly pace: Pace
}

/** One table after the other: the minutes of all are too many to hold. */
export async function* observeTables(
  { engine, pace }: Observing,
  tables: readonly Table[],
  window: ObservedWindow,
  seriesByTable: SeriesByTable,
): AsyncGenerator<TableUse, void, undefined> {
  const observer = new UseObserver({ engine, pace }, window)
  for (const [at, table] of tables.entries()) {
    if (at % costTablesAtOnceMax === 0) await pace.pause()
    yield await observer.observe(table, seriesByTable.get(table.name) ?? [])
  }
}

class UseObserver {
  readonly #engine: MeteredEngine
  readonly #pace: Pace
  readonly #window: ObservedWindow
  /** What every table and index comes to that was not used at all. */
  readonly #idle: LineUse
  #minutesSinceBreak = 0

  constructor({ engine, pace }: Observing, window: ObservedWindow) {
    this.#engine = engine
    this.#pace = pace
    this.#window = window
    this.#idle = lineUse({}, this.#noUse())
  }

  async observe(table: Table, series: readonly PricedSeries[]): Promise<TableUse> {
    const countsOf = await countsByIndex(this.#engine, table)
    const counts = new Map<number, Counts>([[0, countsOf(0)]])
    const throughput = new Map([[0, await this.#line(table, series, undefined)]])
    for (const index of table.indexes) {
      counts.set(index.indexId, countsOf(index.indexId))
      if (index.kind === 'global') throughput.set(index.indexId, await this.#line(index, series, index.name))
    }
    let streamReads = 0
    for (const each of series) {
      if (each.name !== 'SuccessfulRequestLatency') continue
      for (const { sampleCount } of await this.#points(each)) streamReads += sampleCount
    }
    return { region: this.#engine.region, table, counts, throughput, streamReads }
  }

  async #line(setting: LineSetting, series: readonly PricedSeries[], index: string | undefined): Promise<LineUse> {
    const own = series.filter(
      ({ name, dimensions }) => name !== 'SuccessfulRequestLatency' && dimensions.GlobalSecondaryIndexName === index,
    )
    if (own.length === 0) return this.#idle
    const use = this.#noUse()
    for (const each of own) {
      const units = each.name === 'ConsumedReadCapacityUnits' ? use.reads : use.writes
      for (const { minuteMs: atMs, sum } of await this.#points(each)) units[(atMs - this.#window.fromMs) / minuteMs] = sum
    }
    // All minutes are looked at several times: longer windows let others in for each of their lines.
    this.#minutesSinceBreak += use.reads.length
    if (this.#minutesSinceBreak >= costMinutesAtOnceMax) {
      this.#minutesSinceBreak = 0
      await this.#pace.pause()
    }
    return lineUse(setting, use)
  }

  #points({ name, dimensions }: PricedSeries): ReturnType<typeof readPoints> {
    return readPoints(this.#engine, name, dimensions, this.#window.fromMs, this.#window.toMs)
  }

  #noUse(): ThroughputUse {
    const minutes = windowMinutes(this.#window)
    return { startMs: this.#window.fromMs, reads: new Float64Array(minutes), writes: new Float64Array(minutes) }
  }
}
