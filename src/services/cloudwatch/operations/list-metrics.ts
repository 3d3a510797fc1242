/** ListMetrics: what there are measurements of. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { type Dimensions, type MetricName, namespaceOf } from '../../../metering/metrics/metric-names.ts'
import { readPoints } from '../../../metering/metrics/read-points.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { listedMetricsMax, recentMetricsAgeMsMax } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { pageToken, placeIn } from './page-token.ts'
import { dimensionList } from './read-series.ts'
import { WorkBudget } from './time-series.ts'

type Input = CloudWatch<'ListMetricsInput'>

interface Known {
  /** Orders the list and tells pages apart. */
  readonly key: string
  readonly name: MetricName
  readonly dimensions: Dimensions
  readonly list: CloudWatch<'Dimensions'>
}

/** In the order of names, then of dimensions; at most 500 at a time. */
export async function listMetrics(engine: MeteredEngine, input: Input): Promise<CloudWatch<'ListMetricsOutput'>> {
  const after = afterOf(input.NextToken)
  const budget = new WorkBudget()
  const metrics: CloudWatch<'Metric'>[] = []
  let lastKey = ''
  for (const known of await matching(engine, input, budget)) {
    if (after !== undefined && known.key <= after) continue
    if (budget.isTurnOver) await budget.rest()
    if (input.RecentlyActive !== undefined && !(await isRecent(engine, known))) continue
    if (metrics.length === listedMetricsMax) return { Metrics: metrics, NextToken: pageToken('metrics', lastKey) }
    metrics.push({ Namespace: namespaceOf(known.name), MetricName: known.name, Dimensions: known.list })
    lastKey = known.key
  }
  return { Metrics: metrics }
}

async function matching(engine: MeteredEngine, input: Input, budget: WorkBudget): Promise<readonly Known[]> {
  const { Namespace, MetricName: metricName, Dimensions: filters = [], OwningAccount } = input
  if (OwningAccount !== undefined && OwningAccount !== engine.account) return []
  const found: Known[] = []
  await engine.metering.metrics.refresh(engine.store)
  for (const { name, dimensions } of engine.metering.metrics.known()) {
    if (budget.isTurnOver) await budget.rest()
    if (dimensions.region !== engine.catalog.region || (metricName !== undefined && metricName !== name)) continue
    if (Namespace !== undefined && Namespace !== namespaceOf(name)) continue
    const list = dimensionList(dimensions)
    const fits = filters.every(({ Name, Value }) => list.some((own) => own.Name === Name && (Value === undefined || own.Value === Value)))
    if (fits) found.push({ key: [name, ...list.map(({ Name, Value }) => `${Name}=${Value}`)].join(' '), name, dimensions, list })
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function isRecent(engine: MeteredEngine, { name, dimensions }: Known): Promise<boolean> {
  const nowMs = engine.clock.now()
  const points = await readPoints(engine, name, dimensions, nowMs - recentMetricsAgeMsMax, nowMs + 1)
  return points.length > 0
}

function afterOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const place = placeIn('metrics', token)
  if (place === undefined) throw new CloudWatchError('InvalidParameterValueException', 'The parameter NextToken is not valid.')
  return place
}
