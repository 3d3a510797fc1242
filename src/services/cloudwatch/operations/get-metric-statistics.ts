/** GetMetricStatistics: the statistics of one metric, period by period. */
import { hourMs, minuteMs } from '../../../base/clock.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { MetricPoint } from '../../../metering/metrics/read-points.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { fiveMinutePointsAgeMsMax, minutePointsAgeMsMax, statisticsPointsMax } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { isPeriod } from './metric-queries.ts'
import { readPeriods, unitOf } from './read-series.ts'
import { isAbsentStatistic, percentileNamed } from './statistic.ts'
import { type Grid, WorkBudget } from './time-series.ts'

type Input = CloudWatch<'GetMetricStatisticsInput'>

/** Ascending by time. AWS promises no order. */
export async function getMetricStatistics(engine: MeteredEngine, input: Input): Promise<CloudWatch<'GetMetricStatisticsOutput'>> {
  const grid = checkedGrid(engine, input)
  const { Statistics: statistics, ExtendedStatistics: extended } = checkedStatistics(input)
  const unit = unitOf(input.MetricName)
  const datapoints: CloudWatch<'Datapoint'>[] = []
  const points = await readPeriods(engine, input, { grid, budget: new WorkBudget(), statistic: (point) => point })
  for (const [startMs, point] of points) {
    const percentiles = extendedValues(point, extended)
    // A period without any of the percentiles asked for is one without data.
    if (extended.length > 0 && Object.keys(percentiles).length === 0) continue
    datapoints.push({
      Timestamp: startMs / 1000,
      ...plainValues(point, statistics),
      ...(unit !== undefined && { Unit: unit }),
      ...(extended.length > 0 && { ExtendedStatistics: percentiles }),
    })
  }
  return { Label: input.MetricName, Datapoints: datapoints }
}

/** Periods count from the start, which is rounded down: to a minute, to five after 15 days, to an hour after 63 (AWS's API reference). */
function checkedGrid(engine: MeteredEngine, { StartTime, EndTime, Period }: Input): Grid {
  if (StartTime >= EndTime) {
    throw new CloudWatchError('InvalidParameterValueException', 'The parameter StartTime must be less than the parameter EndTime.')
  }
  if (!isPeriod(Period)) {
    throw new CloudWatchError('InvalidParameterValueException', 'The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.')
  }
  const ageMs = engine.clock.now() - StartTime * 1000
  const stepMs = ageMs > fiveMinutePointsAgeMsMax ? hourMs : ageMs > minutePointsAgeMsMax ? 5 * minuteMs : minuteMs
  const startMs = Math.floor((StartTime * 1000) / stepMs) * stepMs
  const count = Math.ceil((EndTime * 1000 - startMs) / (Period * 1000))
  const asked = Math.ceil((EndTime - StartTime) / Period)
  if (asked > statisticsPointsMax) {
    // [V] github.com/cloud-custodian/cloud-custodian#7683
    const text = `You have requested up to ${asked} datapoints, which exceeds the limit of ${statisticsPointsMax}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`
    throw new CloudWatchError('InvalidParameterCombinationException', text)
  }
  return { startMs, periodMs: Period * 1000, count }
}

function checkedStatistics({
  Statistics = [],
  ExtendedStatistics = [],
}: Input): Required<Pick<Input, 'Statistics' | 'ExtendedStatistics'>> {
  if (Statistics.length === 0 && ExtendedStatistics.length === 0) {
    const text = 'At least one of the parameters Statistics and ExtendedStatistics must be specified.'
    throw new CloudWatchError('InvalidParameterCombinationException', text)
  }
  if (Statistics.length > 0 && ExtendedStatistics.length > 0) {
    const text = 'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.'
    throw new CloudWatchError('InvalidParameterCombinationException', text)
  }
  ExtendedStatistics.forEach((name, index) => {
    if (percentileNamed(name) !== undefined) return
    const parameter = `ExtendedStatistics.member.${index + 1}`
    const text = isAbsentStatistic(name)
      ? `Stator does not offer the statistic ${name} of parameter ${parameter}.`
      : `The value ${name} for parameter ${parameter} is not supported.`
    throw new CloudWatchError('InvalidParameterValueException', text)
  })
  return { Statistics, ExtendedStatistics }
}

function plainValues(point: MetricPoint, names: CloudWatch<'Statistics'>): CloudWatch<'Datapoint'> {
  const { sampleCount, sum, minimum, maximum } = point
  return {
    ...(names.includes('SampleCount') && { SampleCount: sampleCount }),
    ...(names.includes('Average') && { Average: sampleCount === 0 ? 0 : sum / sampleCount }),
    ...(names.includes('Sum') && { Sum: sum }),
    ...(names.includes('Minimum') && { Minimum: minimum }),
    ...(names.includes('Maximum') && { Maximum: maximum }),
  }
}

function extendedValues(point: MetricPoint, names: readonly string[]): { readonly [name: string]: number } {
  const values: { [name: string]: number } = {}
  for (const name of names) {
    const value = percentileNamed(name)?.(point)
    if (value !== undefined) values[name] = value
  }
  return values
}
