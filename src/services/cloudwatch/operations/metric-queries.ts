/** The queries of GetMetricData and of alarms on metric math: checked once, then answered over any stretch of time, each when asked. */

import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { validationError } from '../contract/errors.ts'
import { expressionChainMax, metricQueriesMax, toldFaultsMax } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { evaluateMetricMath, type MathContext, type MathValue } from './evaluate-metric-math.ts'
import { inExpression, type MathExpression, namesIn, parseMetricMath } from './parse-metric-math.ts'
import { readSeries } from './read-series.ts'
import { isAbsentStatistic, type StatisticOf, statisticNamed } from './statistic.ts'
import type { Grid, TimeSeries, WorkBudget } from './time-series.ts'

export type MetricQuery = StatisticQuery | ExpressionQuery

interface StatisticQuery {
  readonly kind: 'statistic'
  readonly id: string
  readonly label: string
  readonly isReturned: boolean
  readonly periodSeconds: number
  readonly address: CloudWatch<'Metric'> & { readonly Unit?: CloudWatch<'StandardUnit'> }
  readonly statistic: StatisticOf
}

interface ExpressionQuery {
  readonly kind: 'expression'
  readonly id: string
  readonly label: string | undefined
  readonly isReturned: boolean
  readonly text: string
  readonly expression: MathExpression
  /** What it refers to: other queries, and words of the language. */
  readonly names: ReadonlySet<string>
}

const idPattern = /^[a-z][a-zA-Z0-9_]*$/

/** Words that may stand where the id of a query may stand. */
const words: ReadonlyMap<string, MathValue> = new Map([
  ['REPEAT', { kind: 'text', value: 'REPEAT' }],
  ['LINEAR', { kind: 'text', value: 'LINEAR' }],
])

/** Throws the ValidationError that the client is told, for all faulty statistics at once. `parameter` is the name of the list. */
export async function checkQueries(
  queries: CloudWatch<'MetricDataQueries'>,
  parameter: string,
  budget: WorkBudget,
): Promise<readonly MetricQuery[]> {
  if (queries.length === 0 || queries.length > metricQueriesMax) {
    throw validationError(`The parameter ${parameter} must have between 1 and ${metricQueriesMax} elements.`)
  }
  const faults: string[] = []
  const ids = new Set<string>()
  const checked: MetricQuery[] = []
  for (const [index, query] of queries.entries()) {
    if (budget.isTurnOver) await budget.rest()
    const place = `${parameter}.member.${index + 1}`
    if (!idPattern.test(query.Id)) {
      faults.push(`The value ${query.Id} for parameter ${place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`)
    } else if (ids.has(query.Id)) {
      faults.push(`The value ${query.Id} for parameter ${place}.Id is not unique.`)
    }
    ids.add(query.Id)
    const result = checkQuery(query, place)
    if (typeof result === 'string') faults.push(result)
    else checked.push(result)
  }
  if (faults.length > 0) throw validationError(faults.slice(0, toldFaultsMax).join('\n'))
  checkDependencies(checked)
  return checked
}

/** The query, or what is wrong with it. */
function checkQuery(query: CloudWatch<'MetricDataQuery'>, place: string): MetricQuery | string {
  const { Id: id, MetricStat, Expression, Label, ReturnData: isReturned = true } = query
  if (MetricStat !== undefined && Expression !== undefined) {
    return `The parameters ${place}.Expression and ${place}.MetricStat are mutually exclusive and you have specified both.`
  }
  if (Expression !== undefined) {
    const expression = parseMetricMath(Expression)
    return { kind: 'expression', id, label: Label, isReturned, text: Expression, expression, names: namesIn(expression) }
  }
  if (MetricStat === undefined) return `Either the parameter ${place}.Expression or the parameter ${place}.MetricStat must be specified.`
  const { Metric, Period, Stat, Unit } = MetricStat
  for (const name of ['Namespace', 'MetricName'] as const) {
    if (Metric[name] === undefined) return `The parameter ${place}.MetricStat.Metric.${name} is required.`
  }
  if (!isPeriod(Period))
    return `The value ${Period} for parameter ${place}.MetricStat.Period must be 1, 5, 10, 20, 30, or a multiple of 60.`
  const statistic = statisticNamed(Stat)
  if (statistic === undefined) {
    if (isAbsentStatistic(Stat)) return `Stator does not offer the statistic ${Stat} of parameter ${place}.MetricStat.Stat.`
    return `The value ${Stat} for parameter ${place}.MetricStat.Stat is not a valid statistic.`
  }
  const address = Unit === undefined ? Metric : { ...Metric, Unit }
  return { kind: 'statistic', id, label: Label ?? Metric.MetricName ?? '', isReturned, periodSeconds: Period, address, statistic }
}

/** What AWS accepts; points are of one minute all the same. */
export function isPeriod(seconds: number): boolean {
  return [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)
}

/** Refuses queries that depend on themselves, on queries that are not there, or on a chain of others that is too long. */
function checkDependencies(queries: readonly MetricQuery[]): void {
  const byId = new Map(queries.map((query) => [query.id, query]))
  /** The length of the longest chain below a query; undefined while that is being found out. */
  const lengths = new Map<string, number | undefined>()
  const lengthOf = (query: MetricQuery): number => {
    if (query.kind === 'statistic') return 0
    const known = lengths.get(query.id)
    if (known !== undefined) return known
    if (lengths.has(query.id)) throw inExpression(query.text, 'it depends on itself')
    lengths.set(query.id, undefined)
    let length = 0
    for (const name of query.names) {
      const next = byId.get(name)
      if (next !== undefined) length = Math.max(length, lengthOf(next) + 1)
      else if (!words.has(name)) throw inExpression(query.text, `there is no query '${name}'`)
    }
    if (length > expressionChainMax) throw inExpression(query.text, `it depends on a chain of more than ${expressionChainMax} others`)
    lengths.set(query.id, length)
    return length
  }
  for (const query of queries) lengthOf(query)
}

/** The answers to the queries of one request. What several of them need is read and computed once. */
export class QueryAnswers {
  readonly #engine: MeteredEngine
  readonly #queries: ReadonlyMap<string, MetricQuery>
  readonly #gridOf: (periodSeconds: number) => Grid
  readonly #budget: WorkBudget
  readonly #values = new Map<string, MathValue>()

  constructor(engine: MeteredEngine, queries: readonly MetricQuery[], gridOf: (periodSeconds: number) => Grid, budget: WorkBudget) {
    this.#engine = engine
    this.#queries = new Map(queries.map((query) => [query.id, query]))
    this.#gridOf = gridOf
    this.#budget = budget
  }

  /** One, unless an expression makes a list of series. Rejects with the ValidationError that the client is told. */
  async of(query: MetricQuery): Promise<readonly TimeSeries[]> {
    if (query.kind === 'statistic') return [await this.#seriesOf(query)]
    const value = await this.#valueOf(query)
    if (value.kind === 'series') return [{ ...value.series, label: query.label ?? query.id }]
    if (value.kind === 'list') return value.list
    throw inExpression(query.text, 'it must come to a time series or a list of them')
  }

  async #valueOf(query: MetricQuery): Promise<MathValue> {
    const known = this.#values.get(query.id)
    if (known !== undefined) return known
    const value: MathValue =
      query.kind === 'expression'
        ? await evaluateMetricMath(this.#contextOf(query), query.expression)
        : { kind: 'series', series: await this.#seriesOf(query) }
    this.#values.set(query.id, value)
    return value
  }

  async #seriesOf(query: StatisticQuery): Promise<TimeSeries> {
    const known = this.#values.get(query.id)
    if (known?.kind === 'series') return known.series
    const { address, statistic, label, periodSeconds } = query
    return readSeries(this.#engine, { address, statistic, label, grid: this.#gridOf(periodSeconds), budget: this.#budget })
  }

  #contextOf({ text }: ExpressionQuery): MathContext {
    return {
      text,
      valueOf: async (name) => {
        const query = this.#queries.get(name)
        return query === undefined ? words.get(name) : this.#valueOf(query)
      },
      metrics: async (part) => {
        const found: TimeSeries[] = []
        for (const query of this.#queries.values()) {
          if (query.kind !== 'statistic' || !query.id.includes(part)) continue
          const value = await this.#valueOf(query)
          if (value.kind === 'series') found.push(value.series)
        }
        return found
      },
      budget: this.#budget,
    }
  }
}
