import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../base/clock.ts'
import { countOf, RunningMinutes } from './running-minutes.ts'

const startMs = 1_795_341_600_000

test('RunningMinutes knows the whole minutes between calls while the clock runs', () => {
  const running = new RunningMinutes()
  assert.equal(countOf(running.whole()), 0)
  running.hear({ atMs: startMs + 1, endedMs: 0 })
  running.hear({ atMs: startMs + 4 * minuteMs, endedMs: 4 * minuteMs })
  const first = startMs / minuteMs
  assert.deepEqual(running.whole(), { from: first + 1, to: first + 4 })
  assert.deepEqual(running.whole(2), { from: first + 2, to: first + 4 })
})

test('RunningMinutes begin anew when the clock is moved, and there are none while it stands still', () => {
  const moved = new RunningMinutes()
  moved.hear({ atMs: startMs, endedMs: 0 })
  moved.hear({ atMs: startMs + 10 * minuteMs, endedMs: 5 * minuteMs })
  assert.equal(countOf(moved.whole()), 0)
  moved.hear({ atMs: startMs + 12 * minuteMs, endedMs: 7 * minuteMs })
  assert.equal(countOf(moved.whole()), 2)
  moved.hear({ atMs: startMs, endedMs: 8 * minuteMs })
  assert.equal(countOf(moved.whole()), 0)
  const frozen = new RunningMinutes()
  for (let minute = 0; minute < 10; minute += 1) frozen.hear({ atMs: startMs, endedMs: minute * minuteMs })
  assert.equal(countOf(frozen.whole()), 0)
})
