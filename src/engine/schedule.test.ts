import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Schedule, waitUntil } from './schedule.ts'

const hourMs = 3_600_000
const nowMs = 1_795_341_600_000

test('a job is due at first, and then after its interval, not before the time it asked for', () => {
  const schedule = new Schedule()
  assert.equal(schedule.isDue('sweep', nowMs, 1000), true)
  schedule.ran('sweep', nowMs)
  assert.equal(schedule.isDue('other', nowMs, 1000), true)
  assert.deepEqual([schedule.isDue('sweep', nowMs + 999, 1000), schedule.isDue('sweep', nowMs + 1000, 1000)], [false, true])
  schedule.ran('sweep', nowMs, nowMs + 5000)
  assert.deepEqual([schedule.isDue('sweep', nowMs + 4999, 1000), schedule.isDue('sweep', nowMs + 5000, 1000)], [false, true])
  assert.deepEqual([schedule.isDue('sweep', nowMs + 5999, 6000), schedule.isDue('sweep', nowMs + 6000, 6000)], [false, true])
})

test('a job that is hastened is due at once, and one without an interval always', () => {
  const schedule = new Schedule()
  schedule.ran('sweep', nowMs, nowMs + hourMs)
  assert.equal(schedule.isDue('sweep', nowMs), false)
  schedule.hasten('sweep')
  assert.equal(schedule.isDue('sweep', nowMs, hourMs), true)
  schedule.ran('sweep', nowMs)
  assert.equal(schedule.isDue('sweep', nowMs), true)
})

test('a job runs at once when the clock was set back behind its last run, and keeps its interval from there', () => {
  const schedule = new Schedule()
  schedule.ran('look', nowMs, nowMs + hourMs)
  const beforeMs = nowMs - 10 * hourMs
  assert.equal(schedule.isDue('look', beforeMs, 1000), true)
  schedule.ran('look', beforeMs)
  assert.deepEqual([schedule.isDue('look', beforeMs + 999, 1000), schedule.isDue('look', beforeMs + 1000, 1000)], [false, true])
})

test('a wait is over when its delay has passed', () => {
  const schedule = new Schedule()
  const wait = { sinceMs: nowMs, delayMs: 1000 }
  assert.deepEqual([schedule.isOver('table', wait, nowMs + 999), schedule.isOver('table', wait, nowMs + 1000)], [false, true])
  assert.equal(schedule.isOver('table', { sinceMs: nowMs, delayMs: 0 }, nowMs), true)
})

test('a wait that began in what is the future now ends its own delay after that was noticed', () => {
  const schedule = new Schedule()
  const wait = { sinceMs: nowMs, delayMs: 1000 }
  const backMs = nowMs - 5 * hourMs
  assert.equal(schedule.isOver('table', wait, nowMs + 500), false)
  assert.equal(schedule.isOver('table', wait, backMs), false)
  assert.equal(schedule.isOver('table', wait, backMs + 999), false)
  assert.equal(schedule.isOver('table', wait, backMs + 1000), true)
  assert.equal(schedule.isOver('table', { sinceMs: nowMs, delayMs: 0 }, backMs), true)
  // Set back once more: it is noticed anew.
  assert.equal(schedule.isOver('table', wait, backMs - hourMs), false)
  assert.equal(schedule.isOver('table', wait, backMs - hourMs + 1000), true)
})

test('a clock that is set forward again ends a wait when its delay has passed, and forgets that it was set back', () => {
  const schedule = new Schedule()
  const wait = { sinceMs: nowMs, delayMs: 1000 }
  assert.equal(schedule.isOver('table', wait, nowMs - hourMs), false)
  assert.equal(schedule.isOver('table', wait, nowMs + 999), false)
  assert.equal(schedule.isOver('table', wait, nowMs - hourMs), false, 'not noticed an hour ago, but now')
  assert.equal(schedule.isOver('table', wait, nowMs + 1000), true)
})

test('waits have names of their own', () => {
  const schedule = new Schedule()
  const wait = { sinceMs: nowMs, delayMs: 1000 }
  assert.equal(schedule.isOver('one', wait, nowMs - hourMs), false)
  assert.equal(schedule.isOver('two', wait, nowMs - hourMs + 1000), false)
  assert.equal(schedule.isOver('one', wait, nowMs - hourMs + 1000), true)
})

test('what is forgotten is as if it had never been', () => {
  const schedule = new Schedule()
  const wait = { sinceMs: nowMs, delayMs: 1000 }
  schedule.ran('look 1', nowMs, nowMs + hourMs)
  schedule.ran('look 2', nowMs, nowMs + hourMs)
  schedule.isOver('look 1', wait, nowMs - hourMs)
  schedule.forget('look 1')
  assert.deepEqual([schedule.isDue('look 1', nowMs), schedule.isDue('look 2', nowMs)], [true, false])
  assert.equal(schedule.isOver('look 1', wait, nowMs - hourMs + 1000), false)
})

test('however the clock is moved, a wait is over when its time has come, and else after its delay in what was the past at first', () => {
  // Each look comes so much after the one before; a negative one is a clock that was set back.
  const moves = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: -2000, max: 2000 })), { maxLength: 40 })
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: 1000 }), (history, delayMs) => {
      const schedule = new Schedule()
      const wait = { sinceMs: nowMs, delayMs }
      let clockMs = nowMs
      // How long the clock has gone without being set back; and how long in the past of the wait's beginning.
      let steadyMs = 0
      let noticedMs: number | undefined
      for (const moveMs of history) {
        clockMs += moveMs
        steadyMs = moveMs < 0 ? 0 : steadyMs + moveMs
        if (clockMs >= nowMs) noticedMs = undefined
        else if (noticedMs === undefined || noticedMs > clockMs) noticedMs = clockMs
        const isOver = schedule.isOver('it', wait, clockMs)
        assert.equal(isOver, clockMs >= nowMs + delayMs || (noticedMs !== undefined && clockMs - noticedMs >= delayMs))
        // So it is at last, if nobody touches the clock any more.
        if (steadyMs >= 2 * delayMs) assert.equal(isOver, true)
        if (isOver) return
      }
    }),
  )
})

test('of a record that does not say when its wait began the time that it named is kept', () => {
  const schedule = new Schedule()
  assert.deepEqual(waitUntil(nowMs, undefined), { sinceMs: 0, delayMs: nowMs })
  assert.deepEqual(waitUntil(nowMs + 1000, nowMs), { sinceMs: nowMs, delayMs: 1000 })
  assert.equal(schedule.isOver('old', waitUntil(nowMs, undefined), nowMs - 1), false)
  assert.equal(schedule.isOver('old', waitUntil(nowMs, undefined), nowMs), true)
})
