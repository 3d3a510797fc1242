/** GetInsightRuleReport: which keys of a table or an index stand for most of what went on in a time, and how much in each period of it. */

import { noBytes } from '../../../base/bytes.ts'
import { minuteMs } from '../../../base/clock.ts'
import { attributesOfKey, type KeyAttribute } from '../../../engine/schema/table.ts'
import type { Contribution } from '../../../metering/insights/contributor-counts.ts'
import type { MinuteContributors } from '../../../metering/insights/minute-contributors.ts'
import { readContributors } from '../../../metering/insights/read-contributors.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { decodeScalar } from '../../../values/key-bytes.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { reportContributorsDefault, reportContributorsMax, reportPeriodsMax } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { type KnownRule, keyLabels, knownRules } from './insight-rules.ts'

type Input = CloudWatch<'GetInsightRuleReportInput'>
type Output = CloudWatch<'GetInsightRuleReportOutput'>
type Datapoint = NonNullable<Output['MetricDatapoints']>[number]

const metricNames = ['UniqueContributors', 'MaxContributorValue', 'SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'] as const

export async function getInsightRuleReport(engine: MeteredEngine, input: Input): Promise<Output> {
  const { startMs, periodMs, endMs, countMax } = checked(input)
  const known = knownRules(engine).find(({ name }) => name === input.RuleName)
  if (known === undefined) throw new CloudWatchError('ResourceNotFoundException', `The rule ${input.RuleName} does not exist.`)
  const minutes = await readContributors(engine, {
    ...known,
    fromMinute: Math.max(0, startMs / minuteMs),
    toMinute: Math.max(0, Math.ceil(endMs / minuteMs)),
  })
  const periods = new Map<number, MinuteContributors[]>()
  for (const [minute, contributors] of minutes) {
    const periodStartMs = startMs + Math.floor((minute * minuteMs - startMs) / periodMs) * periodMs
    periods.set(periodStartMs, [...(periods.get(periodStartMs) ?? []), contributors])
  }
  const whole = aggregate([...minutes.values()])
  const rank = input.OrderBy === 'Maximum' ? ({ max }: Contribution) => max : ({ sum }: Contribution) => sum
  const top = [...whole.keys].sort(([, a], [, b]) => rank(b) - rank(a)).slice(0, countMax)
  const ofPeriods = [...periods].map(([periodStartMs, all]) => ({ Timestamp: periodStartMs / 1000, ...aggregate(all) }))
  return {
    KeyLabels: keyLabels(known),
    AggregationStatistic: 'SUM',
    AggregateValue: whole.sum,
    ApproximateUniqueCount: whole.unique,
    Contributors: top.map(([key, contribution]) => ({
      Keys: keyTexts(known, key),
      ApproximateAggregateValue: rank(contribution),
      Datapoints: ofPeriods.flatMap(({ Timestamp, keys }) => {
        const ofPeriod = keys.get(key)
        return ofPeriod === undefined ? [] : [{ Timestamp, ApproximateValue: rank(ofPeriod) }]
      }),
    })),
    ...(input.Metrics !== undefined && {
      MetricDatapoints: ofPeriods.map((period) => ({ Timestamp: period.Timestamp, ...metricsOf(period, input.Metrics ?? []) })),
    }),
  }
}

interface Checked {
  readonly startMs: number
  readonly endMs: number
  readonly periodMs: number
  readonly countMax: number
}

/** Times are rounded down to whole minutes: less than that is not told apart. */
function checked({
  StartTime,
  EndTime,
  Period,
  MaxContributorCount = reportContributorsDefault,
  Metrics = [],
  OrderBy = 'Sum',
}: Input): Checked {
  if (StartTime >= EndTime) throw wrong('The parameter StartTime must be less than the parameter EndTime.')
  if (Period % 60 !== 0) throw wrong('The parameter Period must be a multiple of 60.')
  if (MaxContributorCount < 1 || MaxContributorCount > reportContributorsMax) {
    throw wrong(`The parameter MaxContributorCount must be between 1 and ${reportContributorsMax}.`)
  }
  if (OrderBy !== 'Sum' && OrderBy !== 'Maximum') throw wrong('The parameter OrderBy must be a value in the set [ Sum, Maximum ].')
  const other = Metrics.find((name) => !(metricNames as readonly string[]).includes(name))
  if (other !== undefined) throw wrong(`The parameter Metrics must be a value in the set [ ${metricNames.join(', ')} ].`)
  const startMs = Math.floor((StartTime * 1000) / minuteMs) * minuteMs
  const periodMs = Period * 1000
  if ((EndTime * 1000 - startMs) / periodMs > reportPeriodsMax) {
    throw wrong(
      `You have requested more than ${reportPeriodsMax} datapoints. You may reduce them by increasing Period, or decreasing the time range.`,
    )
  }
  return { startMs, endMs: EndTime * 1000, periodMs, countMax: MaxContributorCount }
}

function wrong(message: string): CloudWatchError {
  return new CloudWatchError('InvalidParameterValueException', message)
}

interface Aggregate {
  readonly sum: number
  readonly samples: number
  readonly min: number
  readonly max: number
  readonly unique: number
  readonly keys: ReadonlyMap<string, Contribution>
}

function aggregate(minutes: readonly MinuteContributors[]): Aggregate {
  const keys = new Map<string, Contribution>()
  let [sum, samples, min, max, unique] = [0, 0, Number.POSITIVE_INFINITY, 0, 0]
  for (const minute of minutes) {
    sum += minute.all.sum
    samples += minute.all.samples
    min = Math.min(min, minute.all.min)
    max = Math.max(max, minute.all.max)
    unique = Math.max(unique, minute.all.unique)
    for (const [key, { sum: ofKey, samples: samplesOfKey, max: maxOfKey }] of minute.keys) {
      const before = keys.get(key) ?? { sum: 0, samples: 0, max: 0 }
      keys.set(key, { sum: before.sum + ofKey, samples: before.samples + samplesOfKey, max: Math.max(before.max, maxOfKey) })
    }
  }
  return { sum, samples, min, max, unique: Math.max(unique, keys.size), keys }
}

function metricsOf(period: Aggregate, names: readonly string[]): Omit<Datapoint, 'Timestamp'> {
  const { sum, samples, min, max, unique, keys } = period
  const values: { readonly [Name in (typeof metricNames)[number]]: number } = {
    UniqueContributors: unique,
    MaxContributorValue: Math.max(0, ...[...keys.values()].map((each) => each.sum)),
    SampleCount: samples,
    Sum: sum,
    Minimum: min,
    Maximum: max,
    Average: sum / samples,
  }
  return Object.fromEntries(metricNames.filter((name) => names.includes(name)).map((name) => [name, values[name]]))
}

/** A letter for each byte of the key. Binary values are told in base64. */
function keyTexts({ table, index, rule }: KnownRule, key: string): readonly string[] {
  const schema = (index ?? table).key
  const attributes: readonly KeyAttribute[] = rule.startsWith('SK') ? attributesOfKey(schema) : schema.hash
  const bytes = key === '' ? noBytes : Buffer.from(key, 'latin1')
  let offset = 0
  return attributes.map(({ type }) => {
    const { value, nextOffset } = decodeScalar(bytes, offset, type)
    offset = nextOffset
    return String(Object.values(value)[0])
  })
}
