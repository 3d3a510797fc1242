/** The meters of all tables and global indexes that were used since the process started. Nothing of them is stored but the partitions. */

import type { Clock } from '../../base/clock.ts'
import { minuteMs } from '../../base/clock.ts'
import type { Catalog } from '../../engine/catalog/catalog.ts'
import type { CatalogChange } from '../../engine/catalog/catalog-records.ts'
import { spaceNumber } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { EngineSettings } from '../../engine/settings.ts'
import type { Insights } from '../insights/insights.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Traffic } from '../traffic/traffic.ts'
import { ThroughputMeter } from './throughput-meter.ts'

/** What meters work with: parts of the engine. */
export interface MeterSurroundings {
  readonly clock: Clock
  readonly settings: EngineSettings
  readonly metrics: Metrics
  readonly catalog: Catalog
  readonly traffic: Traffic
  /** Left out: nobody looks for contributors. */
  readonly insights?: Insights
  /** Whether other nodes want to know what is taken here. */
  readonly isShared: boolean
}

export class ThroughputMeters {
  readonly #around: MeterSurroundings
  readonly #meters = new Map<number, ThroughputMeter>()
  #minute = 0

  constructor(around: MeterSurroundings) {
    this.#around = around
  }

  /** The meter of a table, or of one of its global indexes, made at its first use and up to date with how the table is set. */
  of(region: string, table: Table, index: GlobalIndex | undefined): ThroughputMeter {
    const meter = this.#meters.get(spaceNumber(spaceOf(table, index)))
    if (meter === undefined) return this.#make(region, table, index)
    if (meter.table !== table || meter.index !== index) {
      meter.use(table, index, this.#around.clock.now())
      meter.contributors = this.#around.insights?.of(table, index)
      this.#renewPartitions(meter)
    }
    return meter
  }

  /** The meters of these tables and global indexes that are there, made if need be. */
  ofSpaces(numbers: Iterable<number>): ReadonlyMap<number, ThroughputMeter> {
    const found = new Map<number, ThroughputMeter>()
    const unknown = new Set<number>()
    for (const number of numbers) {
      const meter = this.#meters.get(number)
      if (meter === undefined) unknown.add(number)
      else found.set(number, meter)
    }
    if (unknown.size > 0) for (const [number, make] of this.#makers()) if (unknown.has(number)) found.set(number, make())
    return found
  }

  *#makers(): Generator<readonly [number, () => ThroughputMeter], void, undefined> {
    const { catalog } = this.#around
    for (const region of catalog.regions()) {
      for (const table of catalog.of(region).tables()) {
        for (const index of [undefined, ...table.indexes]) {
          if (index?.kind !== 'local') yield [spaceNumber(spaceOf(table, index)), () => this.of(region, table, index)]
        }
      }
    }
  }

  all(): Iterable<ThroughputMeter> {
    return this.#meters.values()
  }

  /** By the number that `spaceNumber` gives them. */
  entries(): Iterable<readonly [number, ThroughputMeter]> {
    return this.#meters.entries()
  }

  /** From now on it is this minute. True when it was another so far: once for each minute of the clock. */
  enterMinute(nowMs: number): boolean {
    const minute = Math.floor(nowMs / minuteMs)
    const isAnother = minute !== this.#minute
    this.#minute = minute
    return isAnother
  }

  /** The tables are set otherwise: so nothing fills at its old rate until somebody asks for it. What is gone is forgotten. */
  catalogChanged({ tables, partitioned }: CatalogChange): void {
    for (const { before, after } of tables) {
      if (before !== undefined) this.#forgetGone(before, after)
      if (after !== undefined) this.#useTable(after)
    }
    for (const space of partitioned) {
      const meter = this.#meters.get(spaceNumber(space))
      if (meter !== undefined) this.#renewPartitions(meter)
    }
  }

  /** To be called when `settings.partitionLimits` were changed. */
  limitsChanged(): void {
    const { clock, settings } = this.#around
    for (const meter of this.#meters.values()) meter.resizePartitions(settings.partitionLimits, clock.now())
  }

  /** Forgets the meters of tables that are not there any more: a request may have come after the last word of one. */
  forgetStale(): void {
    for (const [name, { space }] of this.#meters) if (!this.#around.catalog.hasTable(space.tableId)) this.#meters.delete(name)
  }

  #forgetGone(before: Table, after: Table | undefined): void {
    for (const index of [undefined, ...before.indexes]) {
      const isKept =
        after?.tableId === before.tableId && (index === undefined || after.indexes.some(({ indexId }) => indexId === index.indexId))
      if (!isKept) this.#meters.delete(spaceNumber({ tableId: before.tableId, indexId: index?.indexId ?? 0 }))
    }
  }

  #useTable(table: Table): void {
    for (const index of [undefined, ...table.indexes]) {
      if (index?.kind === 'local') continue
      const meter = this.#meters.get(spaceNumber({ tableId: table.tableId, indexId: index?.indexId ?? 0 }))
      if (meter !== undefined) this.of(meter.region, table, index)
    }
  }

  #make(region: string, table: Table, index: GlobalIndex | undefined): ThroughputMeter {
    const { clock, metrics, traffic, isShared } = this.#around
    const space = spaceOf(table, index)
    const dimensions = { region, TableName: table.name, ...(index !== undefined && { GlobalSecondaryIndexName: index.name }) }
    const consumed = {
      read: metrics.series('ConsumedReadCapacityUnits', dimensions),
      write: metrics.series('ConsumedWriteCapacityUnits', dimensions),
    }
    const meter = new ThroughputMeter({ region, table, index, space, traffic: traffic.space(space), consumed, isShared }, clock.now())
    meter.contributors = this.#around.insights?.of(table, index)
    this.#meters.set(spaceNumber(space), meter)
    this.#renewPartitions(meter)
    return meter
  }

  #renewPartitions(meter: ThroughputMeter): void {
    const { clock, settings, catalog } = this.#around
    const map = catalog.partitionMap(meter.space)
    if (map !== undefined && map !== meter.map) meter.usePartitions(map, settings.partitionLimits, clock.now())
  }
}
