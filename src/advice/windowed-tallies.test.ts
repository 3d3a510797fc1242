import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../base/clock.ts'
import { WindowedTallies } from './windowed-tallies.ts'

const startMs = 1_795_341_600_000
const options = { counters: ['calls', 'units'], slicesMax: 3, thingsMax: 2, sliceMs: minuteMs } as const

test('WindowedTallies count by the minute and forget what is older than the window', () => {
  const tallies = new WindowedTallies<string, 'calls' | 'units'>(options)
  for (let minute = 0; minute < 4; minute += 1) tallies.note('a', 'A', { calls: 1, units: 10 ** minute }, startMs + minute * minuteMs)
  const { from, to } = tallies.window(startMs + 3 * minuteMs)
  const tally = tallies.find('a')
  assert.equal(tally?.about, 'A')
  assert.equal(tally.sum('calls', from, to), 3)
  assert.equal(tally.sum('units', from, to), 1110)
  assert.equal(tally.sum('units', 0, to), 1110)
  assert.deepEqual(tally.each('units', from, to), [10, 100, 1000])
  assert.equal(tally.slicesWith('units', from, to), 3)
  const later = tallies.window(startMs + 6 * minuteMs)
  assert.equal(tally.sum('calls', later.from, later.to), 0)
})

test('WindowedTallies keep the things met last, and nothing of a time that is to come again', () => {
  const tallies = new WindowedTallies<string, 'calls' | 'units'>(options)
  for (const key of ['a', 'b', 'a', 'c']) tallies.note(key, key, { calls: 1 }, startMs)
  assert.equal(tallies.size, 2)
  assert.equal(tallies.find('b'), undefined)
  tallies.note('a', 'a', { calls: 1 }, startMs - minuteMs)
  assert.equal(tallies.find('a')?.sum('calls', 0, Number.POSITIVE_INFINITY), 1)
  tallies.forget()
  assert.equal(tallies.size, 0)
})

test('WindowedTallies take fixed room for a million things', () => {
  const tallies = new WindowedTallies<undefined, 'calls' | 'units'>(options)
  for (let at = 0; at < 1_000_000; at += 1) tallies.note(at, undefined, { calls: 1 }, startMs)
  assert.equal(tallies.size, 2)
})
