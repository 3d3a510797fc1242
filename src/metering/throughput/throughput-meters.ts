/** The meters of all tables and global indexes that were used since the process started. Nothing of them is stored but the partitions. */

import type { Clock } from '../../base/clock.ts'
import { minuteMs } from '../../base/clock.ts'
import type { GlobalIndex, Table } from '../../engine/catalog/table.ts'
import { type DataSpace, spaceName } from '../../engine/keyspace/keys.ts'
import { type PartitionMaps, partitionMapOf } from '../../engine/partitions/partition-maps.ts'
import { spaceOf } from '../../engine/partitions/partitioned-space.ts'
import type { EngineSettings } from '../../engine/settings.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Traffic } from '../traffic/traffic.ts'
import { ThroughputMeter } from './throughput-meter.ts'

/** What meters work with: parts of the engine. */
export interface MeterSurroundings {
  readonly clock: Clock
  readonly settings: EngineSettings
  readonly metrics: Metrics
  readonly partitionMaps: PartitionMaps
  readonly traffic: Traffic
}

export class ThroughputMeters {
  readonly #around: MeterSurroundings
  readonly #meters = new Map<number, ThroughputMeter>()
  #mapsVersion = 0
  #minute = 0

  constructor(around: MeterSurroundings) {
    this.#around = around
  }

  /** The meter of a table, or of one of its global indexes, made at its first use and up to date with how the table is set. */
  of(region: string, table: Table, index: GlobalIndex | undefined): ThroughputMeter {
    if (this.#mapsVersion !== this.#around.partitionMaps.version) this.#usePartitions()
    const meter = this.#meters.get(spaceName(spaceOf(table, index)))
    if (meter === undefined) return this.#make(region, table, index)
    if (meter.table !== table || meter.index !== index) {
      meter.use(table, index, this.#around.clock.now())
      this.#renewPartitions(meter)
    }
    return meter
  }

  all(): Iterable<ThroughputMeter> {
    return this.#meters.values()
  }

  /** Whether another minute of the clock has begun since this was last asked: true once for each. */
  entersMinute(nowMs: number): boolean {
    const minute = Math.floor(nowMs / minuteMs)
    const isAnother = minute !== this.#minute
    this.#minute = minute
    return isAnother
  }

  /** To be called when a table is set otherwise, so that nothing fills at its old rate until somebody asks for it. */
  tableChanged(table: Table): void {
    for (const index of [undefined, ...table.indexes]) {
      if (index?.kind === 'local') continue
      const meter = this.#meters.get(spaceName({ tableId: table.tableId, indexId: index?.indexId ?? 0 }))
      if (meter !== undefined) this.of(meter.region, table, index)
    }
  }

  /** To be called when `settings.partitionLimits` were changed. */
  limitsChanged(): void {
    const { clock, settings } = this.#around
    for (const meter of this.#meters.values()) meter.resizePartitions(settings.partitionLimits, clock.now())
  }

  /** To be called when an index is gone: another may get its id. */
  forget(space: DataSpace): void {
    this.#meters.delete(spaceName(space))
  }

  /** To be called when a table is gone, with its indexes. */
  forgetTable(tableId: number): void {
    for (const [name, { space }] of this.#meters) if (space.tableId === tableId) this.#meters.delete(name)
  }

  #make(region: string, table: Table, index: GlobalIndex | undefined): ThroughputMeter {
    const { clock, metrics, traffic } = this.#around
    const space = spaceOf(table, index)
    const dimensions = { region, TableName: table.name, ...(index !== undefined && { GlobalSecondaryIndexName: index.name }) }
    const consumed = {
      read: metrics.series('ConsumedReadCapacityUnits', dimensions),
      write: metrics.series('ConsumedWriteCapacityUnits', dimensions),
    }
    const meter = new ThroughputMeter({ region, table, index, space, traffic: traffic.space(space), consumed }, clock.now())
    this.#meters.set(spaceName(space), meter)
    this.#renewPartitions(meter)
    return meter
  }

  #usePartitions(): void {
    this.#mapsVersion = this.#around.partitionMaps.version
    for (const meter of this.#meters.values()) this.#renewPartitions(meter)
  }

  #renewPartitions(meter: ThroughputMeter): void {
    const { clock, settings, partitionMaps } = this.#around
    const map = partitionMapOf(partitionMaps, meter.table, meter.index)
    if (map !== meter.map) meter.usePartitions(map, settings.partitionLimits, clock.now())
  }
}
