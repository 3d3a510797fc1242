/** What capacity a table and its global indexes have, use, and may be scaled to, of what the estimate of its cost found out anyway. */
import { dayMs } from '../../base/clock.ts'
import type { Table } from '../../engine/schema/table.ts'
import { settingEveryMinutes } from '../../metering/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { readPoints } from '../../metering/metrics/read-points.ts'
import type { ScalableTarget } from '../auto-scaling/targets/scalable-target.ts'
import { loadScalableTargets } from '../auto-scaling/targets/scalable-targets.ts'
import type { Records } from '../records.ts'
import type { TableCost } from './table-cost.ts'
import { hoursPerMonth } from './throughput-cost.ts'

/** Of the table (without an index) or a global index, in units a second. */
export interface LineOfTable {
  readonly index: string | undefined
  readonly access: 'read' | 'write'
  /** Undefined on demand. */
  readonly provisioned: number | undefined
  readonly mean: number
  readonly peak: number
  /** How long was watched. */
  readonly minutes: number
  readonly scaling?: ScalingOfLine
}

interface ScalingOfLine {
  readonly min: number
  readonly max: number
  readonly targetPercent: number | undefined
  /** Of the last day. */
  readonly minutesAtMax: number
}

const accesses = [
  { access: 'read', units: 'readUnits', dimension: 'ReadCapacityUnits' },
  { access: 'write', units: 'writeUnits', dimension: 'WriteCapacityUnits' },
] as const

/** `cost` is that of the table, for a window of so many minutes. */
export async function linesOfTable(
  engine: MeteredEngine,
  records: Records,
  { table, cost, minutes }: { readonly table: Table; readonly cost: TableCost; readonly minutes: number },
): Promise<readonly LineOfTable[]> {
  const targets = (await records.of(loadScalableTargets)).ofRegion(engine.catalog.region)
  const lines: LineOfTable[] = []
  for (const { kind, name, throughput } of cost.lines) {
    if (throughput === undefined) continue
    const index = kind === 'table' ? undefined : name
    const setting = index === undefined ? table : table.indexes.find((each) => each.name === index)
    const resourceId = `table/${table.name}${index === undefined ? '' : `/index/${index}`}`
    for (const { access, units, dimension } of accesses) {
      const wanted = `dynamodb:${index === undefined ? 'table' : 'index'}:${dimension}`
      const target = targets.find(({ place }) => place.resourceId === resourceId && place.dimension === wanted)
      const scaling = target && (await scalingOf(engine, table.name, index, target, `Provisioned${dimension}`))
      lines.push({
        index,
        access,
        provisioned: setting !== undefined && 'provisioned' in setting ? setting.provisioned?.[units] : undefined,
        mean: throughput[units] / (hoursPerMonth * 3600),
        peak: throughput.peak[units],
        minutes,
        ...(scaling !== undefined && { scaling }),
      })
    }
  }
  return lines
}

async function scalingOf(
  engine: MeteredEngine,
  tableName: string,
  index: string | undefined,
  { minCapacity, maxCapacity, policies }: ScalableTarget,
  metric: 'ProvisionedReadCapacityUnits' | 'ProvisionedWriteCapacityUnits',
): Promise<ScalingOfLine> {
  const nowMs = engine.clock.now()
  const dimensions = {
    region: engine.catalog.region,
    TableName: tableName,
    ...(index !== undefined && { GlobalSecondaryIndexName: index }),
  }
  const points = await readPoints(engine, metric, dimensions, nowMs - dayMs, nowMs)
  return {
    min: minCapacity,
    max: maxCapacity,
    targetPercent: policies[0]?.targetPercent,
    minutesAtMax: settingEveryMinutes * points.filter(({ maximum }) => maximum >= maxCapacity).length,
  }
}
