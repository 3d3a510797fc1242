/** No test file that opens a database stays away from PostgreSQL without a reason. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgresSuite, staleReasons, unaccounted } from './postgres-suite.ts'

test('a test file opens its stores through test-storage.ts, or postgres-suite.ts says why it does not run on PostgreSQL', () => {
  assert.deepEqual(unaccounted(), [])
  assert.deepEqual(staleReasons(), [])
})

test('what holds the database as a whole is in the suite on PostgreSQL', () => {
  const { files } = postgresSuite()
  for (const file of [
    'test/golden/golden.test.ts',
    'test/scenarios/scenarios.test.ts',
    'test/server/control.test.ts',
    'test/model/whole-history.test.ts',
  ])
    assert.ok(files.includes(file), file)
})
