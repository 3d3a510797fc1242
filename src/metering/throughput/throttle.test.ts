/** Which errors are throttles: what batches leave unprocessed and what is counted depends on it. Their texts are held in test/golden/throttling.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../api/errors.ts'
import { isThrottle } from './throttle.ts'

test('the three exceptions of want of capacity are throttles, and no other error is one', () => {
  for (const exception of ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'] as const) {
    assert.ok(isThrottle(new ServiceError(exception, '')))
  }
  for (const exception of ['LimitExceededException', 'ValidationException', 'InternalServerError'] as const) {
    assert.ok(!isThrottle(new ServiceError(exception, '')))
  }
  assert.ok(!isThrottle(new Error('ThrottlingException')))
  assert.ok(!isThrottle(undefined))
})
