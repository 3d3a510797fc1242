import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activitiesPerTargetMax, activityAgeMsMax } from '../contract/limits.ts'
import type { ScalingActivity } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import { withActivity } from './change-capacity.ts'

const none: ScalingState = { target: undefined, activities: [] }
const refused = 'Failed to set it.'

function activity(startMs: number, more: Partial<ScalingActivity> = {}): ScalingActivity {
  const description = `Setting read capacity units to ${startMs}.`
  return { id: String(startMs), description, cause: 'a test', status: 'Successful', message: 'Done.', startMs, endMs: startMs, ...more }
}

test('of one target the latest activities are kept, no more than there may be', () => {
  let state = none
  for (let atMs = 1; atMs <= activitiesPerTargetMax + 5; atMs += 1) {
    state = withActivity(state, activity(atMs))
    assert.equal(state.activities.length, Math.min(atMs, activitiesPerTargetMax))
    assert.equal(state.activities[0]?.startMs, atMs)
  }
  assert.equal(state.activities.at(-1)?.startMs, 6)
})

test('an activity is told until it is six weeks old', () => {
  const state = [1, 2, 3].reduce((before, atMs) => withActivity(before, activity(atMs)), none)
  const later = withActivity(state, activity(2 + activityAgeMsMax))
  assert.deepEqual(
    later.activities.map(({ startMs }) => startMs),
    [2 + activityAgeMsMax, 3],
  )
})

test('a failure that is like the latest one, and for the same reason, adds nothing; any other does', () => {
  const failed = activity(1, { status: 'Failed', message: refused })
  const state = withActivity(none, failed)
  assert.equal(withActivity(state, { ...failed, id: '2', startMs: 2, endMs: 2 }), state)
  for (const other of [
    { description: 'Setting write capacity units to 1.' },
    { cause: 'another' },
    { message: 'Failed for another reason.' },
    { status: 'Successful' },
    { notScaled: { code: 'AlreadyAtMaxCapacity', bound: 1 } },
  ] satisfies readonly Partial<ScalingActivity>[]) {
    assert.equal(withActivity(state, { ...failed, id: '2', startMs: 2, ...other }).activities.length, 2, JSON.stringify(other))
  }
  const successful = withActivity(none, activity(1))
  assert.equal(withActivity(successful, activity(1)).activities.length, 2, 'successes are all told')
})
