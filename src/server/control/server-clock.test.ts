import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, MovableClock } from '../../base/clock.ts'
import { advanceClock, setClock } from './server-clock.ts'

const noonMs = Date.UTC(2030, 0, 1, 12)

/** A machine so slow that a millisecond goes by whenever its clock is read. */
function slowMachine(): Clock {
  let nowMs = 1000
  return { now: () => nowMs++ }
}

test('A clock that is set and frozen shows the very time that was asked for, on the slowest machine', () => {
  const clock = new MovableClock(slowMachine())
  setClock(clock, { now: '2030-01-01T12:00:00Z', frozen: true })
  assert.deepEqual([clock.now(), clock.now()], [noonMs, noonMs])
  setClock(clock, { now: noonMs + 5, frozen: true })
  assert.equal(clock.now(), noonMs + 5)
})

test('A clock that is set and let go goes on from the time that was asked for', () => {
  const clock = new MovableClock(slowMachine())
  clock.freeze()
  setClock(clock, { now: noonMs, frozen: false })
  assert.deepEqual([clock.now(), clock.now(), clock.isFrozen], [noonMs + 1, noonMs + 2, false])
})

test('Advancing a clock loses none of the time that goes by meanwhile', () => {
  const clock = new MovableClock(slowMachine())
  const beforeMs = clock.now()
  advanceClock(clock, { byMs: 60_000 })
  assert.equal(clock.now(), beforeMs + 60_000 + 2)
  clock.freeze()
  const frozenMs = clock.now()
  advanceClock(clock, { byMs: 60_000 })
  assert.equal(clock.now(), frozenMs + 60_000)
})
