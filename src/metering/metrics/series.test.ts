import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../base/clock.ts'
import { metricWaitingMinutesMax } from '../limits.ts'
import { durationBoundsMs, Series, type SeriesKeeper } from './series.ts'

const startMs = 1_795_341_600_000

function keptSeries(name: Series['name'] = 'ConsumedReadCapacityUnits'): { readonly series: Series; readonly keeper: { begun: number } } {
  const keeper: SeriesKeeper & { begun: number } = {
    begun: 0,
    beginMinute: () => {
      keeper.begun += 1
      return true
    },
  }
  return { series: new Series(name, { region: '', TableName: 'Orders' }, keeper), keeper }
}

test('a minute holds what was measured in it, to the millisecond', () => {
  const { series, keeper } = keptSeries()
  series.add(2, startMs)
  series.add(0.5, startMs + minuteMs - 1)
  series.add(7, startMs + minuteMs)
  const seen = series.unstored().map(({ minuteMs: at, sampleCount, sum, minimum, maximum }) => [at, sampleCount, sum, minimum, maximum])
  assert.deepEqual(seen, [
    [startMs, 2, 2.5, 0.5, 2],
    [startMs + minuteMs, 1, 7, 7, 7],
  ])
  assert.equal(keeper.begun, 2)
  assert.deepEqual([series.countOfAll, series.sumOfAll, series.last, series.lastMinuteMs], [3, 9.5, 7, startMs + minuteMs])
})

test('time that is moved back begins a minute anew', () => {
  const { series } = keptSeries()
  for (const atMs of [startMs, startMs + minuteMs, startMs, startMs + 5]) series.add(1, atMs)
  assert.deepEqual(
    series.unstored().map((point) => [point.minuteMs, point.sampleCount]),
    [
      [startMs, 1],
      [startMs + minuteMs, 1],
      [startMs, 2],
    ],
  )
})

test('only minutes that are over are taken, and each once', () => {
  const { series } = keptSeries()
  series.add(1, startMs)
  series.endMinute(startMs + minuteMs - 1)
  assert.deepEqual(series.takeEnded(), [])
  assert.equal(series.hasUnstored, true)
  series.endMinute(startMs + minuteMs)
  const taken = series.takeEnded()
  assert.equal(taken.length, 1)
  assert.equal(series.hasUnstored, false)
  assert.deepEqual(series.takeEnded(), [])
  series.add(1, startMs + minuteMs)
  series.giveBack(taken)
  assert.equal(series.unstored().length, 2)
})

test('a minute that has not come yet, since the clock was set back, is over', () => {
  const { series } = keptSeries()
  series.add(1, startMs + minuteMs)
  series.endMinute(startMs + minuteMs - 1)
  assert.deepEqual(
    series.takeEnded().map((point) => point.minuteMs),
    [startMs + minuteMs],
  )
})

test('minutes that nobody takes are forgotten, oldest first', () => {
  const { series } = keptSeries()
  for (let minute = 0; minute < 100; minute += 1) series.add(minute, startMs + minute * minuteMs)
  series.endMinute(Number.POSITIVE_INFINITY)
  const points = series.takeEnded()
  assert.equal(points.length, metricWaitingMinutesMax)
  assert.equal(points.at(-1)?.sum, 99)
  series.add(1, startMs + 100 * minuteMs)
  series.endMinute(Number.POSITIVE_INFINITY)
  series.giveBack(points)
  assert.equal(series.takeEnded().length, metricWaitingMinutesMax)
  assert.equal(series.countOfAll, 101)
})

test('each minute has a histogram of its own; durations are counted over all', () => {
  const { series } = keptSeries('SuccessfulRequestLatency')
  for (let at = 1; at <= 100; at += 1) series.add(at, startMs)
  for (const value of [110, 200, 240]) series.add(value, startMs + minuteMs)
  const [first, second] = series.unstored()
  assert.ok(Math.abs((first?.percentile(50) ?? 0) - 50) < 2.5)
  assert.ok(Math.abs((second?.percentile(50) ?? 0) - 200) < 10)
  const durations = [...(series.durations ?? [])]
  assert.deepEqual(Object.fromEntries(durations.map((count, at) => [durationBoundsMs[at], count]).filter(([, count]) => count !== 0)), {
    1: 1,
    2.5: 1,
    5: 3,
    10: 5,
    25: 15,
    50: 25,
    100: 50,
    250: 3,
  })
})
