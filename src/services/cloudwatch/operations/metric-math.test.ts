import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CloudWatchError } from '../contract/errors.ts'
import { evaluateMetricMath, type MathValue } from './evaluate-metric-math.ts'
import { parseMetricMath } from './parse-metric-math.ts'
import { type TimeSeries, WorkBudget } from './time-series.ts'

const grid = { startMs: 0, periodMs: 60_000, count: 4 }

/** By minutes; undefined is a gap. */
function series(label: string, ...numbers: readonly (number | undefined)[]): TimeSeries {
  const values = numbers.flatMap((number, index) => (number === undefined ? [] : [[index * 60_000, number] as const]))
  return { label, grid, values: new Map(values) }
}

const metrics: { readonly [name: string]: TimeSeries } = {
  m1: series('reads', 60, 120, undefined, 30),
  m2: series('writes', 6, 0, 5, 10),
  slow: { label: 'slow', grid: { startMs: 0, periodMs: 300_000, count: 1 }, values: new Map([[0, 1]]) },
}

function evaluate(text: string): Promise<MathValue> {
  const context = {
    text,
    valueOf: async (name: string): Promise<MathValue | undefined> => {
      if (name === 'REPEAT' || name === 'LINEAR') return { kind: 'text', value: name }
      const found = metrics[name]
      return found && { kind: 'series', series: found }
    },
    metrics: async (part: string) => ['m1', 'm2'].filter((id) => id.includes(part)).flatMap((id) => metrics[id] ?? []),
    budget: new WorkBudget(),
  }
  return evaluateMetricMath(context, parseMetricMath(text))
}

function minutes({ values }: TimeSeries): (number | undefined)[] {
  return [0, 1, 2, 3].map((minute) => values.get(minute * 60_000))
}

/** A number, the values of a series, or those of several. */
async function plain(text: string): Promise<unknown> {
  const value = await evaluate(text)
  switch (value.kind) {
    case 'series':
      return minutes(value.series)
    case 'list':
      return value.list.map(minutes)
    default:
      return value.value
  }
}

const gap = undefined

const examples: readonly (readonly [text: string, expected: unknown])[] = [
  ['1 + 2 * 3 ^ 2 ^ 0 - 4 / 2', 5],
  ['-(1 + 2) * -2', 6],
  ['1.5e1', 15],
  ['m1 / PERIOD(m1)', [1, 2, gap, 0.5]],
  ['m1 + m2', [66, 120, gap, 40]],
  ['m1 / m2', [10, gap, gap, 3]],
  ['SUM(m2)', 21],
  ['AVG(m2)', 5.25],
  ['MIN(m2) + MAX(m2)', 10],
  ['SUM([m1, m2])', [66, 120, 5, 40]],
  ['MAX(METRICS())', [60, 120, 5, 30]],
  ['SUM(METRICS("2"))', [6, 0, 5, 10]],
  [
    'METRICS() * 2',
    [
      [120, 240, gap, 60],
      [12, 0, 10, 20],
    ],
  ],
  ['FILL(m1, 0)', [60, 120, 0, 30]],
  ['FILL(m1, REPEAT)', [60, 120, 120, 30]],
  ['FILL(m1, LINEAR)', [60, 120, 75, 30]],
  ['FILL(m1, m2)', [60, 120, 5, 30]],
  ['RATE(m2)', [gap, -0.1, 5 / 60, 5 / 60]],
  ['DIFF(m1)', [gap, 60, gap, -90]],
  ['RUNNINGSUM(m2)', [6, 6, 11, 21]],
  ['IF(m2 > 5, m1, 0)', [60, 0, 0, 30]],
  ['IF(m2 > 5 AND m2 < 10 || m2 == 0, 1, 0)', [1, 1, 0, 0]],
  ['ABS(0 - m2)', [6, 0, 5, 10]],
  ['CEIL(m2 / 4)', [2, 0, 2, 3]],
  ['floor(m2 / 4)', [1, 0, 1, 2]],
  ['DATAPOINT_COUNT(m1)', 3],
]

for (const [text, expected] of examples) {
  test(`${text} is computed`, async () => {
    assert.deepEqual(await plain(text), expected)
  })
}

const faults: readonly (readonly [text: string, problem: string])[] = [
  ['m1 +', 'it ends too early'],
  ['m1 m2', `unexpected 'm2'`],
  ['m1 ? 2', 'unexpected character at position 3'],
  ['absent', `there is no query 'absent'`],
  ['ANOMALY_DETECTION_BAND(m1)', 'Stator does not offer the function ANOMALY_DETECTION_BAND'],
  ['m1 + slow', 'its metrics have different periods'],
  ['FILL(m1, "BACKWARD")', `FILL does not know 'BACKWARD'`],
  ['METRICS(m1)', 'METRICS takes a text'],
  ['METRICS() + METRICS()', 'two lists of time series cannot be combined'],
  ['SUM(1)', 'a time series is expected'],
  [`${'('.repeat(60)}1`, 'it nests deeper than 50 levels'],
]

for (const [text, problem] of faults) {
  test(`${text} is refused`, async () => {
    await assert.rejects(async () => evaluate(text), { name: 'ValidationError', message: `Error in expression '${text}': ${problem}` })
  })
}

const pathological: readonly (readonly [text: string, outcome: RegExp])[] = [
  ['('.repeat(2048), /nests deeper than 50 levels/],
  ['-'.repeat(2048), /nests deeper than 50 levels/],
  ['['.repeat(2048), /nests deeper than 50 levels/],
  ['ABS('.repeat(512), /nests deeper than 50 levels/],
  [`${'2^'.repeat(1023)}1`, /nests deeper than 50 levels/],
  [`1${'+1'.repeat(1023)}`, /^1024$/],
  [`m1${'+m1'.repeat(682)}`, /^40980,/],
  ['9'.repeat(2048), /^Infinity$/],
  [' '.repeat(2047), /ends too early/],
  ['"'.repeat(2047), /unexpected/],
]

test('Expressions as long and as deep as can be are computed or refused', async () => {
  for (const [text, outcome] of pathological) {
    const found = await (async () => plain(text))().catch((error: Error) => error.message)
    assert.match(String(found), outcome, text.slice(0, 20))
  }
})

test('A request that works on too much is refused, and so is one that fills a time without end', async () => {
  const count = 2 ** 40
  const endless: TimeSeries = { label: '', grid: { ...grid, count }, values: new Map([[0, 1]]) }
  const context = {
    text: 'FILL',
    valueOf: async (): Promise<MathValue> => ({ kind: 'series', series: endless }),
    metrics: async () => [],
    budget: new WorkBudget(),
  }
  await assert.rejects(evaluateMetricMath(context, parseMetricMath('FILL(m, 0)')), {
    message: `Error in expression 'FILL': it fills more than 50000 periods`,
  })
  await assert.rejects(context.budget.spend(4_000_001), {
    message: 'The request works on too many datapoints. You may reduce them by increasing Period, or decreasing the time range.',
  })
})

test('Whatever is written as an expression is computed or refused, and nothing else', async () => {
  const word = fc.constantFrom(...'m1 m2 slow METRICS() SUM( FILL( IF( RATE( [ ] ( ) , + - * / ^ < == && OR 1 .5 "x" LINEAR'.split(' '))
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 30 }), async (words) => {
      try {
        await evaluate(words.join(' '))
      } catch (error) {
        assert.ok(error instanceof CloudWatchError, String(error))
      }
    }),
  )
})
