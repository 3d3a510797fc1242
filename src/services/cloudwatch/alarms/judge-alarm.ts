/**
 * What state an alarm ought to be in, from what was measured: the rules of "Configuring how CloudWatch alarms treat missing data"
 * (CloudWatch user guide), whose tables are the test of this file. Pure: no clock, no store.
 */
import { toldDatapointsMax } from '../contract/limits.ts'
import type { AlarmDefinition, AlarmStateValue } from './alarm.ts'

/** The value of a period that has one. */
export interface Datapoint {
  readonly timeMs: number
  readonly value: number
}

export interface Judgement {
  readonly value: AlarmStateValue
  readonly reason: string
  /** Those that were counted, newest first. */
  readonly evaluated: readonly Datapoint[]
}

/** So many periods are looked at, newest first: two more than are counted, as in the guide's example. [I] for other numbers. */
export function evaluationRangeOf({ EvaluationPeriods }: AlarmDefinition): number {
  return EvaluationPeriods + 2
}

/**
 * `range` holds the periods of the evaluation range, newest first, undefined where nothing was measured. Undefined: the alarm
 * stays as it is.
 */
export function judgeAlarm(definition: AlarmDefinition, range: readonly (Datapoint | undefined)[]): Judgement | undefined {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData: treatment = 'missing' } = definition
  const real = range.filter((point) => point !== undefined)
  const evaluated = real.slice(0, periods)
  const missing = periods - evaluated.length
  const breaching = evaluated.filter(({ value }) => isBreaching(definition, value))
  const told = { definition, evaluated, breaching, missing }
  const judged = (isAlarm: boolean): Judgement =>
    isAlarm ? { value: 'ALARM', reason: alarmReason(told), evaluated } : { value: 'OK', reason: okReason(told), evaluated }
  if (missing === 0 || treatment === 'notBreaching') return judged(breaching.length >= needed)
  if (treatment === 'breaching') return judged(breaching.length + missing >= needed)
  if (breaching.length >= needed) return judged(true)
  if (evaluated.length === 0) return treatment === 'ignore' ? undefined : insufficient(periods)
  if (breaching.length < evaluated.length) return judged(false)
  // All that was measured breaches, but it is too little.
  if (treatment === 'ignore') return undefined
  const oldest = range.findLastIndex((point) => point !== undefined)
  return judged(oldest + 1 >= needed)
}

function insufficient(periods: number): Judgement {
  const reason = `Insufficient Data: ${periods} datapoint${periods === 1 ? ' was' : 's were'} unknown.`
  return { value: 'INSUFFICIENT_DATA', reason, evaluated: [] }
}

function isBreaching({ ComparisonOperator: operator, Threshold: threshold }: AlarmDefinition, value: number): boolean {
  switch (operator) {
    case 'GreaterThanThreshold':
      return value > threshold
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold
    case 'LessThanThreshold':
      return value < threshold
    case 'LessThanOrEqualToThreshold':
      return value <= threshold
    // Bands come from anomaly detection, which PutMetricAlarm refuses.
    case 'LessThanLowerOrGreaterThanUpperThreshold':
    case 'LessThanLowerThreshold':
    case 'GreaterThanUpperThreshold':
      return false
  }
}

interface Told {
  readonly definition: AlarmDefinition
  readonly evaluated: readonly Datapoint[]
  readonly breaching: readonly Datapoint[]
  readonly missing: number
}

function alarmReason({ definition, breaching, missing }: Told): string {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = definition
  const filled = definition.TreatMissingData === 'breaching' ? missing : 0
  if (breaching.length === 0) return `Threshold Crossed: ${nothingReceived(filled)}`
  const minimum = `(minimum ${counted(DatapointsToAlarm)} for OK -> ALARM transition)`
  return `Threshold Crossed: ${crossed(definition, breaching, '')} ${minimum}${alsoFilled(filled, 'Breaching')}.`
}

function okReason({ definition, evaluated, missing }: Told): string {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = definition
  const others = evaluated.filter(({ value }) => !isBreaching(definition, value))
  const filled = definition.TreatMissingData === 'notBreaching' ? missing : 0
  if (others.length === 0 && filled > 0) return `Threshold Crossed: ${nothingReceived(filled, 'NonBreaching')}`
  const minimum = `(minimum ${counted(EvaluationPeriods - DatapointsToAlarm + 1)} for ALARM -> OK transition)`
  return `Threshold Crossed: ${crossed(definition, others, 'not ')} ${minimum}${alsoFilled(filled, 'NonBreaching')}.`
}

function nothingReceived(filled: number, treatedAs: 'Breaching' | 'NonBreaching' = 'Breaching'): string {
  const periods = `${filled} period${filled === 1 ? '' : 's'}`
  return `no datapoints were received for ${periods} and ${treated(filled, treatedAs)}.`
}

/** Real datapoints and missing ones together: the wording is ours. [I] */
function alsoFilled(filled: number, treatedAs: 'Breaching' | 'NonBreaching'): string {
  return filled === 0 ? '' : ` and ${treated(filled, treatedAs)}`
}

function treated(filled: number, treatedAs: 'Breaching' | 'NonBreaching'): string {
  return `${filled} missing datapoint${filled === 1 ? ' was' : 's were'} treated as [${treatedAs}]`
}

/** `1 out of the last 3 datapoints [12.0 (22/11/26 10:00:00)] was greater than the threshold (0.0)`; of many datapoints the newest. */
function crossed(definition: AlarmDefinition, points: readonly Datapoint[], not: string): string {
  const list = points
    .slice(0, toldDatapointsMax)
    .map(({ value, timeMs }) => `${asDouble(value)} (${asDate(timeMs)})`)
    .join(', ')
  const verb = points.length === 1 ? 'was' : 'were'
  const threshold = `the threshold (${asDouble(definition.Threshold)})`
  return `${points.length} out of the last ${definition.EvaluationPeriods} datapoints [${list}] ${verb} ${not}${phrases[definition.ComparisonOperator]} ${threshold}`
}

const phrases: { readonly [operator in AlarmDefinition['ComparisonOperator']]: string } = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
  LessThanLowerOrGreaterThanUpperThreshold: 'less than the lower or greater than the upper',
  LessThanLowerThreshold: 'less than the lower',
  GreaterThanUpperThreshold: 'greater than the upper',
}

function counted(datapoints: number): string {
  return `${datapoints} datapoint${datapoints === 1 ? '' : 's'}`
}

/** As Java prints a double: `12.0`, `0.5`, `1.25E7`. */
function asDouble(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e')
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** `22/11/26 10:00:00`, in UTC. */
function asDate(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T')
  const [year = '', month, day] = date.split('-')
  return `${day}/${month}/${year.slice(-2)} ${time.slice(0, 8)}`
}
