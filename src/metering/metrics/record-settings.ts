/** How tables, indexes and the account stand, which is noted every five minutes, whether anybody asks anything or not (metrics-and-iam.md §1). */

import {
  accountReadUnitsPerSecondMax,
  accountWriteUnitsPerSecondMax,
  tableReadUnitsPerSecondMax,
  tableWriteUnitsPerSecondMax,
} from '../../api/limits.ts'
import { minuteMs } from '../../base/clock.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import { settingEveryMinutes, settingPointsMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { NotedPoint } from './keeping-progress.ts'
import type { MetricName } from './metric-names.ts'
import { MetricPoint } from './metric-point.ts'
import type { Series } from './series.ts'

export interface Setting {
  readonly series: Series
  readonly value: number
}

/** Of tables as they are: one that changed is another value. */
const settingsOfTables = new WeakMap<Table, readonly Setting[]>()

/** Of the tables and of the account, for each region that has tables. `regions` is an engine for each. */
export function currentSettings(regions: readonly MeteredEngine[]): readonly Setting[] {
  return regions.flatMap((engine) => {
    const tables = [...engine.catalog.tables()]
    return tables.length === 0 ? [] : [...tables.flatMap((table) => settingsOf(engine, table)), ...settingsOfAccount(engine, tables)]
  })
}

/** The points of these settings in the last `minutes` minutes, up to `lastMinute`: of fewer where there are many. */
export function pointsOf(settings: readonly Setting[], lastMinute: number, minutes: number): readonly NotedPoint[] {
  const points: NotedPoint[] = []
  const firstMinute = lastMinute + 1 - Math.max(1, Math.min(minutes, Math.floor(settingPointsMax / Math.max(1, settings.length))))
  for (let minute = firstMinute; minute <= lastMinute; minute += 1) {
    if (minute % settingEveryMinutes !== 0) continue
    for (const { series, value } of settings) {
      const point = new MetricPoint({
        minuteMs: minute * minuteMs,
        sampleCount: 1,
        sum: value,
        minimum: value,
        maximum: value,
        buckets: undefined,
      })
      points.push({ series, point })
    }
  }
  return points
}

function settingsOf(engine: MeteredEngine, table: Table): readonly Setting[] {
  let settings = settingsOfTables.get(table)
  if (settings === undefined) {
    const indexes = table.indexes.filter((index) => index.kind === 'global')
    settings = [...settingsIn(engine, table), ...indexes.flatMap((index) => settingsIn(engine, table, index))]
    settingsOfTables.set(table, settings)
  }
  return settings
}

function settingsIn({ metering: { metrics }, catalog }: MeteredEngine, table: Table, index?: GlobalIndex): readonly Setting[] {
  const { provisioned, onDemandMaxima } = index ?? table
  const dimensions = { region: catalog.region, TableName: table.name, ...(index && { GlobalSecondaryIndexName: index.name }) }
  const setting = (name: MetricName, value: number | undefined): readonly Setting[] =>
    value === undefined ? [] : [{ series: metrics.series(name, dimensions), value }]
  return [
    ...setting('ProvisionedReadCapacityUnits', provisioned?.readUnits),
    ...setting('ProvisionedWriteCapacityUnits', provisioned?.writeUnits),
    ...setting('OnDemandMaxReadRequestUnits', onDemandMaxima?.readUnitsMax),
    ...setting('OnDemandMaxWriteRequestUnits', onDemandMaxima?.writeUnitsMax),
  ]
}

/** Of a region that has tables. */
function settingsOfAccount({ metering: { metrics }, catalog: { region } }: MeteredEngine, tables: readonly Table[]): readonly Setting[] {
  let { reads, writes, greatestReads, greatestWrites } = { reads: 0, writes: 0, greatestReads: 0, greatestWrites: 0 }
  for (const table of tables) {
    for (const owner of [table, ...table.indexes]) {
      const { readUnits = 0, writeUnits = 0 } = ('provisioned' in owner && owner.provisioned) || {}
      reads += readUnits
      writes += writeUnits
      greatestReads = Math.max(greatestReads, readUnits)
      greatestWrites = Math.max(greatestWrites, writeUnits)
    }
  }
  const setting = (name: MetricName, value: number): Setting => ({ series: metrics.series(name, { region }), value })
  return [
    setting('AccountMaxReads', accountReadUnitsPerSecondMax),
    setting('AccountMaxWrites', accountWriteUnitsPerSecondMax),
    setting('AccountMaxTableLevelReads', tableReadUnitsPerSecondMax),
    setting('AccountMaxTableLevelWrites', tableWriteUnitsPerSecondMax),
    setting('AccountProvisionedReadCapacityUtilization', (100 * reads) / accountReadUnitsPerSecondMax),
    setting('AccountProvisionedWriteCapacityUtilization', (100 * writes) / accountWriteUnitsPerSecondMax),
    setting('MaxProvisionedTableReadCapacityUtilization', (100 * greatestReads) / tableReadUnitsPerSecondMax),
    setting('MaxProvisionedTableWriteCapacityUtilization', (100 * greatestWrites) / tableWriteUnitsPerSecondMax),
  ]
}
