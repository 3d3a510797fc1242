/** From the address of a metric to what was measured: which series it means, and their points in periods. */

import { operations } from '../../../api/operations.ts'
import { getOwn } from '../../../base/own.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { type Dimensions, isMetricName, type MetricName, metricUnits, namespaceOf } from '../../../metering/metrics/metric-names.ts'
import { joinPoints, type MetricPoint, readPoints } from '../../../metering/metrics/read-points.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import type { StatisticOf } from './statistic.ts'
import type { Grid, TimeSeries, WorkBudget } from './time-series.ts'

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

/**
 * What `statistic` makes of each period of the grid, by the start of the period, ascending; periods without measurements or without
 * a value are left out.
 */
export async function readPeriods<T>(
  engine: MeteredEngine,
  address: MetricAddress,
  { grid, budget, statistic }: { grid: Grid; budget: WorkBudget; statistic: (point: MetricPoint) => T | undefined },
): Promise<ReadonlyMap<number, T>> {
  const { startMs, periodMs } = grid
  const values = new Map<number, T>()
  for (const [period, points] of await pointsByPeriod(engine, address, grid, budget)) {
    if (budget.isTurnOver) await budget.rest()
    const joined = joinPoints(points)
    const value = joined && statistic(joined)
    if (value !== undefined) values.set(startMs + period * periodMs, value)
  }
  return values
}

/** The points of each period, by its number. */
async function pointsByPeriod(
  engine: MeteredEngine,
  address: MetricAddress,
  { startMs, periodMs, count }: Grid,
  budget: WorkBudget,
): Promise<Iterable<readonly [number, readonly MetricPoint[]]>> {
  const periods = new Map<number, MetricPoint[]>()
  const series = await seriesOf(engine, address)
  for (const { name, dimensions } of series) {
    const points = await readPoints(engine, name, dimensions, startMs, startMs + count * periodMs)
    await budget.spend(points.length)
    for (const point of points) {
      const period = Math.floor((point.minuteMs - startMs) / periodMs)
      const known = periods.get(period)
      if (known === undefined) periods.set(period, [point])
      else known.push(point)
    }
  }
  return series.length > 1 ? [...periods].sort(([a], [b]) => a - b) : periods
}

/** One statistic of it. */
export async function readSeries(
  engine: MeteredEngine,
  {
    address,
    statistic,
    grid,
    label,
    budget,
  }: { address: MetricAddress; statistic: StatisticOf; grid: Grid; label: string; budget: WorkBudget },
): Promise<TimeSeries> {
  return { label, grid, values: await readPeriods(engine, address, { grid, budget, statistic }) }
}

/**
 * The series that an address means: the one with exactly these dimensions, as on AWS. What is measured by operation can also be
 * asked for by everything but the operation, and is then all operations together; AWS answers nothing there.
 */
async function seriesOf(engine: MeteredEngine, address: MetricAddress): Promise<readonly SeriesAddress[]> {
  const { Namespace, MetricName: metricName = '', Dimensions: list = [], Unit } = address
  const unit = unitOf(metricName)
  if (!isMetricName(metricName) || Namespace !== namespaceOf(metricName) || unit === undefined || (Unit !== undefined && Unit !== unit))
    return []
  const dimensions = dimensionsOf(engine, list)
  if (dimensions === undefined) return []
  const name: MetricName = metricName
  const exact = { name, dimensions }
  const { metrics } = engine.metering
  const isThere = (series: SeriesAddress): boolean => metrics.find(series.name, series.dimensions) !== undefined
  if (dimensions.Operation !== undefined || dimensions.TableName === undefined || isThere(exact)) return [exact]
  await metrics.refresh(engine.store)
  if (isThere(exact)) return [exact]
  return Object.keys(operations)
    .map((Operation) => ({ name, dimensions: { ...dimensions, Operation } }))
    .filter(isThere)
}

interface SeriesAddress {
  readonly name: MetricName
  readonly dimensions: Dimensions
}

/** Undefined when a dimension is named that no metric has, or one twice. */
function dimensionsOf(engine: MeteredEngine, list: CloudWatch<'Dimensions'>): Dimensions | undefined {
  const named = new Map(list.map(({ Name, Value }) => [Name, Value]))
  if (named.size !== list.length || ![...named.keys()].every((name) => dimensionNames.has(name))) return undefined
  return { region: engine.catalog.region, ...Object.fromEntries(named) }
}

const dimensionNames: ReadonlySet<string> = new Set([
  'EventSourceMappingUUID',
  'FunctionName',
  'TableName',
  'GlobalSecondaryIndexName',
  'IndexName',
  'Operation',
  'StreamLabel',
  'DelegatedOperation',
  'ReceivingRegion',
])

/** As CloudWatch writes them; the region is not one of them. */
export function dimensionList({
  DelegatedOperation,
  TableName,
  GlobalSecondaryIndexName,
  IndexName,
  Operation,
  StreamLabel,
  FunctionName,
  EventSourceMappingUUID,
  ReceivingRegion,
}: Dimensions): CloudWatch<'Dimensions'> {
  return Object.entries({
    DelegatedOperation,
    EventSourceMappingUUID,
    FunctionName,
    GlobalSecondaryIndexName,
    IndexName,
    Operation,
    ReceivingRegion,
    StreamLabel,
    TableName,
  }).flatMap(([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }]))
}
