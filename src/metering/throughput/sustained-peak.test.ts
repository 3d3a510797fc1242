/** The previous peak that counts for growth on demand: averages of whole minutes, thirty minutes later. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../base/clock.ts'
import { SustainedPeak } from './sustained-peak.ts'

const startMs = 1_795_341_600_000

/** So many units in each second of the minutes from `first` on, up to but without `end`. */
function load(peak: SustainedPeak, unitsPerSecond: number, first: number, end: number): void {
  for (let second = first * 60; second < end * 60; second += 1) peak.note(unitsPerSecond, startMs + second * 1000)
}

test('a minute counts when it is thirty minutes old, and not before', () => {
  const peak = new SustainedPeak()
  load(peak, 4000, 0, 1)
  assert.equal(peak.maturedUnits(startMs + 30 * minuteMs), 0)
  assert.equal(peak.maturedUnits(startMs + 31 * minuteMs - 1), 0)
  assert.equal(peak.maturedUnits(startMs + 31 * minuteMs), 4000)
})

test('a minute that was busy in part counts with its average', () => {
  const peak = new SustainedPeak()
  for (let second = 0; second < 15; second += 1) peak.note(4000, startMs + second * 1000)
  assert.equal(peak.maturedUnits(startMs + 31 * minuteMs), 1000)
})

test('the highest minute counts and stays, whatever comes later', () => {
  const peak = new SustainedPeak()
  load(peak, 100, 0, 10)
  load(peak, 900, 10, 11)
  load(peak, 50, 11, 80)
  assert.equal(peak.maturedUnits(startMs + 80 * minuteMs), 900)
})

test('while a load goes on its early minutes mature one after another', () => {
  const peak = new SustainedPeak()
  load(peak, 100, 0, 5)
  load(peak, 200, 5, 34)
  assert.equal(peak.maturedUnits(startMs + 34 * minuteMs), 100)
  load(peak, 200, 34, 36)
  assert.equal(peak.maturedUnits(startMs + 36 * minuteMs), 200)
})

test('after a long silence what was noted has matured', () => {
  const peak = new SustainedPeak()
  load(peak, 70, 0, 3)
  assert.equal(peak.maturedUnits(startMs + 10_000 * minuteMs), 70)
  load(peak, 10, 10_000, 10_001)
  assert.equal(peak.maturedUnits(startMs + 10_100 * minuteMs), 70)
})

test('a clock that is set back forgets nothing that has matured', () => {
  const peak = new SustainedPeak()
  load(peak, 70, 0, 1)
  assert.equal(peak.maturedUnits(startMs + 31 * minuteMs), 70)
  peak.note(5, startMs - 100 * minuteMs)
  assert.equal(peak.maturedUnits(startMs - 60 * minuteMs), 70)
})

test('nothing noted is no peak', () => {
  assert.equal(new SustainedPeak().maturedUnits(startMs), 0)
})
