import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlPlaneRequestsPerSecondMax } from '../../api/limits.ts'
import { controlPlaneBucketsMax } from '../limits.ts'
import { ControlPlane } from './control-plane.ts'

test('Regions that are quiet are forgotten when there are many, and one that is at its limit is not', () => {
  const controlPlane = new ControlPlane()
  for (let count = 0; count < controlPlaneRequestsPerSecondMax; count += 1) controlPlane.takePlace('busy', 0)
  assert.equal(controlPlane.takePlace('busy', 0), false)
  for (let count = 1; count < controlPlaneBucketsMax; count += 1) assert.equal(controlPlane.takePlace(`region-${count}`, 0), true)
  assert.equal(controlPlane.size, controlPlaneBucketsMax)
  // A millisecond later those that took one place are full again.
  assert.equal(controlPlane.takePlace('one more', 1), true)
  assert.equal(controlPlane.size, 2)
  assert.deepEqual(
    [1, 2, 3, 4].map(() => controlPlane.takePlace('busy', 1)),
    [true, true, true, false],
  )
})
