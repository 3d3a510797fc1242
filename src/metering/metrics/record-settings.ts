/** How tables, indexes and the account stand, noted every five minutes, whether anybody asks anything or not (metrics-and-iam.md §1). */

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
import type { MetricName } from './metric-names.ts'
import type { Series } from './series.ts'

interface Setting {
  readonly series: Series
  readonly value: number
}

/** Of tables as they are: one that changed is another value. */
const settingsOfTables = new WeakMap<Table, readonly Setting[]>()

/** Notes the settings of now for the last `minutes` minutes, up to `lastMinute`. `regions` is an engine for each region. */
export function recordSettings(regions: readonly MeteredEngine[], lastMinute: number, minutes: number): void {
  for (const engine of regions) {
    const tables = [...engine.catalog.tables()]
    if (tables.length === 0) continue
    const settings = tables.flatMap((table) => settingsOf(engine, table))
    const firstMinute = lastMinute + 1 - Math.max(1, Math.min(minutes, Math.floor(settingPointsMax / Math.max(1, settings.length))))
    for (let minute = firstMinute; minute <= lastMinute; minute += 1) {
      if (minute % settingEveryMinutes !== 0) continue
      const atMs = minute * minuteMs
      for (const { series, value } of settings) series.add(value, atMs)
      recordAccount(engine, tables, atMs)
    }
  }
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
function recordAccount({ metering: { metrics }, catalog: { region } }: MeteredEngine, tables: readonly Table[], atMs: number): void {
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
  const note = (name: MetricName, value: number): void => metrics.series(name, { region }).add(value, atMs)
  note('AccountMaxReads', accountReadUnitsPerSecondMax)
  note('AccountMaxWrites', accountWriteUnitsPerSecondMax)
  note('AccountMaxTableLevelReads', tableReadUnitsPerSecondMax)
  note('AccountMaxTableLevelWrites', tableWriteUnitsPerSecondMax)
  note('AccountProvisionedReadCapacityUtilization', (100 * reads) / accountReadUnitsPerSecondMax)
  note('AccountProvisionedWriteCapacityUtilization', (100 * writes) / accountWriteUnitsPerSecondMax)
  note('MaxProvisionedTableReadCapacityUtilization', (100 * greatestReads) / tableReadUnitsPerSecondMax)
  note('MaxProvisionedTableWriteCapacityUtilization', (100 * greatestWrites) / tableWriteUnitsPerSecondMax)
}
