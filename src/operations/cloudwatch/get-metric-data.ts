/** GetMetricData: statistics and metric math of many metrics at once, in pages. */
import { CloudWatchError, validationError } from '../../api/cloudwatch/errors.ts'
import type { CloudWatch } from '../../api/cloudwatch/shapes.ts'
import type { Engine } from '../../engine/engine.ts'
import { answerQueries, checkQueries } from './metric-queries.ts'
import { pageToken, placeIn } from './page-token.ts'
import type { Grid, TimeSeries } from './time-series.ts'

type Input = CloudWatch<'GetMetricDataInput'>
type Result = CloudWatch<'MetricDataResult'>

const datapointsMax = 100_800

/**
 * Periods lie on multiples of their length, and those that start within the times asked for are answered; newest first unless asked
 * otherwise. A page ends with its last datapoint, and the next one computes everything anew.
 */
export async function getMetricData(engine: Engine, input: Input): Promise<CloudWatch<'GetMetricDataOutput'>> {
  const { StartTime, EndTime, ScanBy = 'TimestampDescending', MaxDatapoints = datapointsMax } = input
  if (StartTime >= EndTime) throw validationError('The parameter StartTime must be less than the parameter EndTime.')
  if (MaxDatapoints < 1 || MaxDatapoints > datapointsMax) {
    throw validationError(`The parameter MaxDatapoints must be between 1 and ${datapointsMax}.`)
  }
  const queries = checkQueries(input.MetricDataQueries, 'MetricDataQueries')
  const skipped = skippedBy(input.NextToken)
  const results = await answerQueries(engine, queries, (periodSeconds) => gridOf(StartTime * 1000, EndTime * 1000, periodSeconds * 1000))
  const all = results.flatMap(({ query, series }) => series.map((each) => ({ id: query.id, series: each })))
  const page: Result[] = []
  let at = 0
  let left = MaxDatapoints
  for (const { id, series } of all) {
    const points = ordered(series, ScanBy)
    const from = Math.min(Math.max(skipped - at, 0), points.length)
    const taken = points.slice(from, from + left)
    at += points.length
    left -= taken.length
    // A series whose points all were in earlier pages is not told of again; one without any is told of once.
    if (taken.length === 0 && skipped > 0 && (points.length === 0 || from === points.length)) continue
    page.push(resultOf(id, series, taken, from + taken.length === points.length))
  }
  const end = skipped + MaxDatapoints - left
  return { MetricDataResults: page, Messages: [], ...(end < at && { NextToken: pageToken('data', String(end)) }) }
}

function gridOf(fromMs: number, toMs: number, periodMs: number): Grid {
  // Points are of one minute, so no period starts within one.
  const startMs = Math.floor(fromMs / Math.max(periodMs, 60_000)) * Math.max(periodMs, 60_000)
  return { startMs, periodMs, count: Math.ceil((toMs - startMs) / periodMs) }
}

function skippedBy(token: string | undefined): number {
  if (token === undefined) return 0
  const place = placeIn('data', token)
  if (place === undefined || !/^\d{1,12}$/.test(place))
    throw new CloudWatchError('InvalidNextToken', 'The parameter NextToken is not valid.')
  return Number(place)
}

function ordered({ values }: TimeSeries, scanBy: NonNullable<Input['ScanBy']>): readonly (readonly [number, number])[] {
  const points = [...values]
  return scanBy === 'TimestampAscending' ? points : points.reverse()
}

function resultOf(id: string, { label }: TimeSeries, points: readonly (readonly [number, number])[], isComplete: boolean): Result {
  return {
    Id: id,
    Label: label,
    Timestamps: points.map(([timeMs]) => timeMs / 1000),
    Values: points.map(([, value]) => value),
    StatusCode: isComplete ? 'Complete' : 'PartialData',
  }
}
