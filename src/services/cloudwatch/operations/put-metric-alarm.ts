/** PutMetricAlarm: creates an alarm or gives it another definition. Its state stays until the next evaluation. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { AlarmDefinition } from '../alarms/alarm.ts'
import { CloudWatchError, validationError } from '../contract/errors.ts'
import {
  alarmLongPeriodSecondsMin,
  alarmLongSpanSecondsMax,
  alarmPeriodSecondsMin,
  alarmQueriesOfKindMax,
  alarmSpanSecondsMax,
  alarmsMax,
} from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { configurationItem } from './alarm-description.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'
import { checkQueries, isPeriod, QueryAnswers } from './metric-queries.ts'
import { isAbsentStatistic, percentileNamed } from './statistic.ts'
import { WorkBudget } from './time-series.ts'

type Input = CloudWatch<'PutMetricAlarmInput'>

const treatments = ['breaching', 'notBreaching', 'ignore', 'missing']

export async function putMetricAlarm({ engine, alarms }: CloudWatchContext, input: Input): Promise<void> {
  const definition = await checkedDefinition(engine, input)
  await alarms.change(engine.catalog.region, definition.AlarmName, (known, count) => {
    if (known === undefined && count >= alarmsMax) {
      throw new CloudWatchError('LimitExceededFault', `The maximum limit of ${alarmsMax} alarms has been exceeded.`)
    }
    const nowMs = engine.clock.now()
    const created = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', reasonData: undefined } as const
    const state = known?.state ?? { ...created, updatedMs: nowMs, transitionedMs: nowMs }
    return {
      alarm: { definition, configuredMs: nowMs, state },
      history: [configurationItem(known === undefined ? 'Create' : 'Update', definition, nowMs)],
    }
  })
}

/** Which texts AWS has for these is known for few of them. [I] */
async function checkedDefinition(engine: MeteredEngine, { Tags: _tags, ...input }: Input): Promise<AlarmDefinition> {
  const { AlarmName, EvaluationPeriods, DatapointsToAlarm, TreatMissingData, ThresholdMetricId, Threshold } = input
  const { EvaluateLowSampleCountPercentile: lowSamples } = input
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(AlarmName)) throw validationError('The parameter AlarmName must not contain control characters.')
  if (ThresholdMetricId !== undefined || /(Lower|Upper)Threshold$/.test(input.ComparisonOperator)) {
    throw validationError('Stator does not offer alarms on anomaly detection.')
  }
  if (Threshold === undefined) throw validationError('The parameter Threshold is required.')
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods')
  }
  if (TreatMissingData !== undefined && !treatments.includes(TreatMissingData)) {
    throw validationError(
      `The value ${TreatMissingData} is not supported for TreatMissingData parameter. Supported values are [${treatments.join(', ')}].`,
    )
  }
  if (lowSamples !== undefined && lowSamples !== 'evaluate' && lowSamples !== 'ignore') {
    throw validationError(
      `Option ${lowSamples} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    )
  }
  const period = input.Metrics === undefined ? checkMetric(input) : await checkMath(engine, input, input.Metrics)
  if (period * EvaluationPeriods > (period >= alarmLongPeriodSecondsMin ? alarmLongSpanSecondsMax : alarmSpanSecondsMax)) {
    throw validationError(
      `Metrics cannot be checked across more than ${period >= alarmLongPeriodSecondsMin ? 'seven days' : 'a day'} (EvaluationPeriods * Period must be <= ${period >= alarmLongPeriodSecondsMin ? alarmLongSpanSecondsMax : alarmSpanSecondsMax}).`,
    )
  }
  return { ...input, Threshold }
}

/** The period of an alarm on one metric, in seconds. */
function checkMetric({ Namespace, MetricName, Period, Statistic, ExtendedStatistic }: Omit<Input, 'Tags'>): number {
  if (MetricName === undefined) throw validationError('Either MetricName or Metrics must be specified.')
  if (Namespace === undefined) throw validationError('The parameter Namespace is required.')
  if (Period === undefined) throw validationError('The parameter Period is required.')
  if (!isPeriod(Period) || Period < alarmPeriodSecondsMin) throw validationError('Period must be 10, 20, 30 or a multiple of 60')
  if (Statistic !== undefined && ExtendedStatistic !== undefined) {
    throw new CloudWatchError(
      'InvalidParameterCombinationException',
      'The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.',
    )
  }
  if (Statistic === undefined && ExtendedStatistic === undefined) {
    throw validationError('Exactly one of Statistic and ExtendedStatistic must be specified.')
  }
  if (ExtendedStatistic !== undefined && percentileNamed(ExtendedStatistic) === undefined) {
    const isAbsent = isAbsentStatistic(ExtendedStatistic)
    throw validationError(
      isAbsent
        ? `Stator does not offer the statistic ${ExtendedStatistic}.`
        : `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`,
    )
  }
  return Period
}

/** [V] "… should not be set if list of Metrics is set": github.com/cloudtools/troposphere#1276. */
async function checkMath(engine: MeteredEngine, input: Omit<Input, 'Tags'>, metrics: CloudWatch<'MetricDataQueries'>): Promise<number> {
  for (const name of ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Dimensions', 'Period', 'Unit'] as const) {
    const value = input[name]
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isEmpty) throw validationError(`${name} should not be set if list of Metrics is set.`)
  }
  const budget = new WorkBudget()
  const queries = await checkQueries(metrics, 'Metrics', budget)
  for (const kind of ['statistic', 'expression'] as const) {
    if (queries.filter((query) => query.kind === kind).length <= alarmQueriesOfKindMax) continue
    const member = kind === 'statistic' ? 'a MetricStat' : 'an Expression'
    throw validationError(`At most ${alarmQueriesOfKindMax} elements of the metrics list may have ${member}.`)
  }
  const [watched, ...alsoReturned] = queries.filter(({ isReturned }) => isReturned)
  if (watched === undefined || alsoReturned.length > 0) {
    throw validationError('Exactly one element of the metrics list should return data.')
  }
  const periods = new Set(queries.flatMap((query) => (query.kind === 'statistic' ? [query.periodSeconds] : [])))
  const [period, ...others] = periods
  if (period === undefined) throw validationError('At least one element of the metrics list must have a MetricStat.')
  if (others.length > 0) throw validationError('The elements of the metrics list must have the same Period.')
  if (period < alarmPeriodSecondsMin) throw validationError('Period must be 10, 20, 30 or a multiple of 60')
  // Some faults of an expression show only when it is evaluated; no time at all is enough for that.
  await new QueryAnswers(engine, queries, (seconds) => ({ startMs: 0, periodMs: seconds * 1000, count: 0 }), budget).of(watched)
  return period
}
