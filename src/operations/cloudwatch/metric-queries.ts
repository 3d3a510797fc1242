/**
 * The queries of GetMetricData and of alarms on metric math: checked once, then answered over any stretch of time. Metrics are read
 * first, so that expressions are evaluated without waiting.
 */
import { validationError } from '../../api/cloudwatch/errors.ts'
import type { CloudWatch } from '../../api/cloudwatch/shapes.ts'
import type { Engine } from '../../engine/engine.ts'
import { evaluateMetricMath, type MathContext, type MathValue } from './evaluate-metric-math.ts'
import { inExpression, type MathExpression, namesIn, parseMetricMath } from './parse-metric-math.ts'
import { readSeries } from './read-series.ts'
import { isAbsentStatistic, type StatisticOf, statisticNamed } from './statistic.ts'
import { type Grid, type TimeSeries, WorkBudget } from './time-series.ts'

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
}

const queriesMax = 500
/** How many expressions may build upon one another. Ours, so that none can exhaust the stack. [I] */
const chainMax = 20
const idPattern = /^[a-z][a-zA-Z0-9_]*$/

/** Words that may stand where the id of a query may stand. */
const words: ReadonlyMap<string, MathValue> = new Map([
  ['REPEAT', { kind: 'text', value: 'REPEAT' }],
  ['LINEAR', { kind: 'text', value: 'LINEAR' }],
])

/** Throws the ValidationError that the client is told, for all faulty statistics at once. `parameter` is the name of the list. */
export function checkQueries(queries: CloudWatch<'MetricDataQueries'>, parameter: string): readonly MetricQuery[] {
  if (queries.length === 0 || queries.length > queriesMax) {
    throw validationError(`The parameter ${parameter} must have between 1 and ${queriesMax} elements.`)
  }
  const faults: string[] = []
  const ids = new Set<string>()
  const checked: MetricQuery[] = []
  queries.forEach((query, index) => {
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
  })
  if (faults.length > 0) throw validationError(faults.slice(0, 10).join('\n'))
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
    return { kind: 'expression', id, label: Label, isReturned, text: Expression, expression: parseMetricMath(Expression) }
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
    for (const name of new Set(namesIn(query.expression))) {
      const next = byId.get(name)
      if (next !== undefined) length = Math.max(length, lengthOf(next) + 1)
      else if (!words.has(name)) throw inExpression(query.text, `there is no query '${name}'`)
    }
    if (length > chainMax) throw inExpression(query.text, `it depends on a chain of more than ${chainMax} others`)
    lengths.set(query.id, length)
    return length
  }
  for (const query of queries) lengthOf(query)
}

export interface QueryResult {
  readonly query: MetricQuery
  /** One, unless an expression makes a list of series. */
  readonly series: readonly TimeSeries[]
}

/** The results of those queries whose data is to be returned, in the order of the request. */
export async function answerQueries(
  engine: Engine,
  queries: readonly MetricQuery[],
  gridOf: (periodSeconds: number) => Grid,
): Promise<readonly QueryResult[]> {
  const budget = new WorkBudget()
  const metrics = new Map<string, TimeSeries>()
  for (const query of queries) {
    if (query.kind !== 'statistic') continue
    const { address, statistic, label, periodSeconds } = query
    const series = await readSeries(engine, { address, statistic, label, grid: gridOf(periodSeconds) })
    budget.spend(series.values.size)
    metrics.set(query.id, series)
  }
  const evaluation = new Evaluation(queries, metrics, budget)
  return queries.filter(({ isReturned }) => isReturned).map((query) => ({ query, series: evaluation.seriesOf(query) }))
}

class Evaluation {
  readonly #queries: ReadonlyMap<string, MetricQuery>
  readonly #metrics: ReadonlyMap<string, TimeSeries>
  readonly #budget: WorkBudget
  readonly #values = new Map<string, MathValue>()

  constructor(queries: readonly MetricQuery[], metrics: ReadonlyMap<string, TimeSeries>, budget: WorkBudget) {
    this.#queries = new Map(queries.map((query) => [query.id, query]))
    this.#metrics = metrics
    this.#budget = budget
  }

  seriesOf(query: MetricQuery): readonly TimeSeries[] {
    const value = this.#valueOf(query)
    if (query.kind === 'statistic') return value.kind === 'series' ? [value.series] : []
    if (value.kind === 'series') return [{ ...value.series, label: query.label ?? query.id }]
    if (value.kind === 'list') return value.list
    throw inExpression(query.text, 'it must come to a time series or a list of them')
  }

  #valueOf(query: MetricQuery): MathValue {
    const known = this.#values.get(query.id)
    if (known !== undefined) return known
    const metric = this.#metrics.get(query.id)
    const value: MathValue =
      query.kind === 'expression' ? evaluateMetricMath(this.#contextOf(query), query.expression) : seriesValue(metric)
    this.#values.set(query.id, value)
    return value
  }

  #contextOf({ text }: ExpressionQuery): MathContext {
    return {
      text,
      valueOf: (name) => {
        const query = this.#queries.get(name)
        return query === undefined ? words.get(name) : this.#valueOf(query)
      },
      metrics: () => [...this.#metrics.values()],
      budget: this.#budget,
    }
  }
}

function seriesValue(series: TimeSeries | undefined): MathValue {
  return series === undefined ? { kind: 'list', list: [] } : { kind: 'series', series }
}
