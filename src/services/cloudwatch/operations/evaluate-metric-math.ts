/**
 * What an expression of metric math comes to. Values are numbers, time series and lists of series; a function of ours does what
 * AWS's function of that name does, and names that are not in the tables are refused.
 */
import { filledPeriodsMax } from '../contract/limits.ts'
import { inExpression, type MathExpression, type MathOperator } from './parse-metric-math.ts'
import { type TimeSeries, timesOf, type WorkBudget } from './time-series.ts'

export type MathValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly list: readonly TimeSeries[] }

export interface MathContext {
  /** Of the whole expression, for errors and as the label of what has none. */
  readonly text: string
  /** The value of another query; undefined when there is none of that name. */
  valueOf(name: string): Promise<MathValue | undefined>
  /** The metrics of the request whose ids contain this text, for METRICS(). */
  metrics(part: string): Promise<readonly TimeSeries[]>
  readonly budget: WorkBudget
}

/** Rejects with the ValidationError that the client is told. */
export async function evaluateMetricMath(context: MathContext, expression: MathExpression): Promise<MathValue> {
  await context.budget.spend(1)
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression
    case 'name': {
      const value = await context.valueOf(expression.name)
      if (value === undefined) throw inExpression(context.text, `there is no query '${expression.name}'`)
      return value
    }
    case 'negative':
      return mapped(context, await evaluateMetricMath(context, expression.operand), (value) => -value)
    case 'list': {
      const values = await evaluated(context, expression.elements)
      return { kind: 'list', list: values.flatMap((value) => seriesIn(context, value)) }
    }
    case 'binary': {
      const left = await evaluateMetricMath(context, expression.left)
      return combined(context, left, await evaluateMetricMath(context, expression.right), operators[expression.operator])
    }
    case 'call':
      return called(context, expression.name.toUpperCase(), expression.operands)
  }
}

async function evaluated(context: MathContext, expressions: readonly MathExpression[]): Promise<readonly MathValue[]> {
  const values: MathValue[] = []
  for (const expression of expressions) values.push(await evaluateMetricMath(context, expression))
  return values
}

/** The series of a value that must be one or several. */
function seriesIn(context: MathContext, value: MathValue): readonly TimeSeries[] {
  if (value.kind === 'series') return [value.series]
  if (value.kind === 'list') return value.list
  throw inExpression(context.text, 'a time series is expected')
}

type Combine = (left: number, right: number) => number

const operators: { readonly [Operator in MathOperator]: Combine } = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
}

/** Value by value. */
const elementwise: ReadonlyMap<string, (value: number) => number> = new Map([
  ['ABS', Math.abs],
  ['CEIL', Math.ceil],
  ['FLOOR', Math.floor],
  ['LOG', Math.log],
  ['LOG10', Math.log10],
])

/** Of a series a number, of several series one. */
const aggregates: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ['SUM', (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)],
  ['AVG', (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ['MIN', (values: readonly number[]) => values.reduce((least, value) => Math.min(least, value), Infinity)],
  ['MAX', (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), -Infinity)],
])

/** From one series to another, with its neighbours in time. */
const alongTime: ReadonlyMap<string, (series: TimeSeries) => ReadonlyMap<number, number>> = new Map([
  ['RATE', (series: TimeSeries) => differences(series, (change, elapsedMs) => change / (elapsedMs / 1000))],
  ['DIFF', (series: TimeSeries) => differences(series, (change) => change)],
  ['RUNNINGSUM', runningSum],
])

async function called(context: MathContext, name: string, operands: readonly MathExpression[]): Promise<MathValue> {
  if (name === 'METRICS') return allMetrics(context, operands)
  const values = await evaluated(context, operands)
  const [first] = values
  if (name === 'IF') return chosen(context, values)
  if (name === 'FILL') return filled(context, values)
  if (first === undefined || values.length !== 1) throw inExpression(context.text, `${name} is not called like this`)
  const aggregate = aggregates.get(name)
  if (aggregate !== undefined) return aggregated(context, first, aggregate)
  const change = elementwise.get(name)
  if (change !== undefined) return mapped(context, first, change)
  const along = alongTime.get(name)
  if (along !== undefined) return eachSeries(context, first, (series) => ({ ...series, values: finite(along(series)) }))
  if (name === 'PERIOD') return { kind: 'number', value: onlySeries(context, first).grid.periodMs / 1000 }
  if (name === 'DATAPOINT_COUNT') return aggregated(context, first, (numbers) => numbers.length)
  throw inExpression(context.text, `Stator does not offer the function ${name}`)
}

async function allMetrics(context: MathContext, operands: readonly MathExpression[]): Promise<MathValue> {
  const [part = { kind: 'text', value: '' } as const, ...more] = operands
  if (part.kind !== 'text' || more.length > 0) throw inExpression(context.text, 'METRICS takes a text')
  const list = await context.metrics(part.value)
  await context.budget.spend(list.length)
  return { kind: 'list', list }
}

async function aggregated(context: MathContext, value: MathValue, aggregate: (values: readonly number[]) => number): Promise<MathValue> {
  if (value.kind === 'series') {
    await context.budget.spend(value.series.values.size)
    return { kind: 'number', value: value.series.values.size === 0 ? Number.NaN : aggregate([...value.series.values.values()]) }
  }
  const list = seriesIn(context, value)
  const byTime = new Map<number, number[]>()
  for (const { values } of list) {
    await context.budget.spend(values.size)
    for (const [timeMs, number] of values) {
      const known = byTime.get(timeMs)
      if (known === undefined) byTime.set(timeMs, [number])
      else known.push(number)
    }
  }
  const values = new Map<number, number>()
  for (const [timeMs, numbers] of [...byTime].sort(([a], [b]) => a - b)) {
    if (context.budget.isTurnOver) await context.budget.rest()
    values.set(timeMs, aggregate(numbers))
  }
  return { kind: 'series', series: { label: context.text, grid: sameGrid(context, list), values: finite(values) } }
}

async function mapped(context: MathContext, value: MathValue, change: (value: number) => number): Promise<MathValue> {
  if (value.kind === 'number') return { kind: 'number', value: change(value.value) }
  return eachSeries(context, value, (series) => {
    const values = new Map<number, number>()
    for (const [timeMs, number] of series.values) values.set(timeMs, change(number))
    return { ...series, values: finite(values) }
  })
}

async function eachSeries(context: MathContext, value: MathValue, change: (series: TimeSeries) => TimeSeries): Promise<MathValue> {
  const list: TimeSeries[] = []
  for (const series of seriesIn(context, value)) {
    await context.budget.spend(series.values.size)
    list.push(change(series))
  }
  const [only] = list
  return value.kind === 'series' && only !== undefined ? { kind: 'series', series: only } : { kind: 'list', list }
}

/** Where one of two series has no value, neither has the result. */
async function combined(context: MathContext, left: MathValue, right: MathValue, combine: Combine): Promise<MathValue> {
  if (right.kind === 'number') return mapped(context, left, (value) => combine(value, right.value))
  if (left.kind === 'number') return mapped(context, right, (value) => combine(left.value, value))
  if (left.kind === 'list' && right.kind === 'list') throw inExpression(context.text, 'two lists of time series cannot be combined')
  if (left.kind === 'list') return eachSeries(context, left, (series) => joined(context, series, onlySeries(context, right), combine))
  return eachSeries(context, right, (series) => joined(context, onlySeries(context, left), series, combine))
}

function joined(context: MathContext, left: TimeSeries, right: TimeSeries, combine: Combine): TimeSeries {
  const grid = sameGrid(context, [left, right])
  const values = new Map<number, number>()
  for (const [timeMs, value] of left.values) {
    const other = right.values.get(timeMs)
    if (other !== undefined) values.set(timeMs, combine(value, other))
  }
  return { label: left.label, grid, values: finite(values) }
}

/** IF(condition, then, else): condition and branches are numbers or series; where the condition has no value there is none. */
async function chosen(context: MathContext, values: readonly MathValue[]): Promise<MathValue> {
  const [condition, yes, no] = values
  if (condition === undefined || yes === undefined || values.length > 3)
    throw inExpression(context.text, 'IF takes a condition and two values')
  if (condition.kind === 'number') return condition.value !== 0 ? yes : (no ?? { kind: 'number', value: Number.NaN })
  const decision = onlySeries(context, condition)
  const branches = [yes, no].filter((branch) => branch?.kind === 'series').map((branch) => onlySeries(context, branch as MathValue))
  const grid = sameGrid(context, [decision, ...branches])
  await context.budget.spend(decision.values.size)
  const result = new Map<number, number>()
  for (const [timeMs, decided] of decision.values) {
    const value = at(context, decided !== 0 ? yes : no, timeMs)
    if (value !== undefined) result.set(timeMs, value)
  }
  return { kind: 'series', series: { label: context.text, grid, values: finite(result) } }
}

function at(context: MathContext, value: MathValue | undefined, timeMs: number): number | undefined {
  if (value === undefined) return undefined
  return value.kind === 'number' ? value.value : onlySeries(context, value).values.get(timeMs)
}

/** FILL(series, number | REPEAT | LINEAR | series). */
async function filled(context: MathContext, values: readonly MathValue[]): Promise<MathValue> {
  const [value, filler] = values
  if (value === undefined || filler === undefined || values.length !== 2)
    throw inExpression(context.text, 'FILL takes a time series and a filler')
  const source = fillerOf(context, filler)
  const list = seriesIn(context, value)
  for (const { grid } of list) {
    if (grid.count > filledPeriodsMax) throw inExpression(context.text, `it fills more than ${filledPeriodsMax} periods`)
    await context.budget.spend(grid.count)
  }
  return eachSeries(context, value, (series) => {
    const known = [...series.values]
    const result = new Map<number, number>()
    let next = 0
    for (const timeMs of timesOf(series.grid)) {
      if (known[next]?.[0] === timeMs) next += 1
      const number = series.values.get(timeMs) ?? source(timeMs, known[next - 1], known[next])
      if (number !== undefined) result.set(timeMs, number)
    }
    return { ...series, values: finite(result) }
  })
}

type Known = readonly [timeMs: number, value: number] | undefined
type Filler = (timeMs: number, before: Known, after: Known) => number | undefined

function fillerOf(context: MathContext, filler: MathValue): Filler {
  switch (filler.kind) {
    case 'number':
      return () => filler.value
    case 'series':
      return (timeMs) => filler.series.values.get(timeMs)
    case 'text':
      if (filler.value === 'REPEAT') return (_timeMs, before) => before?.[1]
      if (filler.value === 'LINEAR') return linear
      throw inExpression(context.text, `FILL does not know '${filler.value}'`)
    case 'list':
      throw inExpression(context.text, 'FILL takes one filler')
  }
}

const linear: Filler = (timeMs, before, after) => {
  if (before === undefined || after === undefined) return undefined
  return before[1] + ((after[1] - before[1]) * (timeMs - before[0])) / (after[0] - before[0])
}

function differences({ values }: TimeSeries, change: (difference: number, elapsedMs: number) => number): ReadonlyMap<number, number> {
  const result = new Map<number, number>()
  let before: Known
  for (const [timeMs, value] of values) {
    if (before !== undefined) result.set(timeMs, change(value - before[1], timeMs - before[0]))
    before = [timeMs, value]
  }
  return result
}

function runningSum({ values }: TimeSeries): ReadonlyMap<number, number> {
  const result = new Map<number, number>()
  let sum = 0
  for (const [timeMs, value] of values) {
    sum += value
    result.set(timeMs, sum)
  }
  return result
}

function onlySeries(context: MathContext, value: MathValue): TimeSeries {
  const [series, ...more] = seriesIn(context, value)
  if (series === undefined || more.length > 0) throw inExpression(context.text, 'one time series is expected')
  return series
}

/** Series of different periods are refused; AWS has rules of its own for them. [I] */
function sameGrid(context: MathContext, list: readonly TimeSeries[]): TimeSeries['grid'] {
  const [first] = list
  if (first === undefined) throw inExpression(context.text, 'there is no time series')
  if (list.some(({ grid }) => grid.periodMs !== first.grid.periodMs)) throw inExpression(context.text, 'its metrics have different periods')
  return first.grid
}

/** A division by zero makes no datapoint. */
function finite(values: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  for (const value of values.values()) {
    if (!Number.isFinite(value)) return new Map([...values].filter(([, number]) => Number.isFinite(number)))
  }
  return values
}
