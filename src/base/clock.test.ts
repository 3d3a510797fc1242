import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, MovableClock, parseTime } from './clock.ts'

test('A movable clock goes with its base, from wherever it was set', () => {
  const base = new ManualClock(1000)
  const clock = new MovableClock(base)
  assert.equal(clock.now(), 1000)
  base.advance(5)
  assert.equal(clock.now(), 1005)
  clock.set(50_000)
  base.advance(5)
  assert.equal(clock.now(), 50_005)
  clock.set(20)
  base.advance(5)
  assert.equal(clock.now(), 25)
  clock.reset()
  assert.equal(clock.now(), base.now())
})

test('A frozen clock stands still, can be set, and goes on from where it stood', () => {
  const base = new ManualClock(1000)
  const clock = new MovableClock(base)
  clock.freeze()
  base.advance(500)
  assert.deepEqual([clock.now(), clock.isFrozen], [1000, true])
  clock.set(7000)
  clock.freeze()
  base.advance(500)
  assert.deepEqual([clock.now(), clock.isFrozen], [7000, true])
  clock.unfreeze()
  assert.deepEqual([clock.now(), clock.isFrozen], [7000, false])
  base.advance(1)
  assert.equal(clock.now(), 7001)
  clock.unfreeze()
  assert.equal(clock.now(), 7001)
  clock.freeze()
  clock.reset()
  assert.deepEqual([clock.now(), clock.isFrozen], [2001, false])
})

test('parseTime takes dates and times with a zone, and nothing that depends on the machine', () => {
  assert.equal(parseTime('2026-11-22T10:00:00Z'), 1_795_341_600_000)
  assert.equal(parseTime('2026-11-22T10:00Z'), 1_795_341_600_000)
  assert.equal(parseTime('2026-11-22T11:00:00.250+01:00'), 1_795_341_600_250)
  assert.equal(parseTime('2026-11-22'), Date.UTC(2026, 10, 22))
  for (const text of [
    '',
    '2026',
    '2026-11-22T10:00:00',
    '22 November 2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-22T25:00Z',
    '1795341600',
    ' 2026-11-22',
  ]) {
    assert.equal(parseTime(text), undefined, text)
  }
})
