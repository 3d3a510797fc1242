/** From the address of a metric to what was measured: which series it means, and their points in periods. */
import type { CloudWatch } from '../../api/cloudwatch/shapes.ts'
import { getOwn } from '../../base/own.ts'
import type { Engine } from '../../engine/engine.ts'
import { type Dimensions, type MetricName, metricUnits } from '../../engine/metrics/metric-names.ts'
import { joinPoints, type MetricPoint, readPoints } from '../../engine/metrics/read-points.ts'
import type { StatisticOf } from './statistic.ts'
import type { Grid, TimeSeries } from './time-series.ts'

/** The only namespace there is. */
export const namespace = 'AWS/DynamoDB'

export interface MetricAddress {
  readonly Namespace?: string
  readonly MetricName?: string
  readonly Dimensions?: CloudWatch<'Dimensions'>
  /** Without one: whatever the metric is measured in. */
  readonly Unit?: CloudWatch<'StandardUnit'>
}

/** The unit of a metric; undefined for one that Stator does not know. */
export function unitOf(metricName: string): CloudWatch<'StandardUnit'> | undefined {
  return getOwn(metricUnits as { readonly [name: string]: CloudWatch<'StandardUnit'> }, metricName)
}

/** What was measured in each period of the grid, by the start of the period; periods without measurements are left out. */
export async function readPeriods(engine: Engine, address: MetricAddress, grid: Grid): Promise<ReadonlyMap<number, MetricPoint>> {
  const { startMs, periodMs, count } = grid
  const periods = new Map<number, MetricPoint[]>()
  for (const { name, dimensions } of seriesOf(engine, address)) {
    for (const point of await readPoints(engine, name, dimensions, startMs, startMs + count * periodMs)) {
      const period = startMs + Math.floor((point.minuteMs - startMs) / periodMs) * periodMs
      const known = periods.get(period)
      if (known === undefined) periods.set(period, [point])
      else known.push(point)
    }
  }
  const joined = new Map<number, MetricPoint>()
  for (const [period, points] of [...periods].sort(([a], [b]) => a - b)) {
    const point = joinPoints(points)
    if (point !== undefined) joined.set(period, point)
  }
  return joined
}

/** One statistic of it. */
export async function readSeries(
  engine: Engine,
  { address, statistic, grid, label }: { address: MetricAddress; statistic: StatisticOf; grid: Grid; label: string },
): Promise<TimeSeries> {
  const values = new Map<number, number>()
  for (const [period, point] of await readPeriods(engine, address, grid)) {
    const value = statistic(point)
    if (value !== undefined) values.set(period, value)
  }
  return { label, grid, values }
}

/**
 * The series that an address means: the one with exactly these dimensions, as on AWS. What is measured by operation can also be
 * asked for by everything but the operation, and is then all operations together; AWS answers nothing there.
 */
function seriesOf(engine: Engine, address: MetricAddress): readonly { readonly name: MetricName; readonly dimensions: Dimensions }[] {
  const { Namespace, MetricName: metricName = '', Dimensions: dimensions = [], Unit } = address
  const unit = unitOf(metricName)
  if (Namespace !== namespace || unit === undefined || (Unit !== undefined && Unit !== unit)) return []
  const asked = dimensionsOf(engine, dimensions)
  if (asked === undefined) return []
  const name = metricName as MetricName
  if (engine.metrics.find(name, asked) !== undefined) return [{ name, dimensions: asked }]
  if (asked.Operation !== undefined || asked.TableName === undefined) return []
  return [...engine.metrics.known()].filter((series) => {
    const { region, TableName, GlobalSecondaryIndexName, Operation, StreamLabel } = series.dimensions
    if (series.name !== name || region !== asked.region || TableName !== asked.TableName || Operation === undefined) return false
    return GlobalSecondaryIndexName === asked.GlobalSecondaryIndexName && StreamLabel === asked.StreamLabel
  })
}

/** Undefined when a dimension is named that no metric has, or one twice. */
function dimensionsOf(engine: Engine, list: CloudWatch<'Dimensions'>): Dimensions | undefined {
  const named = new Map(list.map(({ Name, Value }) => [Name, Value]))
  if (named.size !== list.length || ![...named.keys()].every((name) => dimensionNames.has(name))) return undefined
  return { region: engine.catalog.region, ...Object.fromEntries(named) }
}

const dimensionNames: ReadonlySet<string> = new Set(['TableName', 'GlobalSecondaryIndexName', 'Operation', 'StreamLabel'])

/** As CloudWatch writes them; the region is not one of them. */
export function dimensionList({ TableName, GlobalSecondaryIndexName, Operation, StreamLabel }: Dimensions): CloudWatch<'Dimensions'> {
  return Object.entries({ GlobalSecondaryIndexName, Operation, StreamLabel, TableName }).flatMap(([Name, Value]) =>
    Value === undefined ? [] : [{ Name, Value }],
  )
}
