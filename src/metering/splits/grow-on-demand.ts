/**
 * Raises what tables and indexes on demand can do: to twice the previous peak, up to the quota (capacity.md §7.3, §7.4). It is their
 * warm throughput that rises, so what was reached is kept over restarts and shown by DescribeTable, and it never falls.
 */
import { tableReadUnitsPerSecondMax, tableWriteUnitsPerSecondMax } from '../../api/limits.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import type { Table, Throughput } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { ThroughputMeter } from '../throughput/throughput-meter.ts'

/** How much a meter's traffic lets it have from now on. */
interface Growth {
  readonly meter: ThroughputMeter
  readonly warm: Throughput
}

/** Looks once in each minute of the clock. */
export function growOnDemandJob(engine: MeteredEngine): Job {
  return {
    name: 'growth on demand',
    isPerNode: true,
    step: async (nowMs) => {
      await stepOnDemandGrowth(engine, nowMs)
      return false
    },
  }
}

async function stepOnDemandGrowth(engine: MeteredEngine, nowMs: number): Promise<void> {
  const { meters } = engine.metering
  if (!meters.enterMinute(nowMs)) return
  meters.forgetStale()
  const growths = [...meters.all()].flatMap((meter) => growthOf(meter, nowMs) ?? [])
  const byTable = Map.groupBy(growths, ({ meter }) => meter.table.tableId)
  await Promise.all(byTable.values().map((ofTable) => grow(engine, ofTable)))
}

function growthOf(meter: ThroughputMeter, nowMs: number): Growth | undefined {
  const { provisioned, warm } = meter.index ?? meter.table
  if (provisioned !== undefined) return undefined
  const readUnits = grownUnits(warm.readUnits, meter.maturedUnits('read', nowMs), tableReadUnitsPerSecondMax)
  const writeUnits = grownUnits(warm.writeUnits, meter.maturedUnits('write', nowMs), tableWriteUnitsPerSecondMax)
  if (readUnits === warm.readUnits && writeUnits === warm.writeUnits) return undefined
  return { meter, warm: { readUnits, writeUnits } }
}

function grownUnits(warmUnits: number, peakUnits: number, quota: number): number {
  return Math.max(warmUnits, Math.min(quota, Math.ceil(2 * peakUnits)))
}

async function grow(engine: MeteredEngine, growths: readonly Growth[]): Promise<void> {
  const [first] = growths
  if (first === undefined) return
  const { region, table: known } = first.meter
  await changeTables({ ...engine, catalog: engine.catalog.of(region) }, [known.name], (tables) => {
    const table = tables.find(known.name)
    if (table === undefined || table.tableId !== known.tableId || table.provisioned !== undefined) return
    const after = growths.reduce(grown, table)
    if (after !== table) tables.replace(after)
  })
}

/** The same value when the index is gone. */
function grown(table: Table, { meter: { index }, warm }: Growth): Table {
  if (index === undefined) return { ...table, warm: larger(table.warm, warm) }
  const at = table.indexes.findIndex((each) => each.indexId === index.indexId && each.name === index.name)
  const known = table.indexes[at]
  if (known?.kind !== 'global') return table
  return { ...table, indexes: table.indexes.with(at, { ...known, warm: larger(known.warm, warm) }) }
}

function larger(a: Throughput, b: Throughput): Throughput {
  return { readUnits: Math.max(a.readUnits, b.readUnits), writeUnits: Math.max(a.writeUnits, b.writeUnits) }
}
