/** GetMetricData: statistics and metric math of many metrics at once, in pages. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { CloudWatchError, validationError } from '../contract/errors.ts'
import { metricDataPointsMax, pointPeriodMs } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { checkQueries, type MetricQuery, QueryAnswers } from './metric-queries.ts'
import { pageToken, placeIn } from './page-token.ts'
import { type Grid, type TimeSeries, WorkBudget } from './time-series.ts'

type Input = CloudWatch<'GetMetricDataInput'>
type Output = CloudWatch<'GetMetricDataOutput'>
type Result = CloudWatch<'MetricDataResult'>

/**
 * Periods lie on multiples of their length, and those that start within the times asked for are answered; newest first unless asked
 * otherwise. A page ends with its last datapoint: what comes behind it is computed for the next page.
 */
export async function getMetricData(engine: MeteredEngine, input: Input): Promise<Output> {
  const { StartTime, EndTime, ScanBy = 'TimestampDescending', MaxDatapoints = metricDataPointsMax } = input
  if (StartTime >= EndTime) throw validationError('The parameter StartTime must be less than the parameter EndTime.')
  if (MaxDatapoints < 1 || MaxDatapoints > metricDataPointsMax) {
    throw validationError(`The parameter MaxDatapoints must be between 1 and ${metricDataPointsMax}.`)
  }
  const budget = new WorkBudget()
  const queries = await checkQueries(input.MetricDataQueries, 'MetricDataQueries', budget)
  const from = placeOf(input.NextToken)
  const grid = (periodSeconds: number): Grid => gridOf(StartTime * 1000, EndTime * 1000, periodSeconds * 1000)
  const answers = new QueryAnswers(engine, queries, grid, budget)
  const page = new Page(from, MaxDatapoints, ScanBy)
  for (const [number, query] of queries.entries()) {
    if (!query.isReturned || number < from.query) continue
    if (page.isFull) page.postpone(number, query)
    else page.add(number, query, await answers.of(query))
  }
  return page.output
}

/** In what a page begins: a query, one of its series, and the last datapoint of it that was told of. */
interface Place {
  readonly query: number
  readonly series: number
  readonly timeMs: number | undefined
}

class Page {
  readonly #from: Place
  readonly #isAscending: boolean
  readonly #results: Result[] = []
  #left: number
  #next: Place | undefined

  constructor(from: Place, datapoints: number, scanBy: NonNullable<Input['ScanBy']>) {
    this.#from = from
    this.#left = datapoints
    this.#isAscending = scanBy === 'TimestampAscending'
  }

  get isFull(): boolean {
    return this.#left === 0
  }

  /** What is left of the series of this query, as far as there is room. */
  add(query: number, { id }: MetricQuery, list: readonly TimeSeries[]): void {
    for (const [series, { label, values }] of list.entries()) {
      const after = this.#tellAfter(query, series)
      if (after === 'told') continue
      const points = [...values]
      if (!this.#isAscending) points.reverse()
      const from = after === undefined ? 0 : points.findIndex(([timeMs]) => (this.#isAscending ? timeMs > after : timeMs < after))
      const rest = from < 0 ? [] : points.slice(from)
      const told = rest.slice(0, this.#left)
      this.#left -= told.length
      if (told.length < rest.length) this.#next ??= { query, series, timeMs: told.at(-1)?.[0] }
      this.#results.push(resultOf(id, label, told, told.length === rest.length))
    }
  }

  /** A query whose turn comes with the next page. */
  postpone(query: number, { id, label = id }: MetricQuery): void {
    this.#next ??= { query, series: 0, timeMs: undefined }
    this.#results.push(resultOf(id, label, [], false))
  }

  get output(): Output {
    const { query, series, timeMs = '' } = this.#next ?? {}
    return {
      MetricDataResults: this.#results,
      Messages: [],
      ...(this.#next !== undefined && { NextToken: pageToken('data', `${query} ${series} ${timeMs}`) }),
    }
  }

  /** The time after which there is something to tell of a series; undefined for all of it. */
  #tellAfter(query: number, series: number): number | undefined | 'told' {
    if (query > this.#from.query || series > this.#from.series) return undefined
    return series < this.#from.series ? 'told' : this.#from.timeMs
  }
}

function gridOf(fromMs: number, toMs: number, periodMs: number): Grid {
  // Points are of one minute, so no period starts within one.
  const startMs = Math.floor(fromMs / Math.max(periodMs, pointPeriodMs)) * Math.max(periodMs, pointPeriodMs)
  return { startMs, periodMs, count: Math.ceil((toMs - startMs) / periodMs) }
}

function placeOf(token: string | undefined): Place {
  if (token === undefined) return { query: 0, series: 0, timeMs: undefined }
  const found = /^(\d{1,3}) (\d{1,6}) (-?\d{1,17})?$/.exec(placeIn('data', token) ?? '')
  if (found === null) throw new CloudWatchError('InvalidNextToken', 'The parameter NextToken is not valid.')
  const [, query, series, timeMs] = found
  return { query: Number(query), series: Number(series), timeMs: timeMs === undefined ? undefined : Number(timeMs) }
}

function resultOf(id: string, label: string, points: readonly (readonly [number, number])[], isComplete: boolean): Result {
  return {
    Id: id,
    Label: label,
    Timestamps: points.map(([timeMs]) => timeMs / 1000),
    Values: points.map(([, value]) => value),
    StatusCode: isComplete ? 'Complete' : 'PartialData',
  }
}
