/** PutMetricAlarm: creates an alarm or gives it another definition. Its state stays until the next evaluation. */
import { CloudWatchError, validationError } from '../../api/cloudwatch/errors.ts'
import type { CloudWatch } from '../../api/cloudwatch/shapes.ts'
import type { AlarmDefinition } from '../../engine/alarms/alarm.ts'
import type { Engine } from '../../engine/engine.ts'
import { configurationItem } from './alarm-description.ts'
import { answerQueries, checkQueries, isPeriod } from './metric-queries.ts'
import { isAbsentStatistic, percentileNamed } from './statistic.ts'

type Input = CloudWatch<'PutMetricAlarmInput'>

const alarmsMax = 5000
const treatments = ['breaching', 'notBreaching', 'ignore', 'missing']
const daySeconds = 86_400
const secondsMax = 7 * daySeconds

export async function putMetricAlarm(engine: Engine, input: Input): Promise<void> {
  const definition = checkedDefinition(input)
  if (definition.Metrics !== undefined) await tryExpressions(engine, definition.Metrics)
  const { alarms, store, catalog } = engine
  const name = definition.AlarmName
  if (alarms.count(catalog.region) >= alarmsMax && alarms.find(catalog.region, name) === undefined) {
    throw new CloudWatchError('LimitExceededFault', `The maximum limit of ${alarmsMax} alarms has been exceeded.`)
  }
  await alarms.change(store, catalog.region, name, (known) => {
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
function checkedDefinition({ Tags: _tags, ...input }: Input): AlarmDefinition {
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
  const period = input.Metrics === undefined ? checkMetric(input) : checkMath(input, input.Metrics)
  if (period * EvaluationPeriods > (period >= 3600 ? secondsMax : daySeconds)) {
    throw validationError(
      `Metrics cannot be checked across more than ${period >= 3600 ? 'seven days' : 'a day'} (EvaluationPeriods * Period must be <= ${period >= 3600 ? secondsMax : daySeconds}).`,
    )
  }
  return { ...input, Threshold }
}

/** Some faults of an expression show only when it is evaluated; no time at all is enough for that. */
async function tryExpressions(engine: Engine, metrics: CloudWatch<'MetricDataQueries'>): Promise<void> {
  await answerQueries(engine, checkQueries(metrics, 'Metrics'), (seconds) => ({ startMs: 0, periodMs: seconds * 1000, count: 0 }))
}

/** The period of an alarm on one metric, in seconds. */
function checkMetric({ Namespace, MetricName, Period, Statistic, ExtendedStatistic }: Omit<Input, 'Tags'>): number {
  if (MetricName === undefined) throw validationError('Either MetricName or Metrics must be specified.')
  if (Namespace === undefined) throw validationError('The parameter Namespace is required.')
  if (Period === undefined) throw validationError('The parameter Period is required.')
  if (!isPeriod(Period)) throw validationError('Period must be 10, 20, 30 or a multiple of 60')
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
function checkMath(input: Omit<Input, 'Tags'>, metrics: CloudWatch<'MetricDataQueries'>): number {
  for (const name of ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Dimensions', 'Period', 'Unit'] as const) {
    const value = input[name]
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isEmpty) throw validationError(`${name} should not be set if list of Metrics is set.`)
  }
  const queries = checkQueries(metrics, 'Metrics')
  if (queries.filter(({ isReturned }) => isReturned).length !== 1) {
    throw validationError('Exactly one element of the metrics list should return data.')
  }
  const periods = new Set(queries.flatMap((query) => (query.kind === 'statistic' ? [query.periodSeconds] : [])))
  const [period, ...others] = periods
  if (period === undefined) throw validationError('At least one element of the metrics list must have a MetricStat.')
  if (others.length > 0) throw validationError('The elements of the metrics list must have the same Period.')
  return period
}
