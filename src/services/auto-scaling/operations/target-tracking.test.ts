import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../../base/clock.ts'
import { type Decision, decideScaling, type TrackedTarget } from './target-tracking.ts'

const nowMs = 1000 * minuteMs
const target = { minCapacity: 1, maxCapacity: 1000, suspended: { scalingIn: false, scalingOut: false, scheduled: false } }

/** `sums` of the minutes that end now, the last one last; undefined for one without a measurement. */
function tracked(capacity: number, sums: readonly (number | undefined)[], more: Partial<TrackedTarget> = {}): TrackedTarget {
  const points = sums.flatMap((sum, index) => (sum === undefined ? [] : [{ minuteMs: nowMs - (sums.length - index) * minuteMs, sum }]))
  return { target, policy: { targetPercent: 70 }, capacity, points, ...more }
}

function decide(of: TrackedTarget, atMs = nowMs): Decision {
  return decideScaling(of, atMs)
}

const none = { kind: 'none' }
const fifteen = (sum: number): number[] => Array.from({ length: 15 }, () => sum)

test('two minutes above the target scale out, to what keeps them at the target', () => {
  // AWS's example: 150 units a second of 200 at a target of 70 % make 215.
  assert.deepEqual(decide(tracked(200, [9000, 9000])), { kind: 'out', capacity: 215 })
  assert.deepEqual(decide(tracked(100, [8400, 8400])), { kind: 'out', capacity: 200 })
  assert.deepEqual(decide(tracked(1, [42.5, 43])), { kind: 'out', capacity: 2 })
})

test('the busier of the two minutes counts', () => {
  assert.deepEqual(decide(tracked(100, [9000, 4300])), { kind: 'out', capacity: 215 })
})

test('one minute above the target, or one that is exactly at it, does not scale out', () => {
  assert.deepEqual(decide(tracked(1, [42, 60])), none)
  assert.deepEqual(decide(tracked(1, [60, 42])), none)
  assert.deepEqual(decide(tracked(1, [60])), none)
  assert.deepEqual(decide(tracked(1, [60, undefined])), none)
})

test('the minute that is going on does not count', () => {
  const points = [
    { minuteMs: nowMs - minuteMs, sum: 60 },
    { minuteMs: nowMs, sum: 60 },
  ]
  assert.deepEqual(decide(tracked(1, [], { points }), nowMs + 59_999), none)
  assert.deepEqual(decide(tracked(1, [], { points }), nowMs + minuteMs), { kind: 'out', capacity: 2 })
})

test('fifteen minutes below the target less 20 % scale in', () => {
  // An alarm that users have shown: 12 units at 70 % are too many below 360.
  assert.deepEqual(decide(tracked(12, fifteen(359))), { kind: 'in', capacity: 9 })
  assert.deepEqual(decide(tracked(12, fifteen(360))), none)
  assert.deepEqual(decide(tracked(12, fifteen(359).slice(1))), none)
  assert.deepEqual(decide(tracked(12, [...fifteen(100).slice(1), 359])), { kind: 'in', capacity: 9 })
})

test('a minute without a measurement keeps the capacity: a table that nobody uses is not scaled in', () => {
  assert.deepEqual(decide(tracked(12, [])), none)
  assert.deepEqual(decide(tracked(12, [...fifteen(1).slice(2), undefined, 1])), none)
})

test('bounds are not crossed, and being at one is told', () => {
  const bounded = { target: { ...target, minCapacity: 5, maxCapacity: 10 } }
  assert.deepEqual(decide(tracked(8, [9000, 9000], bounded)), { kind: 'out', capacity: 10 })
  assert.deepEqual(decide(tracked(10, [9000, 9000], bounded)), { kind: 'atMaximum' })
  assert.deepEqual(decide(tracked(8, fifteen(1), bounded)), { kind: 'in', capacity: 5 })
  assert.deepEqual(decide(tracked(5, fifteen(1), bounded)), { kind: 'atMinimum' })
})

test('cooldowns count from the last scaling of the same direction', () => {
  const out = { policy: { targetPercent: 70, scaleOutCooldownSeconds: 60, scaledOutMs: nowMs - 59_999 } }
  assert.deepEqual(decide(tracked(1, [60, 60], out)), none)
  assert.deepEqual(decide(tracked(1, [60, 60], { policy: { ...out.policy, scaledOutMs: nowMs - 60_000 } })), { kind: 'out', capacity: 2 })
  const inward = { policy: { targetPercent: 70, scaleInCooldownSeconds: 60, scaledInMs: nowMs - 59_999 } }
  assert.deepEqual(decide(tracked(12, fifteen(1), inward)), none)
  assert.deepEqual(decide(tracked(12, fifteen(1), out)), { kind: 'in', capacity: 1 })
})

test('a cooldown that begins in the future, because the clock was set back, holds nothing up', () => {
  const policy = { targetPercent: 70, scaleOutCooldownSeconds: 60, scaledOutMs: nowMs + 1 }
  assert.deepEqual(decide(tracked(1, [60, 60], { policy })), { kind: 'out', capacity: 2 })
})

test('what is suspended or disabled is not done', () => {
  const suspended = (state: object): Partial<TrackedTarget> => ({ target: { ...target, suspended: { ...target.suspended, ...state } } })
  assert.deepEqual(decide(tracked(1, [60, 60], suspended({ scalingOut: true }))), none)
  assert.deepEqual(decide(tracked(12, fifteen(1), suspended({ scalingIn: true }))), none)
  assert.deepEqual(decide(tracked(12, fifteen(1), suspended({ scalingOut: true }))), { kind: 'in', capacity: 1 })
  assert.deepEqual(decide(tracked(12, fifteen(1), { policy: { targetPercent: 70, disableScaleIn: true } })), none)
})

test('after scaling, the same minutes are neither too many nor too few', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 15, maxLength: 15 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 20, max: 90 }),
      (sums, capacity, targetPercent) => {
        const policy = { targetPercent }
        const first = decide(tracked(capacity, sums, { policy, target: { ...target, maxCapacity: 1_000_000 } }))
        if (first.kind !== 'out' && first.kind !== 'in') return
        const second = decide(tracked(first.capacity, sums, { policy, target: { ...target, maxCapacity: 1_000_000 } }))
        assert.notEqual(second.kind, 'out')
        // Down to one unit everything may look like too few: then there is nothing left to take.
        if (first.kind === 'in' && second.kind === 'in') assert.fail(`${first.capacity} then ${second.capacity}`)
      },
    ),
  )
})
